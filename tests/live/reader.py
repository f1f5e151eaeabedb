"""A reader on a plain socket, strict about every octet it is sent."""

from __future__ import annotations

import json
import select
import socket
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from stoppress.protocols.sse import Event, Parser
from tests.live.paper import STORY
from tests.support.closing import Closing
from tests.support.waiting import PATIENCE

HUB = "/.well-known/mercure"


def request(
    *topics: str,
    last: int | str | None = None,
    header: int | str | None = None,
    http: str = "1.1",
    also: Mapping[str, str] | None = None,
    query: str = "",
) -> bytes:
    """The octets of a subscribe request; `last` is the parameter, `header` the header;
    `also` are further headers, `query` further parameters as they stand."""
    asked = [f"topic={quote(topic)}" for topic in topics or (STORY,)]
    if last is not None:
        asked.append(f"lastEventID={quote(str(last))}")
    if query:
        asked.append(query)
    lines = [f"GET {HUB}?{'&'.join(asked)} HTTP/{http}", "Host: x"]
    lines += [f"{name}: {value}" for name, value in (also or {}).items()]
    if header is not None:
        lines.append(f"Last-Event-ID: {header}")
    return "\r\n".join([*lines, "", ""]).encode()


class Connection(Closing):
    """A connection to the server, and what came on it that was not looked at yet."""

    def __init__(self, port: int, *, buffer: int | None = None) -> None:
        self.socket = socket.socket()
        if buffer is not None:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(("127.0.0.1", port))
        self.rest = b""

    def send(self, octets: bytes) -> None:
        self.socket.sendall(octets)

    def receive(self) -> bytes:
        """More octets; empty at the end of the connection."""
        octets = self.socket.recv(65536)
        self.rest += octets
        return octets

    def head(self) -> tuple[int, dict[str, str]]:
        """The next answer's status and headers."""
        while b"\r\n\r\n" not in self.rest:
            assert self.receive(), f"closed after {self.rest!r}"
        head, _, self.rest = self.rest.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        assert first.startswith("HTTP/1.1 "), first
        headers = (line.partition(":") for line in lines)
        return int(first.split()[1]), {
            name.lower(): value.strip() for name, _, value in headers
        }

    def answer(self) -> tuple[int, dict[str, str], bytes]:
        """The next answer that has a length."""
        status, headers = self.head()
        length = int(headers["content-length"])
        while len(self.rest) < length:
            assert self.receive(), "closed within a body"
        body, self.rest = self.rest[:length], self.rest[length:]
        return status, headers, body

    def is_closed(self) -> bool:
        """True when the server ends the connection without another octet."""
        try:
            return self.receive() == b""
        except ConnectionResetError:
            return True

    def close(self, *, rudely: bool = False) -> None:
        if rudely:  # a reset instead of a goodbye
            self.socket.setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0"
            )
        self.socket.close()


class Reader(Connection):
    """Someone with a page open; takes an answer without chunks when it has no chunks."""

    def __init__(
        self,
        port: int,
        *topics: str,
        buffer: int | None = None,
        **asked: Any,
    ) -> None:
        """`asked`: see `request`."""
        super().__init__(port, buffer=buffer)
        self.send(request(*topics, **asked))
        self.events: list[Event] = []
        self.ended = False
        self.opened()

    @classmethod
    def on(cls, connection: Connection) -> Reader:
        """The reader that an open connection becomes, its request having been sent."""
        reader = cls.__new__(cls)
        reader.socket, reader.rest = connection.socket, connection.rest
        reader.events, reader.ended = [], False
        reader.opened()
        return reader

    def opened(self) -> None:
        """Reads the head."""
        self._parser = Parser()
        self.status, self.headers = self.head()
        assert self.status == 200, (self.status, self.rest)
        self._chunked = self.headers.get("transfer-encoding") == "chunked"
        self._take()

    @property
    def last_event_id(self) -> str:
        return self._parser.last_event_id

    @property
    def retry(self) -> int | None:
        return self._parser.retry

    @property
    def seqs(self) -> list[int]:
        """The entries that came, in the order in which they came."""
        return [json.loads(e.data)["seq"] for e in self.events if e.type == "message"]

    @property
    def texts(self) -> list[str]:
        return [json.loads(e.data)["text"] for e in self.events if e.type == "message"]

    @property
    def resyncs(self) -> list[int]:
        """Where on the wire it was told to begin anew."""
        return [int(e.last_event_id) for e in self.events if e.type == "resync"]

    def until(self, look: Callable[[Reader], Any]) -> Reader:
        """Reads until `look` likes what came."""
        end = time.monotonic() + PATIENCE
        while not look(self):
            assert not self.ended, f"the stream ended: {self._told()}"
            assert time.monotonic() < end, f"it did not come: {self._told()}"
            self.read()
        return self

    def until_seq(self, seq: int) -> Reader:
        return self.until(lambda reader: seq in reader.seqs)

    def until_at(self, seq: int) -> Reader:
        """Reads until the stream says that it has come to this place on the wire."""
        return self.until(lambda reader: reader.last_event_id == str(seq))

    def until_at_least(self, seq: int) -> Reader:
        """Reads until the stream has come to this place on the wire or beyond it."""
        return self.until(lambda reader: int(reader.last_event_id or 0) >= seq)

    def until_ended(self) -> Reader:
        return self.until(lambda reader: reader.ended)

    def read(self) -> None:
        """Reads once."""
        try:
            self.ended = not self.receive() or self.ended
        except ConnectionResetError:
            self.ended = True
        self._take()

    def read_what_is_here(self) -> Reader:
        """Reads what has come, without waiting for more."""
        while not self.ended and select.select([self.socket], [], [], 0)[0]:
            self.read()
        return self

    def _take(self) -> None:
        if not self._chunked:
            octets, self.rest = self.rest, b""
            self.events += self._parser.feed(octets)
            return
        while b"\r\n" in self.rest:
            size, _, after = self.rest.partition(b"\r\n")
            length = int(size, 16)
            if len(after) < length + 2:
                return
            assert after[length : length + 2] == b"\r\n", "broken chunk"
            self.rest = after[length + 2 :]
            if length == 0:
                self.ended = True
                return
            self.events += self._parser.feed(after[:length])

    def _told(self) -> str:
        return f"{len(self.events)} events, the last {self.events[-3:]}, at {self.last_event_id}"
