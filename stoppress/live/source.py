"""Where the live room reads the wire: in one thread, so that the event loop never waits
for the database."""

from __future__ import annotations

import asyncio
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

from django.db import DatabaseError, InterfaceError, connections

from stoppress.live.errors import WireUnreadable
from stoppress.live.framing import framed, post_of
from stoppress.posts import queries
from stoppress.wire import reading, waking

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from stoppress.live.frames import Frame
    from stoppress.live.wishes import Wish
    from stoppress.posts.views import PostView
    from stoppress.wire.models import Entry

T = TypeVar("T")

# Frames kept after they were drawn: readers that come back together ask for the same
# ones. Stops the others from being kept for ever.
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

    async def after(self, seq: int, *, limit: int, wish: Wish | None = None) -> Stretch:
        """Up to `limit` entries after `seq`; frames of those that are wanted, without a
        wish of all that have topics. Raises WireUnreadable."""

    async def drawn_anew(self, seqs: Sequence[int]) -> dict[int, Frame]:
        """These entries as they are drawn now, those that are still kept. Raises
        WireUnreadable."""

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

    async def after(self, seq: int, *, limit: int, wish: Wish | None = None) -> Stretch:
        """See Source."""
        return await self._read(lambda: self._after(seq, limit, wish))

    async def drawn_anew(self, seqs: Sequence[int]) -> dict[int, Frame]:
        """See Source."""
        return await self._read(lambda: self._anew(seqs))

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

    def _after(self, seq: int, limit: int, wish: Wish | None) -> Stretch:
        entries = reading.after(seq, limit=limit)
        # Asked for after the reading: what was pruned meanwhile then shows.
        oldest = reading.oldest()
        shown = [entry for entry in entries if _is_wanted(entry, wish)]
        at_end = len(entries) < limit
        frames = tuple(self._frames(shown, _outdated(entries) if at_end else None))
        return Stretch(frames, entries[-1].seq if entries else seq, oldest)

    def _anew(self, seqs: Sequence[int]) -> dict[int, Frame]:
        return {frame.seq: frame for frame in self._frames(reading.entries(seqs))}

    def _frames(
        self, entries: list[Entry], outdated: set[int] | None = None
    ) -> Iterable[Frame]:
        """`outdated`: the posts of which an entry may not be the last word; without it
        any may be."""
        posts = {entry.seq: post_of(entry) for entry in entries}
        asked = {post for post in posts.values() if post is not None}
        now = queries.posts(asked if outdated is None else asked & outdated)
        for entry in entries:
            yield self._frame(entry, now.get(posts[entry.seq] or 0))

    def _frame(self, entry: Entry, now: PostView | None) -> Frame:
        frame = self._drawn.get(entry.seq)
        if frame is None or (now is not None and now["revision"] > frame.revision):
            frame = self._drawn[entry.seq] = framed(entry, now)
            if len(self._drawn) > DRAWN_AT_MOST:
                del self._drawn[next(iter(self._drawn))]
        return frame


def _outdated(entries: list[Entry]) -> set[int]:
    """The posts with several of these entries, which reach to the wire's end. Whatever
    changes a post is put on the wire with it, so the last of them says how it is, and
    that of an update which just came in needs no further question."""
    told = Counter(map(post_of, entries))
    return {post for post, times in told.items() if post is not None and times > 1}


def _is_wanted(entry: Entry, wish: Wish | None) -> bool:
    if wish is None:
        return bool(entry.topics)
    return wish.wants(entry.topics, private=bool(entry.payload.get("private")))


def _asked(work: Callable[[], T]) -> T:
    try:
        return work()
    except (DatabaseError, InterfaceError):
        # A connection that failed is not used again; the next question opens another.
        connections.close_all()
        raise
