"""Where the live room reads the wire: in one thread, so that the event loop never waits
for the database."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

from django.db import DatabaseError, InterfaceError, connections

from stoppress.live.errors import WireUnreadable
from stoppress.live.framing import framed
from stoppress.live.subscribers import wanted
from stoppress.protocols.mercure import EVERYTHING
from stoppress.wire import reading, waking

if TYPE_CHECKING:
    from collections.abc import Callable

    from stoppress.live.frames import Frame
    from stoppress.wire.models import Entry

T = TypeVar("T")

# Frames kept after they were drawn: readers that come back together ask for the same
# ones, and an entry never changes. Stops the others from being kept for ever.
DRAWN_AT_MOST = 1_024


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of the wire, as read at one moment.

    `frames` are the entries for readers, in order; `end` is the last entry read, for
    readers or not, or where the reading began when there was none; `oldest` is the first
    entry that is still kept, 0 when none is.
    """

    frames: tuple[Frame, ...]
    end: int
    oldest: int


class Source(Protocol):
    """The wire, as this room needs it."""

    async def head(self) -> int:
        """The newest entry's number. Raises WireUnreadable."""

    async def after(
        self, seq: int, *, limit: int, selectors: tuple[str, ...] = (EVERYTHING,)
    ) -> Stretch:
        """Up to `limit` entries after `seq`; frames of those that are wanted.

        Raises WireUnreadable.
        """

    def listen(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Calls `callback`, from some thread, when there may be something new, until
        what it returns is called."""

    def close(self) -> None:
        """Ends the thread and its database connection."""


class Wire:
    """The wire in this newsroom's database."""

    def __init__(self, name: str) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._drawn: dict[int, Frame] = {}

    async def head(self) -> int:
        """See Source."""
        return await self._read(reading.head)

    async def after(
        self, seq: int, *, limit: int, selectors: tuple[str, ...] = (EVERYTHING,)
    ) -> Stretch:
        """See Source."""
        return await self._read(lambda: self._after(seq, limit, selectors))

    def listen(self, callback: Callable[[], None]) -> Callable[[], None]:
        """See Source."""
        return waking.listen(callback)

    def close(self) -> None:
        """See Source."""
        self._thread.submit(connections.close_all)
        self._thread.shutdown()

    async def _read(self, work: Callable[[], T]) -> T:
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._thread, _asked, work)
        except (DatabaseError, InterfaceError) as error:
            raise WireUnreadable(error) from error

    def _after(self, seq: int, limit: int, selectors: tuple[str, ...]) -> Stretch:
        entries = reading.after(seq, limit=limit)
        # Asked for after the reading: what was pruned meanwhile then shows.
        oldest = reading.oldest()
        frames = tuple(
            self._frame(entry) for entry in entries if wanted(entry.topics, selectors)
        )
        return Stretch(frames, entries[-1].seq if entries else seq, oldest)

    def _frame(self, entry: Entry) -> Frame:
        frame = self._drawn.get(entry.seq)
        if frame is None:
            frame = self._drawn[entry.seq] = framed(entry)
            if len(self._drawn) > DRAWN_AT_MOST:
                del self._drawn[next(iter(self._drawn))]
        return frame


def _asked(work: Callable[[], T]) -> T:
    try:
        return work()
    except (DatabaseError, InterfaceError):
        # A connection that failed is not used again; the next question opens another.
        connections.close_all()
        raise
