"""Writing one frame to thousands of readers without keeping anyone else waiting.

A write to a socket costs the kernel three or four microseconds: ten thousand readers are
forty milliseconds in which this process answers nobody else. So the work is cut into
slices, and between two slices the event loop turns once.

How long is a slice? A fixed one is wrong both ways. When the loop is idle, short slices
only lose time in turning it. When the loop is busy (pages are being made), a short slice
after each turn would starve the readers: half a millisecond for them, ten for others.
So a slice is never shorter than the time that the loop has just spent on others: on a
busy loop the readers get half of the time and the others the other half, and on an idle
one a turn costs nothing.

Frames are written in the order in which they were given, one frame to all of its readers
before the next: the order of the wire is then the order of every reader, as long as one
who lags in a frame is not written the next one directly. Those are handed back to the
hub, which parks the frame behind what they are still owed.
"""

from __future__ import annotations

import os
import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from stoppress.live.timing import Timing

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Collection

# Seconds of writing before others get their turn, when they have little to do. Shorter
# costs readers more turns, longer is felt in every page that is asked for meanwhile.
SLICE = 0.000_5

# Stops a view that blocked the loop for seconds from being paid back in full, by seconds
# in which only readers are served.
SLICE_AT_MOST = 0.02

# Writes between two looks at the clock.
STRIDE = 16


class Readers(Protocol):
    """What the fan-out asks of the hub."""

    def owe(self, reader: int, frame: bytes) -> None:
        """The reader lags already: this frame comes after what it is owed."""

    def lag(self, reader: int, rest: memoryview) -> None:
        """The reader's socket is full: this much of the frame is left."""

    def drop(self, reader: int) -> None:
        """The reader is gone."""

    def rest(self) -> None:
        """Nothing is being written any more."""


@dataclass(slots=True)
class Job:
    """A frame and the readers who have yet to get it.

    `kept`: a reader that lags gets it later. A heartbeat is not kept: who is owed an
    entry does not need one.
    """

    readers: list[int]
    frame: bytes
    kept: bool = True
    born: float = 0.0  # when it was put on the wire, seconds since 1970; 0: nobody asks


class FanOut:
    """The frames that are being written, in order."""

    def __init__(self, readers: Readers, lagging: Collection[int]) -> None:
        self._readers = readers
        self._lagging = lagging
        self._jobs: deque[Job] = deque()
        self._left = 0.0  # when the last slice ended; 0 while nothing is being written
        self._loop: asyncio.AbstractEventLoop | None = None
        self.delivered = 0
        self.timing = Timing()

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Takes its turns on this loop from now on."""
        self._loop = loop

    @property
    def busy(self) -> bool:
        """True while some reader's number may stand in a job."""
        return bool(self._jobs)

    def give(self, job: Job) -> None:
        """Writes a frame to its readers: a slice of them now, the others in turns."""
        if not job.readers:
            return
        self._jobs.append(job)
        if len(self._jobs) == 1:
            self._turn()

    def finish(self) -> None:
        """Writes all that is left, at once."""
        while self._jobs:
            self._write(self._jobs[0], float("inf"))
            self._jobs.popleft()
        self._readers.rest()

    def _turn(self) -> None:
        started = time.perf_counter()
        elsewhere = started - self._left if self._left else 0.0
        end = started + max(SLICE, min(elsewhere, SLICE_AT_MOST))
        while self._jobs:
            if not self._write(self._jobs[0], end):
                self._left = time.perf_counter()
                if self._loop is not None:
                    self._loop.call_soon(self._turn)
                return
            self._done(self._jobs.popleft())
        self._left = 0.0
        self._readers.rest()

    def _done(self, job: Job) -> None:
        if job.born:
            self.timing.add(time.time() - job.born)

    def _write(self, job: Job, end: float) -> bool:
        """Writes until `end`. True when the job is done, False when the slice is over."""
        readers, clock = job.readers, time.perf_counter
        at_first = len(readers)
        while readers:
            self._stride(job, min(STRIDE, len(readers)))
            if clock() >= end:
                break
        if job.kept:
            self.delivered += at_first - len(readers)
        return not readers

    def _stride(self, job: Job, count: int) -> None:
        """The hot loop: everything that every delivery costs."""
        frame, lagging, kept = job.frame, self._lagging, job.kept
        size, pop, write = len(frame), job.readers.pop, os.write
        for _ in range(count):
            reader = pop()
            if lagging and reader in lagging:
                if kept:
                    self._readers.owe(reader, frame)
                continue
            try:
                written = write(reader, frame)
            except BlockingIOError:
                written = 0
            except OSError:
                self._readers.drop(reader)
                continue
            if written != size and (written or kept):
                self._readers.lag(reader, memoryview(frame)[written:])
