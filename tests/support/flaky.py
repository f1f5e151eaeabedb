"""A bad line: a TCP relay that delays, splits and cuts what goes through it."""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
import struct
from types import TracebackType
from typing import Self

from tests.support.loopthread import LOOPBACK, LoopThread

# A connection lives so many seconds, one in four of them hardly long enough for a head.
LIFE = (0.3, 6.0)
STILLBORN = 0.25

# Octets are passed on in pieces of so many, each after so many seconds.
PIECE = (1, 900)
PAUSE = (0.0, 0.05)

# One connection in so many is ended by a reset, the others by an end that looks proper.
RESETS = 2


class FlakyLine:
    """Relays connections at `port` to a server's, badly."""

    def __init__(self, thread: LoopThread, to: int, chance: random.Random) -> None:
        self._thread = thread
        self._to = to
        self._chance = chance
        self._server: asyncio.Server | None = None
        self._relays: set[asyncio.Task[None]] = set()
        self.cuts = 0
        self.port = 0

    def __enter__(self) -> Self:
        self._thread.run(self._open())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._thread.run(self._close())

    async def _open(self) -> None:
        self._server = await asyncio.start_server(self._relay, LOOPBACK, 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _close(self) -> None:
        assert self._server is not None
        self._server.close()
        for task in list(self._relays):
            task.cancel()
        await asyncio.gather(*self._relays, return_exceptions=True)

    async def _relay(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._relays.add(task)
        try:
            far, out = await asyncio.open_connection(LOOPBACK, self._to)
        except OSError:
            writer.close()
            return
        finally:
            self._relays.discard(task)
        self._relays.add(task)
        try:
            async with asyncio.timeout(self._life()):
                await asyncio.gather(
                    self._pass_on(reader, out), self._pass_on(far, writer)
                )
        except (TimeoutError, OSError):
            self.cuts += 1
            if self._chance.randrange(RESETS) == 0:
                _reset(writer)
        finally:
            self._relays.discard(task)
            for each in (writer, out):
                with contextlib.suppress(OSError, RuntimeError):
                    each.close()

    def _life(self) -> float:
        if self._chance.random() < STILLBORN:
            return self._chance.uniform(0.0, LIFE[0])
        return self._chance.uniform(*LIFE)

    async def _pass_on(
        self, source: asyncio.StreamReader, to: asyncio.StreamWriter
    ) -> None:
        while octets := await source.read(self._chance.randint(*PIECE)):
            await asyncio.sleep(self._chance.uniform(*PAUSE))
            to.write(octets)
            await to.drain()
        raise TimeoutError  # one half is over: so is the whole


def _reset(writer: asyncio.StreamWriter) -> None:
    found = writer.get_extra_info("socket")
    if found is not None:
        linger = struct.pack("ii", 1, 0)
        found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
