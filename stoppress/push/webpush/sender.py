"""Sending: one signed header for an origin, one line for all of them.

An origin's trouble is its own. How much each is given at once, and when it is left alone,
is learned letter by letter (`push/origins.py`); what a push service says is data, never an
exception.
"""

from __future__ import annotations

import math
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from stoppress.lib.clock import now
from stoppress.protocols import push_encryption, push_request, vapid
from stoppress.protocols.errors import ProtocolError
from stoppress.protocols.origin import origin
from stoppress.protocols.push_request import Answer, Fault, Outcome, Reach, Urgency
from stoppress.push.origins import Origins
from stoppress.push.webpush.line import Line, Ways

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import TracebackType

    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

    from stoppress.protocols.push_encryption import KeyingMaterial

# A signed header serves every message to one origin for this long (it is valid twice
# as long, RFC 8292 section 2).
SIGNED_FOR = vapid.LIFETIME // 2  # seconds

# Messages under way at once over all origins: 70 MB in libcurl.
AT_ONCE = 2_000

# Taken from the caller ahead of what flies, so that one origin's trouble does not keep
# the others' messages back.
AHEAD = 10_000

TURN = 1.0  # seconds for which the line may be silent before pauses are looked at

# What a message is answered without having been sent: its bytes cannot be sealed or
# addressed, or its push service asked to be left alone.
UNUSABLE = Answer(Outcome.REFUSED, 0, Fault.MESSAGE)
LEFT_ALONE = Answer(Outcome.LATER, 0, Fault.RATE, Reach.ORIGIN)


@dataclass(frozen=True, slots=True)
class Message:
    """One message for one browser.

    `p256dh` and `auth` as the browser gave them. `ttl`: seconds for which the push
    service keeps it. A later one with the same `topic` takes the place of one that still
    waits: with it, a message that is sent twice is shown once. `material`: what was
    agreed on before (`agree`), to be used once; left out, it is made.
    """

    endpoint: str
    p256dh: str
    auth: str = field(repr=False)
    text: bytes = field(repr=False)
    ttl: int = 24 * 3600
    urgency: Urgency = Urgency.NORMAL
    topic: str | None = None
    material: KeyingMaterial | None = field(default=None, repr=False)

    def sealed(self) -> bytes:
        """The body. Raises an EncryptionError."""
        material = self.material
        if material is None:
            receiver = push_encryption.receiver(self.p256dh, self.auth)
            material = push_encryption.agree(receiver.p256dh, receiver.auth)
        return push_encryption.seal(material, self.text)


class Heads:
    """The header's lines, signed: one list for all messages of one kind to one origin."""

    def __init__(self, key: EllipticCurvePrivateKey, contact: str) -> None:
        """`contact`: `mailto:` or `https:`, whom a push service may write to."""
        self._key, self._contact = key, contact
        self._signed: dict[str, tuple[str, float]] = {}
        self._heads: dict[tuple[str, int, str, str | None], list[str]] = {}

    def of(self, where: str, *, ttl: int, urgency: str, topic: str | None) -> list[str]:
        """`where`: the origin. Raises a ProtocolError."""
        kind = (where, ttl, urgency, topic)
        # By the clock on the wall, as the push service judges: the other stands still while
        # a machine sleeps.
        moment = now().timestamp()
        authorization, signed = self._signed.get(where, ("", -math.inf))
        if not signed <= moment < signed + SIGNED_FOR:
            authorization = vapid.authorization(
                self._key, where, subject=self._contact, now=int(moment)
            )
            self._signed[where] = (authorization, moment)
            self._heads.clear()
        found = self._heads.get(kind)
        if found is None:
            named = push_request.headers(
                authorization, ttl=ttl, urgency=Urgency(urgency), topic=topic
            )
            # A topic is used up with its post; what is kept is what is in use.
            if len(self._heads) >= KINDS_AT_MOST:
                self._heads.clear()
            found = self._heads[kind] = [
                f"{name}: {is_}" for name, is_ in named.items()
            ]
        return found


# Heads that are kept: origins times messages under way.
KINDS_AT_MOST = 1_000


class Sender:
    """Sends many messages at once, from the thread that asks for the answers."""

    def __init__(
        self, key: EllipticCurvePrivateKey, contact: str, ways: Ways | None = None
    ) -> None:
        """`key`: the one that the browsers subscribed with; `contact`: `mailto:` or
        `https:`."""
        self._heads = Heads(key, contact)
        self._line: Line[Message] = Line(ways or Ways())
        self._origins = Origins()

    def send(self, messages: Iterable[Message]) -> Iterator[tuple[Message, Answer]]:
        """Each message with its answer, in the order in which answers come.

        Messages are taken as they can be sent, so `messages` may be endless. None is sent
        again here: LATER says that it may be, and REFUSED or GONE that it should not. To
        an origin that is left alone for a while nothing is sent: LEFT_ALONE. Raises
        BadSubjectError when the contact is none.
        """
        coming, waiting = iter(messages), _Waiting()
        while True:
            waiting.fill(coming)
            yield from self._start(waiting)
            if not self._line.flying and not waiting.count:
                return
            for message, reply in self._line.turn(TURN):
                where = origin(message.endpoint)
                waiting.flying[where] -= 1
                self._origins[where].heard(reply)
                yield message, reply.answer

    def close(self) -> None:
        """Drops what is under way, and ends the connections."""
        self._line.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _start(self, waiting: _Waiting) -> Iterator[tuple[Message, Answer]]:
        for message in waiting.unusable:
            yield message, UNUSABLE
        waiting.unusable.clear()
        for where, queue in waiting.queues.items():
            known = self._origins[where]
            while queue and known.paused:
                yield waiting.next(where), LEFT_ALONE
            while (
                queue
                and waiting.flying[where] < known.window
                and self._line.flying < AT_ONCE
            ):
                message = waiting.next(where)
                if self._sent(where, message):
                    waiting.flying[where] += 1
                else:
                    yield message, UNUSABLE

    def _sent(self, where: str, message: Message) -> bool:
        try:
            body = message.sealed()
            head = self._heads.of(
                where, ttl=message.ttl, urgency=message.urgency, topic=message.topic
            )
        except vapid.BadSubjectError:
            raise
        except ProtocolError:
            return False
        self._line.start(message.endpoint, head, body, message)
        return True


class _Waiting:
    """Messages that were taken from the caller and are not under way, by origin."""

    def __init__(self) -> None:
        self.queues: dict[str, deque[Message]] = defaultdict(deque)
        self.flying: dict[str, int] = defaultdict(int)
        self.unusable: list[Message] = []
        self.count = 0

    def fill(self, coming: Iterator[Message]) -> None:
        """Takes more, until AHEAD of them wait."""
        while self.count + len(self.unusable) < AHEAD:
            message = next(coming, None)
            if message is None:
                return
            try:
                self.queues[origin(message.endpoint)].append(message)
                self.count += 1
            except ProtocolError:
                self.unusable.append(message)

    def next(self, where: str) -> Message:
        """Takes out the first for this origin."""
        self.count -= 1
        return self.queues[where].popleft()
