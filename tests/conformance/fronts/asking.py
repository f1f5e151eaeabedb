"""Clients with TLS, over HTTP/1.1 or HTTP/2: libcurl, told where the docs' host is."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pycurl

from tests.support.closing import Closing
from tests.support.fronts import HOST, SITE, Front
from tests.support.sse import Event, Parser
from tests.support.waiting import PATIENCE, Noticeboard

HUB = "/.well-known/mercure?topic=*"
VERSIONS = {
    "1.1": pycurl.CURL_HTTP_VERSION_1_1,
    "2": pycurl.CURL_HTTP_VERSION_2TLS,
}
SPOKEN = {pycurl.CURL_HTTP_VERSION_1_1: "1.1", pycurl.CURL_HTTP_VERSION_2_0: "2"}
GLANCE = 0.02  # seconds between two looks at whether the test has ended

Headers = dict[str, str]


@dataclass
class Answer:
    """What was answered to a request."""

    status: int
    headers: Headers
    body: str


def ask(
    front: Front,
    path: str,
    *,
    form: dict[str, str] | None = None,
    headers: Headers | None = None,
) -> Answer:
    """One request through the front; a POST when it has a form."""
    said, body = Headers(), bytearray()
    curl = _curl(front, path, "2", headers or {}, said)
    curl.setopt(pycurl.WRITEFUNCTION, body.extend)
    curl.setopt(pycurl.TIMEOUT, int(PATIENCE))
    if form is not None:
        curl.setopt(pycurl.POSTFIELDS, urlencode(form))
    try:
        curl.perform()
        status = int(curl.getinfo(pycurl.RESPONSE_CODE))
        return Answer(status, said, body.decode(errors="replace"))
    finally:
        curl.close()


class Reader(Noticeboard, Closing):
    """Someone with a page open, who reads in a thread of its own until closed."""

    def __init__(
        self, front: Front, http: str = "2", headers: Headers | None = None
    ) -> None:
        super().__init__()
        self.headers = Headers()
        self.events: list[Event] = []
        self.status, self.http = 0, ""
        self.ended = False  # by the other side
        self._parser = Parser()
        self._leaves = threading.Event()
        also = {"Accept-Encoding": "gzip, deflate, br, zstd", **(headers or {})}
        self._curl = _curl(front, HUB, http, also, self.headers)
        self._curl.setopt(pycurl.WRITEFUNCTION, self._take)
        self._thread = threading.Thread(target=self._read, name="reader", daemon=True)
        self._thread.start()

    @property
    def last(self) -> str:
        """The id that it would come back with."""
        return self._parser.last

    @property
    def seqs(self) -> list[int]:
        return [event.json["seq"] for event in self.events if event.kind == "message"]

    @property
    def beats(self) -> int:
        return sum(event.kind == "beat" for event in self.events)

    def answered(self) -> int:
        """The status, when it is known."""
        self.wait(lambda: self.status, "an answer")
        return self.status

    def opened(self) -> Reader:
        """Waits for the stream's first words."""
        self.wait(lambda: self.last and self.status, "the stream's first words")
        assert self.status == 200, self.describe()
        return self

    def until_seq(self, seq: int) -> None:
        self.wait(lambda: seq in self.seqs, f"entry {seq}")

    def until_beats(self, count: int) -> None:
        self.wait(lambda: self.beats >= count, f"{count} heartbeats")

    def until_ended(self) -> None:
        self.wait(lambda: self.ended, "the stream's end")

    def describe(self) -> str:
        return f"{self.status} {self.headers} {self.events[-5:]} ended {self.ended}"

    def close(self) -> None:
        self._leaves.set()
        self._thread.join(PATIENCE)

    def _read(self) -> None:
        multi = pycurl.CurlMulti()
        multi.add_handle(self._curl)
        under_way = 1
        while under_way and not self._leaves.is_set():
            _, under_way = multi.perform()
            self._note()
            if multi.select(GLANCE) < 0:
                self._leaves.wait(GLANCE)
        self.ended = not under_way
        self.changed()
        multi.remove_handle(self._curl)
        self._curl.close()

    def _note(self) -> None:
        if not self.status and (status := self._curl.getinfo(pycurl.RESPONSE_CODE)):
            self.http = SPOKEN[self._curl.getinfo(pycurl.INFO_HTTP_VERSION)]
            self.status = int(status)
            self.changed()

    def _take(self, octets: bytes) -> None:
        if "content-encoding" not in self.headers:
            self.events += self._parser.feed(octets)
        self.changed()


def _curl(
    front: Front, path: str, http: str, headers: Headers, said: Headers
) -> pycurl.Curl:
    def note(line: bytes) -> None:
        name, colon, value = line.decode("latin-1").partition(":")
        if colon:
            before = said.get(name.lower())
            said[name.lower()] = (
                f"{before}\n{value.strip()}" if before else value.strip()
            )

    curl = pycurl.Curl()
    options: dict[int, Any] = {
        pycurl.URL: SITE + path,
        pycurl.CONNECT_TO: [f"{HOST}:443:127.0.0.1:{front.port}"],
        pycurl.CAINFO: str(front.ca),
        pycurl.HTTP_VERSION: VERSIONS[http],
        pycurl.HTTPHEADER: [f"{name}: {value}" for name, value in headers.items()],
        pycurl.HEADERFUNCTION: note,
        pycurl.PROXY: "",
        pycurl.NOSIGNAL: 1,
    }
    for option, value in options.items():
        curl.setopt(option, value)
    return curl
