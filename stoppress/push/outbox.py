"""The outbox: letters on their way to all push services, each at its own pace.

What a service does must not be felt by the others, so nothing here waits for the slowest
answer. A round starts what may fly, lets answers come in for a moment, and ends with some
letters answered, some kept back, which no service has seen, and some still flying. Those
are left alone: their answers come in a later round, and until then their followers get no
other letter, or an alert could overtake its own correction.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter, defaultdict, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyroaring import BitMap

from stoppress.push.sending import Letter, Sender

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stoppress.protocols.push_request import Answer
    from stoppress.push.models import Follower
    from stoppress.push.origins import Origins

# The longest round. What it brings is entered into the ledger then, and the tail looks
# after its lease and after news.
ROUND = 0.25  # seconds

# A service that has answered all its letters waits no longer than this for the others'
# answers before it gets its next.
LINGER = 0.02  # seconds


@dataclass(frozen=True, slots=True)
class Dispatch:
    """A letter, and what it is part of."""

    broadcast: int
    follower: Follower
    letter: Letter

    @property
    def service(self) -> str:
        return self.follower.service


class Outbox:
    """Sends from the event loop in which it is first used; not thread-safe."""

    def __init__(self, origins: Origins) -> None:
        self._origins = origins
        self._sender = Sender()
        self._waiting: dict[str, deque[Dispatch]] = defaultdict(deque)
        self._answers: list[tuple[Dispatch, Answer]] = []
        self._flying: dict[asyncio.Task[None], Dispatch] = {}
        self._by_service: Counter[str] = Counter()
        self._dry = False  # a service has answered all it was given
        self._news = asyncio.Event()
        self._error: BaseException | None = None
        self.followers = BitMap()  # who has a letter under way

    def under_way(self, service: str) -> int:
        """Letters that this service has not answered yet."""
        return self._by_service[service]

    async def round(
        self, letters: Iterable[Dispatch]
    ) -> tuple[list[tuple[Dispatch, Answer]], list[Dispatch]]:
        """Sends for a moment. Returns what was answered, and what was kept back. Raises
        what broke the sending in the round before, which was answered all the same."""
        if self._error is not None:
            error, self._error = self._error, None
            raise error
        for one in letters:
            self._waiting[one.service].append(one)
            self.followers.add(one.follower.pk)
        self._dry = False
        for service in list(self._waiting):
            self._start(service)
        began = time.monotonic()
        while self._flying and (left := self._left(began)) > 0:
            self._news.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await self._news.wait()
        return self._ended()

    async def close(self) -> None:
        """Drops what is under way, as if the process had been killed, and ends the
        connections."""
        flying = list(self._flying)
        for task in flying:
            task.cancel()
        await asyncio.gather(*flying, return_exceptions=True)
        await self._sender.close()

    def _start(self, service: str) -> None:
        """Lets fly what may fly of this service's letters."""
        origin, waiting = self._origins[service], self._waiting[service]
        while (
            waiting and not origin.paused and self._by_service[service] < origin.window
        ):
            one = waiting.popleft()
            self._by_service[service] += 1
            task = asyncio.get_running_loop().create_task(self._fly(one))
            self._flying[task] = one
            task.add_done_callback(self._landed)

    async def _fly(self, one: Dispatch) -> None:
        reply = await self._sender.send(one.letter)
        self._origins[one.service].heard(reply)
        self._answers.append((one, reply.answer))

    def _landed(self, task: asyncio.Task[None]) -> None:
        one = self._flying.pop(task)
        self._by_service[one.service] -= 1
        if not task.cancelled() and not self._broken(one, task.exception()):
            self._start(one.service)
        if not self._by_service[one.service]:
            del self._by_service[one.service]
            self._dry = True
        self._news.set()

    def _broken(self, one: Dispatch, error: BaseException | None) -> bool:
        """Ours, not the service's: nothing was sent."""
        if error is not None:
            self._error = error
            self._waiting[one.service].append(one)
        return error is not None

    def _left(self, began: float) -> float:
        """Seconds that this round may still take."""
        spent = time.monotonic() - began
        if not (self._dry and self._answers):
            return ROUND - spent
        return 0 if len(self._answers) >= len(self._flying) else LINGER - spent

    def _ended(self) -> tuple[list[tuple[Dispatch, Answer]], list[Dispatch]]:
        kept = [one for waiting in self._waiting.values() for one in waiting]
        answers, self._answers = self._answers, []
        self._waiting.clear()
        for one in [*(one for one, _ in answers), *kept]:
            self.followers.discard(one.follower.pk)
        return answers, kept
