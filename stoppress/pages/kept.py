"""Pages kept in memory: those of one place on the wire, and no more than fit."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TypeAlias

# What is asked for: the path, and the parameters that choose what is on the page.
Key: TypeAlias = tuple[str, str]
Headers: TypeAlias = list[tuple[bytes, bytes]]

# All pages together. A long column has about 100 kB, so this is hundreds of them: what
# readers ask for between one post and the next. Stops someone who walks through the whole
# archive from filling the machine.
OCTETS_KEPT = 64 * 1024 * 1024

# One answer. Stops a few large pictures from pushing everything else out.
OCTETS_EACH = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it goes out: `etag` is b'' where it has none."""

    status: int
    headers: Headers
    body: bytes
    etag: bytes


class Kept:
    """Answers that were drawn when the wire ended at `head`; when it has moved on they
    are all let go. The one that was not asked for longest makes room for another."""

    def __init__(self, octets: int = OCTETS_KEPT) -> None:
        self._most = octets
        self._octets = 0
        self._head = -1
        self._answers: OrderedDict[Key, Answer] = OrderedDict()

    def at(self, key: Key, head: int) -> Answer | None:
        """What was kept under this key while the wire ends at `head`."""
        if head != self._head:
            self._answers.clear()
            self._octets, self._head = 0, head
        answer = self._answers.get(key)
        if answer is not None:
            self._answers.move_to_end(key)
        return answer

    def keep(self, key: Key, head: int, answer: Answer) -> None:
        """Keeps an answer, unless the wire has moved on since or it is too large."""
        size = len(answer.body)
        if head != self._head or size > min(OCTETS_EACH, self._most):
            return
        if before := self._answers.pop(key, None):
            self._octets -= len(before.body)
        self._answers[key] = answer
        self._octets += size
        while self._octets > self._most:
            _, oldest = self._answers.popitem(last=False)
            self._octets -= len(oldest.body)
