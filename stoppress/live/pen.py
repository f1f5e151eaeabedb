"""One writer process, as far as the web process knows it."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

from stoppress.live.channel import Channel
from stoppress.live.timing import Timing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from stoppress.live.channel import Message


class Pen:
    """A writer and the numbers of its readers."""

    def __init__(
        self, left: Callable[[Iterable[int]], None], lost: Callable[[Pen], None]
    ) -> None:
        """Starts the process. `left` is told which readers left; `lost`, that it ended."""
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-m", "stoppress.live.writer", str(theirs.fileno())]
        with theirs:
            self.process = subprocess.Popen(  # noqa: S603
                command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL
            )
        self._left = left
        self._lost = lost
        self.readers: set[int] = set()
        self.dropped = self.delivered = self.slow = self.owed = 0
        self.timing = Timing()
        loop = asyncio.get_running_loop()
        self.channel = Channel(ours, loop, self._take, self._end)

    def _take(self, message: Message, _descriptor: int | None) -> None:
        left, done, times, total = message
        self.dropped, self.delivered, self.slow, self.owed = done
        self.timing.counts, self.timing.total = times, total
        self.readers.difference_update(left)
        self._left(left)

    def _end(self) -> None:
        self._lost(self)
