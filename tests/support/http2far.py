"""A push service that speaks HTTP/2 over TLS, in the few frames that it takes.

RFC 9113. It reads no header: whatever is posted is answered 200. What it is for is the
connection itself: how many streams it allows, how slow it is, and that it says GOAWAY
while more streams are under way.
"""

from __future__ import annotations

import asyncio
import ssl
import struct
from types import TracebackType
from typing import Self

from tests.support.certificates import Certificate
from tests.support.loopthread import LOOPBACK, LoopThread

PREFACE = 24  # bytes, section 3.4
DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, WINDOW_UPDATE = 0, 1, 3, 4, 6, 7, 8
END_STREAM = ACK = 1
END_HEADERS = 4
MAX_CONCURRENT_STREAMS = 3
REFUSED_STREAM = struct.pack(">I", 7)  # section 8.7: not looked at
STATUS_200 = b"\x88"  # RFC 7541, appendix A: entry 8 of the static table
PLENTY = 1 << 30  # bytes of flow control


class Http2Far:
    """The service. `streams`: at once on one connection; `after`: seconds until each
    answer; `leaves_after`: the first connection is told GOAWAY after so many requests,
    and those behind them are not looked at."""

    def __init__(
        self,
        certificate: Certificate,
        *,
        streams: int = 100,
        after: float = 0,
        leaves_after: int = 0,
    ) -> None:
        self.answered = 0
        self.connections = 0
        self.most_at_once = 0
        self._open = 0
        self._streams, self._after, self._leaves_after = streams, after, leaves_after
        self._thread = LoopThread()
        context = certificate.context()
        context.set_alpn_protocols(["h2"])
        self._server = self._thread.run(self._listen(context))
        self.port = int(self._server.sockets[0].getsockname()[1])

    @property
    def origin(self) -> str:
        return f"https://{LOOPBACK}:{self.port}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._thread.loop.call_soon_threadsafe(self._server.close)
        self._thread.close()

    async def _listen(self, context: ssl.SSLContext) -> asyncio.Server:
        return await asyncio.start_server(self._serve, LOOPBACK, 0, ssl=context)

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.connections += 1
        leaves_after = self._leaves_after if self.connections == 1 else 0
        try:
            await reader.readexactly(PREFACE)
            most = struct.pack(">HI", MAX_CONCURRENT_STREAMS, self._streams)
            writer.write(_frame(SETTINGS, 0, 0, most))
            writer.write(_frame(WINDOW_UPDATE, 0, 0, struct.pack(">I", PLENTY)))
            await self._streams_of(reader, writer, leaves_after)
        except* (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _streams_of(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        leaves_after: int,
    ) -> None:
        taken, under_way = 0, set[asyncio.Task[None]]()
        async with asyncio.TaskGroup() as group:
            while True:
                kind, flags, stream, body = await _read(reader)
                if kind == SETTINGS and not flags & ACK:
                    writer.write(_frame(SETTINGS, ACK, 0))
                elif kind == PING and not flags & ACK:
                    writer.write(_frame(PING, ACK, 0, body))
                elif not (kind in {DATA, HEADERS} and flags & END_STREAM):
                    continue
                elif len(under_way) >= self._streams:
                    writer.write(_frame(RST_STREAM, 0, stream, REFUSED_STREAM))
                else:
                    taken += 1
                    task = group.create_task(self._answer(writer, stream))
                    under_way.add(task)
                    task.add_done_callback(under_way.discard)
                    if taken == leaves_after:
                        writer.write(
                            _frame(GOAWAY, 0, 0, struct.pack(">II", stream, 0))
                        )
                        return

    async def _answer(self, writer: asyncio.StreamWriter, stream: int) -> None:
        self._open += 1
        self.most_at_once = max(self.most_at_once, self._open)
        await asyncio.sleep(self._after)
        self._open -= 1
        self.answered += 1
        writer.write(_frame(HEADERS, END_STREAM | END_HEADERS, stream, STATUS_200))


def _frame(kind: int, flags: int, stream: int, body: bytes = b"") -> bytes:
    """Section 4.1."""
    head = struct.pack(">I", len(body))[1:] + struct.pack(">BBI", kind, flags, stream)
    return head + body


async def _read(reader: asyncio.StreamReader) -> tuple[int, int, int, bytes]:
    head = await reader.readexactly(9)
    size = int.from_bytes(head[:3], "big")
    kind, flags, stream = struct.unpack(">BBI", head[3:])
    return kind, flags, stream, await reader.readexactly(size)
