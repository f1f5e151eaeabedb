"""The seam: what a reader missed, then what is new, with no gap and nothing twice.

A page is drawn from the wire up to N, and its stream asks for all after N. Meanwhile
entries keep coming. The join must neither lose an entry that comes between the reading of
the past and the first live one, nor bring one by both ways.

It is exact because of where it is made. The memory and the hub are moved along the wire
together, in one step of the event loop. If the memory holds everything after N, the
missed entries are taken from it and the reader is entered in the hub, with nothing in
between: whatever the memory has, the hub has given out already, and will not again;
whatever comes later finds the reader entered.

A reader that was away longer is first brought to where the memory reaches, from the
database, in as many readings as it takes; then the same step is made. While it reads, the
reader is in no list, so nothing has to be held back for it. A reading may run ahead of
what this process has handed out; what lies ahead is left out, for it will come live.

When it cannot be done the reader is told, by `event: resync`, and its page fetches itself
anew: for an id that was pruned, that is not on our wire, or that lies too far back. Who
asks for the `earliest` asks for what there is, and has lost nothing: it gets as much of the
wire's end as a reader gets at all.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stoppress.live.frames import resync
from stoppress.protocols.mercure import EARLIEST
from stoppress.protocols.mercure_publication import DATA_AT_MOST

if TYPE_CHECKING:
    from stoppress.live.memory import Memory
    from stoppress.live.source import Source
    from stoppress.live.tail import Tail
    from stoppress.live.wishes import Wish

log = logging.getLogger(__name__)

# How far behind what is in memory a reader may be and still be served entry by entry.
# Stops a request with an old id from reading the whole wire; a page that far behind is
# brought up to date sooner, and with less, by being fetched anew.
ENTRIES_BEHIND = 1_000

# Octets that one reader is sent for what it missed, the last entry not counted: one entry,
# however large, is never by itself a reason to lose it. Room for the largest update and
# an eventful hour beside it, and less than the hub parks for a reader: one that comes back
# has room again for what is new.
OCTETS_MISSED = DATA_AT_MOST + 256 * 1024

# Entries read from the database at once.
ENTRIES_AT_ONCE = 250

# Stops numbers that no database column can hold from being asked for.
_DIGITS_AT_MOST = 18


@dataclass(frozen=True, slots=True)
class Missed:
    """What a reader gets before anything new.

    `after` is the id that precedes it, for the answer's Last-Event-ID header: the one
    that was asked for or, when there is none, `earliest` (draft-dunglas-mercure-07
    "Reconciliation"). None: nothing was asked for.
    """

    chunks: list[bytes]
    after: str | None


class Lost(Exception):
    """What came after an id cannot be given entry by entry; the reader is told."""


class History:
    """Serves readers that come back."""

    def __init__(self, source: Source, memory: Memory, tail: Tail) -> None:
        self._source = source
        self._memory = memory
        self._tail = tail

    def at_hand(self, asked: str | None, wish: Wish) -> Missed | None:
        """What was missed since the id `asked`, when memory alone can tell; None when it
        takes `fetch`. The caller enters the reader in the hub before anything else."""
        if asked is None or asked == EARLIEST:
            return None if asked else Missed([], None)
        try:
            after = _number(asked)
            chunks = self._memory.since(after, wish)
            if chunks is not None:
                return Missed(_within_bounds(chunks), asked)
        except Lost as why:
            return self._lost(asked, why)
        if self._memory.floor - after > ENTRIES_BEHIND:
            return self._lost(asked, Lost("it lies too far back"))
        return None

    async def fetch(self, asked: str, wish: Wish) -> Missed:
        """What was missed, from the wire and then from memory.

        The caller enters the reader in the hub as soon as this returns, before it gives
        way to anything else. Raises WireUnreadable.
        """
        if asked == EARLIEST:
            return await self._from_the_earliest(wish)
        try:
            return Missed(
                _within_bounds(await self._since(_number(asked), wish)), asked
            )
        except Lost as why:
            return self._lost(asked, why)

    async def _from_the_earliest(self, wish: Wish) -> Missed:
        oldest = (await self._source.after(0, limit=1, wish=wish)).oldest
        begin = max(oldest - 1, self._memory.head - ENTRIES_BEHIND, 0)
        try:
            chunks = await self._since(begin, wish, bounded=False)
        except Lost:  # pruned between the two readings
            chunks = self._memory.since(self._memory.floor, wish) or []
        size = sum(map(len, chunks[:-1]))
        while size > OCTETS_MISSED:
            size -= len(chunks.pop(0))
        return Missed(chunks, EARLIEST)

    async def _since(
        self, after: int, wish: Wish, *, bounded: bool = True
    ) -> list[bytes]:
        if after > self._memory.head:
            # Another process may have given the reader what this one has not seen yet.
            await self._tail.catch_up()
        chunks: list[bytes] = []
        while (recent := self._memory.since(after, wish)) is None:
            if after > self._memory.head:
                raise Lost("it is not on the wire")
            stretch = await self._source.after(after, limit=ENTRIES_AT_ONCE, wish=wish)
            if stretch.oldest > after + 1 or stretch.end == after:
                raise Lost("what came after it was pruned")
            reach = self._memory.head
            chunks += [frame.chunk for frame in stretch.frames if frame.seq <= reach]
            after = min(stretch.end, reach)
            if bounded:
                _within_bounds(chunks)
        return chunks + recent

    def _lost(self, asked: str, why: Lost) -> Missed:
        log.debug("A reader asked for what came after %r: %s", asked, why)
        return Missed([resync(self._memory.head)], EARLIEST)


def _within_bounds(chunks: list[bytes]) -> list[bytes]:
    if sum(map(len, chunks[:-1])) > OCTETS_MISSED:
        raise Lost("too much came after it")
    return chunks


def _number(asked: str) -> int:
    number = asked.removeprefix("#")  # frames.published_id
    if number.isascii() and number.isdigit() and len(number) <= _DIGITS_AT_MOST:
        return int(number)
    raise Lost("it is none of our ids")
