"""What lies between a reader and the newsroom: a line that is cut, goes dead, or holds
back what does not end.

It passes octets on as they come. Connections on which a stream was asked for are known,
so that a test can count them.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Coroutine

from tests.support.loopthread import LOOPBACK, LoopThread

STREAM = b"GET /.well-known/mercure"


class _Near(asyncio.Protocol):
    """One connection through the cable, at the reader's end."""

    def __init__(self, cable: Cable) -> None:
        self.cable = cable
        self.stream = False  # asked for a stream
        self.dead = False
        self._left = False
        self._waiting: list[bytes] = []
        self._far: asyncio.Transport | None = None
        self._reader: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._reader = transport
        if self.cable.is_cut:
            transport.abort()
            return
        self.cable.lines.add(self)
        self.cable.dial(self)

    def data_received(self, data: bytes) -> None:
        if self.dead:
            return
        self.stream = self.stream or data.startswith(STREAM)
        if self.stream and self.cable.refuses_streams:
            self.end()
            return
        if self._far is None:
            self._waiting.append(data)
        else:
            self._far.write(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self.cable.lines.discard(self)
        self._left = True
        if self._far is not None:
            self._far.abort()

    def reached(self, far: asyncio.Transport) -> None:
        """The newsroom has answered the call."""
        if self._left:
            far.abort()
            return
        self._far = far
        for data in self._waiting:
            far.write(data)
        self._waiting.clear()

    def passed(self, data: bytes) -> None:
        """Octets from the newsroom."""
        held = self.stream and self.cable.holds_streams
        if self._reader is not None and not self.dead and not held:
            self._reader.write(data)

    def end(self) -> None:
        if self._reader is not None:
            self._reader.close()


class _Far(asyncio.Protocol):
    """The same connection at the newsroom's end."""

    def __init__(self, near: _Near) -> None:
        self._near = near

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._near.reached(transport)

    def data_received(self, data: bytes) -> None:
        self._near.passed(data)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._near.dead:
            self._near.end()


class Cable:
    """A TCP relay on loopback, in front of the newsroom's port."""

    def __init__(self, thread: LoopThread, port: int) -> None:
        self.lines: set[_Near] = set()
        self.is_cut = False
        self.holds_streams = False
        self.refuses_streams = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._to = port
        self._thread = thread
        self._door = socket.create_server((LOOPBACK, 0))
        self._door.setblocking(False)
        self._porter = asyncio.run_coroutine_threadsafe(self._let_in(), thread.loop)
        self.port = int(self._door.getsockname()[1])
        self.url = f"http://localhost:{self.port}"

    @property
    def streams(self) -> int:
        """How many streams pass at this moment."""
        return self._thread.run(self._count())

    def cut(self) -> None:
        """Every connection ends, and no new one comes about."""
        self.is_cut = True
        self._thread.run(self._end(streams_alone=False))

    def mend(self) -> None:
        """New connections pass again."""
        self.is_cut = False

    def deaden(self) -> None:
        """Streams stay connected and nothing passes in them any more, as when a router
        forgets; new connections pass. Idle ones end, as they do by themselves."""
        self._thread.run(self._deaden())

    def hold(self) -> None:
        """From now on what a stream says is kept back, as by a front end that waits for
        the end of an answer."""
        self.holds_streams = True

    def refuse(self) -> None:
        """From now on a connection on which a stream is asked for ends at once."""
        self.refuses_streams = True
        self._thread.run(self._end(streams_alone=True))

    def pass_on(self) -> None:
        """Streams opened from now on pass; those that were kept back end."""
        self.holds_streams = self.refuses_streams = False
        self._thread.run(self._end(streams_alone=True))

    def close(self) -> None:
        self._porter.cancel()
        self._thread.run(self._stop())

    def dial(self, near: _Near) -> None:
        """Calls the newsroom for a reader."""
        self._begin(self._call(near))

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = self._thread.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # --- on the loop --------------------------------------------------------------------

    async def _let_in(self) -> None:
        # By hand: a server of asyncio's loses whom it lets in as it closes.
        loop = asyncio.get_running_loop()
        while True:
            near, _ = await loop.sock_accept(self._door)
            self._begin(self._meet(near))

    async def _meet(self, near: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        await loop.connect_accepted_socket(lambda: _Near(self), near)

    async def _stop(self) -> None:
        while self._tasks:
            await asyncio.gather(*self._tasks)
        await self._end(streams_alone=False)
        self._door.close()

    async def _call(self, near: _Near) -> None:
        loop = asyncio.get_running_loop()
        try:
            await loop.create_connection(lambda: _Far(near), LOOPBACK, self._to)
        except OSError:
            near.end()  # the newsroom is down

    async def _count(self) -> int:
        return sum(line.stream for line in self.lines)

    async def _end(self, *, streams_alone: bool) -> None:
        for line in list(self.lines):
            if line.stream or not streams_alone:
                line.end()

    async def _deaden(self) -> None:
        for line in list(self.lines):
            if line.stream:
                line.dead = True
            else:
                line.end()
