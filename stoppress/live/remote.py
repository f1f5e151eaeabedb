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
import logging
import os
import socket
import subprocess
import sys
from collections import Counter
from dataclasses import fields
from typing import TYPE_CHECKING

from stoppress.live.channel import Channel, packed
from stoppress.live.guests import READERS_OF_ONE, Count
from stoppress.live.timing import Timing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stoppress.live.channel import Message
    from stoppress.live.frames import Frame

log = logging.getLogger(__name__)

# A writer that dies is replaced after so many seconds, so that one which cannot start
# does not take the machine with it.
PAUSE = 1.0


class Pen:
    """One writer process, as far as the web process knows it."""

    def __init__(self, hub: RemoteHub, room: int) -> None:
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-m", "stoppress.live.writer", str(theirs.fileno())]
        with theirs:
            self.process = subprocess.Popen(  # noqa: S603
                command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL
            )
        self._hub = hub
        self.room = room
        self.readers = 0
        self.networks: Counter[int] = Counter()
        self.dropped = self.delivered = self.slow = self.owed = 0
        self.counts: dict[str, int] = {}
        self.timing = Timing()
        loop = asyncio.get_running_loop()
        self.channel = Channel(ours, loop, self._take, self._lost)

    def hand(
        self,
        descriptor: int,
        selectors: tuple[str, ...],
        opening: Sequence[bytes],
        *,
        chunked: bool,
        network: int,
    ) -> None:
        """Hands a reader's socket over."""
        self.readers += 1
        self.networks[network] += 1
        message = ("subscribe", selectors, tuple(opening), chunked, network)
        self.channel.send(*message, descriptor=descriptor)

    def _take(self, message: Message, _descriptor: int | None) -> None:
        left, done, self.counts, times, total = message
        self.dropped, self.delivered, self.slow, self.owed = done
        self.timing.counts, self.timing.total = times, total
        self.readers -= len(left)
        for network in left:
            self.networks[network] -= 1
            self._hub.left(network)

    def _lost(self) -> None:
        for network in self.networks.elements():
            self._hub.left(network)
        self._hub.lost(self)


class RemoteHub:
    """All readers of this process, who are with its writers."""

    def __init__(self, writers: int, *, room: int) -> None:
        """`room`: how many readers each of so many writers takes."""
        self.turned_away = 0
        self.closed = False
        self.guests = Count(READERS_OF_ONE)
        self._writers = writers
        self._room_of_each = room
        self._pens: list[Pen] = []
        self._processes: set[subprocess.Popen[bytes]] = set()
        self._before = (0, 0)  # dropped and delivered by writers that are no more
        self._timing_before = Timing()

    def start(self, _loop: asyncio.AbstractEventLoop) -> None:
        """Starts the writers."""
        for _ in range(self._writers):
            self._begin()

    def subscribe(
        self,
        descriptor: int,
        selectors: tuple[str, ...],
        opening: Sequence[bytes],
        *,
        chunked: bool = True,
        network: int = 0,
    ) -> None:
        """See Hub."""
        pen = min(self._pens, key=lambda pen: pen.readers, default=None)
        if pen is None:
            os.close(descriptor)  # it comes back, to the writer that is being started
            return
        pen.hand(descriptor, selectors, opening, chunked=chunked, network=network)
        if network:
            self.guests.enter(network)

    def publish(self, frame: Frame) -> None:
        """See Hub."""
        self._tell("publish", *(getattr(frame, each.name) for each in fields(frame)))

    def beat(self, frame: bytes) -> None:
        """See Hub."""
        self._tell("beat", frame)

    def let_go(self, count: int) -> None:
        """See Hub."""
        share = -(-count // max(len(self._pens), 1))
        self._tell("let go", share)

    def close(self) -> None:
        """See Hub. The writers do it, in their time."""
        self.closed = True
        self._tell("close")

    async def gone(self) -> None:
        """Waits for the writers to end."""
        for process in self._processes:
            await asyncio.to_thread(process.wait)

    @property
    def room(self) -> int:
        """How many readers are let in."""
        return sum(pen.room for pen in self._pens)

    @property
    def full(self) -> bool:
        """See Hub."""
        return self.readers >= self.room

    @property
    def readers(self) -> int:
        """See Hub."""
        return sum(pen.readers for pen in self._pens)

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

    def counts(self) -> dict[str, int]:
        """See Hub."""
        found: Counter[str] = Counter()
        for pen in self._pens:
            found.update(pen.counts)
        return dict(found)

    # --- what the writers tell ----------------------------------------------------------

    def left(self, network: int) -> None:
        """A reader of this network has left."""
        if network:
            self.guests.leave(network)

    def lost(self, pen: Pen) -> None:
        """A writer is gone."""
        self._pens.remove(pen)
        self._before = (self._before[0] + pen.dropped, self._before[1] + pen.delivered)
        self._timing_before.include(pen.timing.counts, pen.timing.total)
        if self.closed:
            return
        log.error("A writer ended with %d readers; another is started", pen.readers)
        asyncio.get_running_loop().call_later(PAUSE, self._begin)

    def _begin(self) -> None:
        self._processes = {each for each in self._processes if each.poll() is None}
        if not self.closed:
            pen = Pen(self, self._room_of_each)
            self._processes.add(pen.process)
            self._pens.append(pen)

    def _tell(self, *message: object) -> None:
        octets = packed(*message)
        for pen in self._pens:
            pen.channel.send_packed(octets)
