"""Chromium's end of the line: Google's mobile connection server (MCS), over TLS.

The browser opens one TLS connection, says its protocol version in one byte, and then
both sides send frames: a tag, a length as a varint, a Protocol Buffers message. A
message for a browser that is not connected waits until it logs in.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import time

from tests.support.loopthread import LOOPBACK, LoopThread
from tests.support.protobuf import Fields, counted, integer, varint

VERSION = 41  # of the protocol, as Chromium says it
PING, PONG, LOGIN, WELCOME, CLOSE, DATA = 0, 1, 2, 3, 4, 8  # the tags of frames


class ConnectionServer:
    """One TLS listener; a browser is known by its device number, written as text."""

    def __init__(self, thread: LoopThread, tls: ssl.SSLContext) -> None:
        self.log: list[str] = []
        self._thread = thread
        self._browsers: dict[str, asyncio.StreamWriter] = {}
        self._waiting: dict[str, list[bytes]] = {}
        self._server = thread.run(self._listen(tls))
        self.port = int(self._server.sockets[0].getsockname()[1])

    async def deliver(self, device: str, message: bytes) -> None:
        """Hand a data message to a browser now, or keep it until it comes."""
        writer = self._browsers.get(device)
        if writer is None:
            self._waiting.setdefault(device, []).append(message)
            return
        await self._send(writer, DATA, message)

    def close(self) -> None:
        async def stop() -> None:
            self._server.close()
            for writer in list(self._browsers.values()):
                writer.close()
            await asyncio.sleep(0)

        self._thread.run(stop())

    async def _listen(self, tls: ssl.SSLContext) -> asyncio.Server:
        return await asyncio.start_server(self._serve, LOOPBACK, 0, ssl=tls)

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        device = ""
        # A browser that closes in the middle of a frame has simply gone.
        with contextlib.suppress(asyncio.IncompleteReadError, OSError):
            await reader.readexactly(1)  # its version
            writer.write(bytes([VERSION]))
            while True:
                tag, message = await self._frame(reader)
                self.log.append(f"browser: tag {tag}, {len(message)} bytes")
                if tag == LOGIN:
                    device = await self._login(writer, Fields(message))
                elif tag == PING:
                    await self._send(writer, PONG, b"")
                elif tag == CLOSE:
                    break
        if self._browsers.get(device) is writer:
            del self._browsers[device]
        writer.close()

    async def _frame(self, reader: asyncio.StreamReader) -> tuple[int, bytes]:
        tag = (await reader.readexactly(1))[0]
        length = shift = 0
        while True:
            byte = (await reader.readexactly(1))[0]
            length |= (byte & 127) << shift
            shift += 7
            if not byte & 128:
                return tag, await reader.readexactly(length)

    async def _login(self, writer: asyncio.StreamWriter, login: Fields) -> str:
        device = login.text(3)
        welcome = counted(1, login.text(1)) + integer(8, int(time.time() * 1000))
        await self._send(writer, WELCOME, welcome)
        self._browsers[device] = writer
        for message in self._waiting.pop(device, []):
            await self.deliver(device, message)
        return device

    async def _send(
        self, writer: asyncio.StreamWriter, tag: int, message: bytes
    ) -> None:
        self.log.append(f"service: tag {tag}, {len(message)} bytes")
        writer.write(bytes([tag]) + varint(len(message)) + message)
        await writer.drain()
