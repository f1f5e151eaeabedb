"""The newsroom as a reader's browser meets it: HTTP through whatever stands in front.

libcurl asks, as a browser would: with its TLS, over HTTP/2 where that is offered. What
comes back may be anybody's, so every answer has a bound in time and in size, and no
redirect is followed. What goes wrong is a part of the answer and never an exception.
"""

from __future__ import annotations

import contextlib
import re
import ssl
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pycurl

from stoppress.protocols.sse import EventTooLongError, Parser

if TYPE_CHECKING:
    from collections.abc import Callable

ANSWER_TIME = 10.0  # seconds for a whole page, or for the first words of a stream
CONNECT_TIME = 5  # seconds, of these, for connection and TLS

# Stops headers that never end. Browsers give up at a few hundred KB.
HEAD_AT_MOST = 64 * 1024  # octets

# What is kept of a page: what is looked for stands at its top.
PAGE_AT_MOST = 256 * 1024  # octets

# What is taken from a stream: more than a newsroom says in a minute.
STREAM_AT_MOST = 4 * 1024 * 1024  # octets

LOCATION_SHOWN = 200  # characters of where a redirect leads

# Between two looks at the clock while nothing comes.
TICK = 0.1  # seconds

# As browsers ask, so that a front which compresses does so here too.
AS_BROWSERS = "Accept-Encoding: gzip, deflate, br, zstd"

VERSIONS = {
    pycurl.CURL_HTTP_VERSION_2_0: "HTTP/2",
    pycurl.CURL_HTTP_VERSION_3: "HTTP/3",
}
STATUS_LINE = re.compile(rb"HTTP/[\d.]+ +(\d{3})")
EXPIRES = "Expire date"  # as libcurl calls it


@dataclass(slots=True)
class Answer:
    """What came. Times are in seconds after the request was begun; None: never."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)  # one line for each of a name
    http: str = ""
    certificate_until: float | None = None  # seconds since 1970
    body: bytes = b""  # a page's beginning
    head_at: float | None = None
    words_at: float | None = None
    ended_at: float | None = None  # by the other side
    watched: float = 0.0
    fault: int = 0  # libcurl's number of what went wrong
    trouble: str = ""  # and its sentence
    beats: int = 0  # heartbeats of a stream
    flooded: bool = False  # more came than is taken


OK_STATUS = 200
NOT_MODIFIED = 304
INTERIM = range(100, 200)
REDIRECTS = range(300, 400)
WHY = {
    400: "the front does not pass the Host header on (nginx: proxy_set_header Host $host), "
    "or the name is not in STOPPRESS_URL or STOPPRESS_HOSTS",
    401: "the front asks for a password",
    403: "the front lets nobody in",
    404: "the front leads elsewhere",
    429: "too many come from one address: is the front named in STOPPRESS_PROXIES?",
    502: "the front does not reach the newsroom: is the server running, and at that port?",
    503: "the front does not reach the newsroom, or there is no room for more readers",
    504: "the newsroom did not answer the front in time",
}


def in_words(answer: Answer) -> str:
    """An answer that is not the one hoped for, and what it probably means."""
    if answer.status in REDIRECTS:
        leads = answer.headers.get("location", "nowhere")[:LOCATION_SHOWN]
        return f"{answer.status}, which leads to {leads!r}"
    known = WHY.get(answer.status)
    return f"{answer.status}: {known}" if known else str(answer.status)


class Outside:
    """Where to ask, and how to get there."""

    def __init__(
        self, url: str, *, connect: str | None = None, ca: str | None = None
    ) -> None:
        """`url`: scheme and host; `connect`: `host:port` to go to instead of where the
        name leads; `ca`: a file of authorities to trust instead of the system's."""
        self.url = url.rstrip("/")
        self._connect, self._ca = connect, ca

    def get(self, path: str, *headers: str) -> Answer:
        """A page, or as much of it as came within its bounds."""
        call = _Call(self._handle(path, headers), PAGE_AT_MOST)
        call.run(lambda: call.clock() > ANSWER_TIME)
        call.answer.body = bytes(call.taken)
        if call.answer.ended_at is None and not call.answer.trouble and not call.full:
            call.answer.fault = pycurl.E_OPERATION_TIMEDOUT
            call.answer.trouble = f"no whole answer within {ANSWER_TIME:g} seconds"
        return call.answer

    def watch(self, path: str, done: Callable[[Answer], bool]) -> Answer:
        """A stream, until it ends or `done` has seen enough; asked several times a
        second."""
        call = _Call(self._handle(path, (AS_BROWSERS,)), STREAM_AT_MOST)
        parser = Parser()

        def enough() -> bool:
            answer = call.answer
            octets, call.taken = bytes(call.taken), bytearray()
            try:
                events = parser.feed(octets)
            except EventTooLongError:
                answer.flooded = True
                return True
            answer.beats += sum(event.type == "beat" for event in events)
            answer.watched = call.clock()
            return done(answer)

        call.run(enough)
        return call.answer

    def _handle(self, path: str, headers: tuple[str, ...]) -> pycurl.Curl:
        curl = pycurl.Curl()
        options: dict[int, Any] = {
            pycurl.URL: self.url + path,
            pycurl.HTTPHEADER: list(headers),
            pycurl.HTTP_VERSION: pycurl.CURL_HTTP_VERSION_2TLS,
            pycurl.FOLLOWLOCATION: 0,
            pycurl.PROXY: "",
            pycurl.PROTOCOLS: pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS,
            pycurl.CONNECTTIMEOUT: CONNECT_TIME,
            pycurl.OPT_CERTINFO: 1,
            pycurl.NOSIGNAL: 1,
        }
        if self._ca:
            options[pycurl.CAINFO] = self._ca
        if self._connect:
            options[pycurl.CONNECT_TO] = [f"::{self._connect}"]
        for option, value in options.items():
            curl.setopt(option, value)
        return curl


