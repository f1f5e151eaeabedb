"""The hub as the web process sees it when writers do the writing.

It has the hub's own interface. Each reader's socket goes to the writer that has the
fewest, each entry to all of them. Both go through one channel in the order in which they
were given, so the seam is as exact as in one process: an entry that the memory had when
a reader was let in went through the channel before that reader, and is not written to it
again; one that comes later goes through after it.

A writer that dies takes its readers' connections along; they come back with the number
they had, to the next, which is started at once.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import os
import subprocess
from dataclasses import astuple
from typing import TYPE_CHECKING

from stoppress.live.channel import packed
from stoppress.live.descriptors import inode
from stoppress.live.guests import Guests
from stoppress.live.hub import TOPICS_COUNTED
from stoppress.live.pen import Pen
from stoppress.live.subscribers import Subscribers
from stoppress.live.timing import Timing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from stoppress.live.frames import Frame
    from stoppress.live.observing import Observer
    from stoppress.live.wishes import Wish

log = logging.getLogger(__name__)

# A writer that dies is replaced after so many seconds, so that one which cannot start
# does not take the machine with it.
PAUSE = 1.0

# How long a writer may take to say goodbye to its readers: seconds. Then it is killed, so
# that it does not keep a deploy waiting.
GOODBYE = 5.0


class RemoteHub:
    """All readers of this process, who are with its writers."""

    def __init__(self, writers: int, *, room: int) -> None:
        """`room`: how many readers each of so many writers takes."""
        self.turned_away = 0
        self.closed = False
        self.guests = Guests()
        self._writers = writers
        self._room_of_each = room
        self._pens: list[Pen] = []
        self._processes: set[subprocess.Popen[bytes]] = set()
        self._index = Subscribers()
        self._numbers = itertools.count(1)
        self._records: dict[int, tuple[Pen, int]] = {}  # its pen, its socket's inode
        self._observers: list[Observer] = []
        self._before = (0, 0)  # dropped and delivered by writers that are no more
        self._timing_before = Timing()

    def observe(self, observer: Observer) -> None:
        """See Hub."""
        self._observers.append(observer)

    def start(self, _loop: asyncio.AbstractEventLoop) -> None:
        """Starts the writers."""
        for _ in range(self._writers):
            self._begin()

    def subscribe(
        self,
        descriptor: int,
        wish: Wish,
        opening: Sequence[bytes],
        *,
        chunked: bool = True,
        network: int = 0,
    ) -> bool:
        """See Hub."""
        pen = min(self._pens, key=lambda pen: len(pen.readers), default=None)
        if pen is None:
            os.close(descriptor)  # it comes back, to the writer that is being started
            return False
        number = next(self._numbers)
        self._records[number] = (pen, inode(descriptor))
        pen.readers.add(number)
        self.guests.enter(number, network)
        message = ("reader", number, wish.selectors, tuple(opening), chunked)
        pen.channel.send(*message, descriptor=descriptor)
        self._index.add(number, wish)
        for each in self._observers:
            each.entered(number, wish)
        return True

    def publish(self, frame: Frame) -> None:
        """See Hub. Who may read what is private is decided here."""
        if not frame.private:
            self._tell("publish", *astuple(frame))
            return
        allowed = set(self._index.of(frame.topics, private=True))
        for pen in self._pens:
            if numbers := tuple(allowed & pen.readers):
                pen.channel.send("give", numbers, astuple(frame))

    def beat(self, frame: bytes) -> None:
        """See Hub."""
        self._tell("beat", frame)

    def let_go(self, count: int) -> None:
        """See Hub."""
        share = -(-count // max(len(self._pens), 1))
        self._tell("let go", share)

    def dismiss(self, reader: int) -> None:
        """See Hub."""
        if (record := self._records.get(reader)) is not None:
            record[0].channel.send("dismiss", reader)

    def close(self) -> None:
        """See Hub. The writers do it, in their time."""
        self.closed = True
        self._tell("close")

    async def gone(self) -> None:
        """Waits for the writers to end."""
        for process in self._processes:
            try:
                await asyncio.to_thread(process.wait, GOODBYE)
            except subprocess.TimeoutExpired:
                process.kill()
                await asyncio.to_thread(process.wait)

    def who(self) -> Iterator[tuple[int, Wish]]:
        """See Hub."""
        for reader in self._index:
            if (wish := self._index.wish(reader)) is not None:
                yield reader, wish

    def wish(self, reader: int) -> Wish | None:
        """See Hub."""
        return self._index.wish(reader)

    def inode(self, reader: int) -> int:
        """See Hub."""
        return self._records[reader][1]

    def counts(self) -> dict[str, int]:
        """See Hub."""
        return dict(self._index.counts().most_common(TOPICS_COUNTED))

    @property
    def templates(self) -> int:
        """See Hub."""
        return self._index.templates

    @property
    def room(self) -> int:
        """How many readers are let in."""
        return self._room_of_each * len(self._pens)

    @property
    def full(self) -> bool:
        """See Hub."""
        return self.readers >= self.room

    @property
    def readers(self) -> int:
        """See Hub."""
        return len(self._index)

    @property
    def slow(self) -> int:
        """See Hub."""
        return sum(pen.slow for pen in self._pens)

    @property
    def owed(self) -> int:
        """See Hub."""
        return sum(pen.owed for pen in self._pens)

    @property
    def dropped(self) -> int:
        """See Hub."""
        return self._before[0] + sum(pen.dropped for pen in self._pens)

    @property
    def delivered(self) -> int:
        """See Hub."""
        return self._before[1] + sum(pen.delivered for pen in self._pens)

    @property
    def timing(self) -> Timing:
        """See Hub."""
        together = Timing()
        for each in (self._timing_before, *(pen.timing for pen in self._pens)):
            together.include(each.counts, each.total)
        return together

    # --- what the writers tell ----------------------------------------------------------

    def _left(self, readers: Iterable[int]) -> None:
        for reader in readers:
            wish = self._index.wish(reader)
            self._index.drop(reader)
            for each in self._observers:
                if wish is not None:
                    each.left(reader, wish)
            del self._records[reader]
            self.guests.leave(reader)

    def _lost(self, pen: Pen) -> None:
        self._pens.remove(pen)
        self._before = (self._before[0] + pen.dropped, self._before[1] + pen.delivered)
        self._timing_before.include(pen.timing.counts, pen.timing.total)
        self._left(pen.readers)
        if self.closed:
            return
        log.error(
            "A writer ended with %d readers; another is started", len(pen.readers)
        )
        asyncio.get_running_loop().call_later(PAUSE, self._begin)

    def _begin(self) -> None:
        self._processes = {each for each in self._processes if each.poll() is None}
        if not self.closed:
            pen = Pen(self._left, self._lost)
            self._processes.add(pen.process)
            self._pens.append(pen)

    def _tell(self, *message: object) -> None:
        octets = packed(*message)
        for pen in self._pens:
            pen.channel.send_packed(octets)
