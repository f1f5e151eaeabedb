"""A reader of server-sent events on a plain socket, as strict as a browser.

It parses what HTML section 9.2.6 describes, byte by byte and whatever the chunks: an
event that was cut off in the middle is no event, and the last id is what was last
dispatched. When the stream ends it comes back with Last-Event-ID after the `retry:`
that the server asked for, as a browser does (section 9.2.3). What it has collected
tells what a real reader would have seen: each entry, in which order, how often.
"""

from __future__ import annotations

import json
import socket
import threading
import time
import urllib.parse
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Self

from tests.support.closing import Closing
from tests.support.waiting import Noticeboard

SILENCE = 0.25  # seconds between two looks at whether the test has ended
FIRST_RETRY = 0.2  # seconds before coming back, until the server says otherwise
LONGEST_RETRY = 0.5  # seconds: a test does not wait out what a reader would
LONGEST_HEAD = 65536  # bytes: an answer's head that is longer is none


@dataclass(frozen=True)
class Event:
    """One dispatched event."""

    id: str  # the stream's last id when it came
    kind: str  # "message" unless the server names it
    data: str
    at: float  # time.monotonic()

    @property
    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.data)
        return found


class Parser:
    """Lines in, events out; knows no socket."""

    def __init__(self, last: str = "") -> None:
        self.last = last  # what Last-Event-ID would carry
        self.retry: float | None = None  # seconds, as the server asked
        self.comments = 0
        self._rest = b""
        self._first = True
        self._begin()

    def feed(self, raw: bytes) -> Iterator[Event]:
        """Take the next bytes; give the events that they complete."""
        self._rest += raw
        *lines, self._rest = self._cut(self._rest)
        for line in lines:
            if self._first:
                line = line.removeprefix(b"\xef\xbb\xbf")  # noqa: PLW2901  the BOM
                self._first = False
            if line:
                self._field(line.decode())
            elif event := self._dispatch():
                yield event

    @staticmethod
    def _cut(raw: bytes) -> list[bytes]:
        # A CR at the very end may be half of a CRLF: it waits for the next bytes.
        held = raw[-1:] == b"\r"
        body = raw[:-1] if held else raw
        lines = body.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        if held:
            lines[-1] += b"\r"
        return lines

    def _field(self, line: str) -> None:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if not name:
            self.comments += 1
        elif name == "data":
            self._data.append(value)
        elif name == "event":
            self._kind = value
        elif name == "id" and "\0" not in value:
            self._id = value
        elif name == "retry" and value.isascii() and value.isdigit():
            self.retry = int(value) / 1000

    def _dispatch(self) -> Event | None:
        self.last = self._id
        data, kind = self._data, self._kind
        self._begin()
        if not data:
            return None
        return Event(self.last, kind or "message", "\n".join(data), time.monotonic())

    def _begin(self) -> None:
        self._data: list[str] = []
        self._kind = ""
        self._id = self.last


class Reader(Noticeboard, Closing):
    """Someone with a page open: reads in a thread of its own until closed."""

    def __init__(
        self,
        url: str,
        topics: Iterable[str] = ("*",),
        *,
        last: str = "",
        comes_back: bool = True,
    ) -> None:
        """`url`: the newsroom's; `last`: the sequence number the page was drawn at."""
        super().__init__()
        parts = urllib.parse.urlsplit(url)
        self._address = (parts.hostname or "", parts.port or 80)
        self._query = urllib.parse.urlencode([("topic", topic) for topic in topics])
        self.last = last
        self.events: list[Event] = []
        self.connections = 0  # answered with a stream
        self.answers: list[str] = []  # the status line of each answer
        self.comments = 0
        self.open = False
        self._comes_back = comes_back
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._read, name="reader", daemon=True)
        self._thread.start()

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """(id, data) of each event, in order."""
        return [(event.id, event.data) for event in list(self.events)]

    @property
    def ids(self) -> list[str]:
        return [event.id for event in list(self.events)]

    @property
    def resyncs(self) -> int:
        """How often the reader was told to fetch its page anew."""
        return sum(event.kind == "resync" for event in list(self.events))

    def opened(self, times: int = 1) -> Self:
        """Wait until the stream has been opened so many times."""
        self.wait(
            lambda: self.open and self.connections >= times, f"stream opened {times}x"
        )
        return self

    def describe(self) -> str:
        tail = [f"{event.kind} {event.id}" for event in self.events[-10:]]
        return f"answers {self.answers[-5:]}; {len(self.events)} events, last {tail}"

    def close(self) -> None:
        self._ended.set()
        self._thread.join(10)

    def _read(self) -> None:
        pause = FIRST_RETRY
        while not self._ended.is_set():
            parser = Parser(self.last)
            try:
                with socket.create_connection(self._address, 5) as connection:
                    self._follow(connection, parser)
            except (OSError, ConnectionError):
                pass  # the newsroom is away: a browser says nothing and comes back
            self._closed()
            pause = pause if parser.retry is None else parser.retry
            if not self._comes_back or self._ended.wait(min(pause, LONGEST_RETRY)):
                return

    def _closed(self) -> None:
        self.open = False
        self.changed()

    def _follow(self, connection: socket.socket, parser: Parser) -> None:
        connection.settimeout(SILENCE)
        connection.sendall(self._request())
        head, rest = self._head(connection)
        self.answers.append(head.split("\r\n", 1)[0])
        if " 200 " not in self.answers[-1]:
            return
        chunked = "transfer-encoding: chunked" in head.lower()
        self.connections += 1
        self.open = True
        self.changed()
        body = self._bytes(connection, rest)
        for raw in unchunk(body) if chunked else body:
            for event in parser.feed(raw):
                self.last = event.id
                self.events.append(event)
            self.last, self.comments = parser.last, parser.comments
            self.changed()

    def _request(self) -> bytes:
        lines = [
            f"GET /.well-known/mercure?{self._query} HTTP/1.1",
            f"Host: {self._address[0]}:{self._address[1]}",
            "Accept: text/event-stream",
            "Cache-Control: no-store",
        ]
        if self.last:
            lines.append(f"Last-Event-ID: {self.last}")
        return "\r\n".join([*lines, "", ""]).encode()

    def _head(self, connection: socket.socket) -> tuple[str, bytes]:
        got = b""
        for raw in self._bytes(connection, b""):
            got += raw
            head, end, rest = got.partition(b"\r\n\r\n")
            if end:
                return head.decode("latin-1"), rest
            if len(got) > LONGEST_HEAD:
                break
        raise ConnectionError("the answer has no head")

    def _bytes(self, connection: socket.socket, rest: bytes) -> Iterator[bytes]:
        if rest:
            yield rest
        while not self._ended.is_set():
            try:
                raw = connection.recv(65536)
            except TimeoutError:
                continue
            if not raw:
                return
            yield raw


def unchunk(body: Iterable[bytes]) -> Iterator[bytes]:
    """Undo the chunked coding (RFC 9112 section 7.1), however it was cut."""
    rest = b""
    for raw in body:
        rest += raw
        while True:
            size, end, after = rest.partition(b"\r\n")
            length = int(size.split(b";")[0], 16) if end else 0
            if not end or len(after) < length + 2:
                break
            if not length:
                return
            yield after[:length]
            rest = after[length + 2 :]