class _Call:
    """One request under way."""

    def __init__(self, curl: pycurl.Curl, at_most: int) -> None:
        self.answer = Answer()
        self.taken = bytearray()
        self.full = False
        self._curl, self._left, self._head = curl, at_most, 0
        self._begun = time.monotonic()
        curl.setopt(pycurl.HEADERFUNCTION, self._on_header)
        curl.setopt(pycurl.WRITEFUNCTION, self._on_words)

    def clock(self) -> float:
        return time.monotonic() - self._begun

    def run(self, enough: Callable[[], bool]) -> None:
        """Until the answer ends or is enough."""
        # Not `perform` of the handle alone: ^C must get through, and the clock is ours.
        multi = pycurl.CurlMulti()
        multi.add_handle(self._curl)
        try:
            under_way = True
            while under_way and not (self.full or enough()):
                under_way = bool(multi.perform()[1])
                if under_way and multi.select(TICK) < 0:
                    time.sleep(TICK)
            if not under_way:
                self._ended(multi.info_read()[2])
                enough()
            self._note()
        finally:
            multi.remove_handle(self._curl)
            self._curl.close()

    def _ended(self, failed: list[tuple[pycurl.Curl, int, str]]) -> None:
        self.answer.ended_at = self.clock()
        if failed and not self.full:
            _, self.answer.fault, self.answer.trouble = failed[0]

    def _note(self) -> None:
        answer = self.answer
        version = int(self._curl.getinfo(pycurl.INFO_HTTP_VERSION))
        answer.http = VERSIONS.get(version, "HTTP/1.1")
        shown = self._curl.getinfo(pycurl.INFO_CERTINFO)
        dates = [value for name, value in (shown or [()])[0] if name == EXPIRES]
        with contextlib.suppress(IndexError, ValueError):
            answer.certificate_until = float(ssl.cert_time_to_seconds(dates[0]))

    def _on_header(self, line: bytes) -> int:
        self._head += len(line)
        if self._head > HEAD_AT_MOST:
            self.full = True
            self.answer.fault = pycurl.E_WRITE_ERROR
            self.answer.trouble = f"its headers are longer than {HEAD_AT_MOST} bytes"
            return -1
        name, colon, value = line.decode("latin-1").partition(":")
        if found := STATUS_LINE.match(line):
            self.answer.headers.clear()  # what came before was only an interim answer
            self.answer.status = int(found[1])
        elif colon:
            self._keep(name.strip().lower(), value.strip())
        elif not line.strip() and self.answer.status not in INTERIM:
            self.answer.head_at = self.clock()
        return len(line)

    def _keep(self, name: str, value: str) -> None:
        before = self.answer.headers.get(name)
        self.answer.headers[name] = value if before is None else f"{before}\n{value}"

    def _on_words(self, octets: bytes) -> int:
        if self.answer.words_at is None:
            self.answer.words_at = self.clock()
        self.taken += octets[: self._left]
        self._left -= len(octets)
        if self._left < 0:
            self.full = self.answer.flooded = True
            return 0
        return len(octets)
