"""The line: many small POSTs at once over few HTTP/2 connections, in one thread.

libcurl does the work, driven by an epoll loop of our own: half the CPU time a message of
an asyncio loop with a task for each, and no bound on descriptor numbers, which `select`
has. Handles are kept and used again, with small buffers: 2,000 under way hold some 70 MB
instead of 180.

What libcurl is told is for safety first: no redirect, no proxy from the environment, no
other protocol, and each address is looked at before a connection is made to it, so a name
that resolves into our own network leads nowhere.

Two of its habits must be known. More streams on a connection than the peer allows lose
requests (error 56). And after an abrupt reset it may post again by itself: so what is
sent must bear being sent twice (Topic, and the notification's tag).
"""

from __future__ import annotations

import contextlib
import functools
import logging
import select
import socket
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import pycurl

from stoppress.protocols import push_request
from stoppress.protocols.origin import origin
from stoppress.protocols.push_request import NO_ANSWER, Answer, Outcome
from stoppress.push.origins import Reply
from stoppress.push.webpush.addresses import public

if TYPE_CHECKING:
    from collections.abc import Sequence

log = logging.getLogger(__name__)

# No push service allows fewer streams on a connection. Another connection is made only
# when all others are full, and more than a few only once so much is under way that
# services have shown it is well with them: one that allows two streams refuses most of
# what libcurl hands it over each new connection, before it could say so.
STREAMS = 100
CONNECTIONS_AT_FIRST, CONNECTIONS = 4, 20

# A push service that is silent for so long will not answer. libcurl counts from the
# moment it is given the letter, also while that waits for a connection: so it is given
# no more than can fly (push/origins.py).
TIMEOUT = 20  # seconds
CONNECT_TIMEOUT = 10  # seconds

# libcurl's smallest: a message has 4 KB at most, an answer a line or two.
UPLOAD_BUFFER = 16 * 1024  # bytes
ANSWER_BUFFER = 1024  # bytes

# Push services answer with a line or two; a stranger could answer with gigabytes.
ANSWER_AT_MOST = 64 * 1024  # bytes

MULTIPLEXED = {pycurl.CURL_HTTP_VERSION_2_0, pycurl.CURL_HTTP_VERSION_3}
HTTP_TOO = pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS

Note = TypeVar("Note")


@dataclass(frozen=True, slots=True)
class Ways:
    """How connections are made. `ca`: a file with the authorities to trust, else
    libcurl's own; `connect_to`: HOST:PORT:HOST:PORT each, for a proxy of one's own;
    `loopback`: this machine may be connected to, in the clear too (for tests)."""

    ca: str = ""
    connect_to: tuple[str, ...] = ()
    loopback: bool = False


class Line(Generic[Note]):
    """Not thread-safe. What is started comes back from `turn` with its note, once."""

    def __init__(self, ways: Ways) -> None:
        self._ways = ways
        self._free: list[Any] = []
        self._flying: dict[Any, Note] = {}
        self._watched: set[int] = set()
        self._due: float | None = None  # when libcurl wants a turn, by time.monotonic()
        self._epoll = select.epoll()
        self._multi = pycurl.CurlMulti()
        for option, value in (
            (pycurl.M_PIPELINING, pycurl.PIPE_MULTIPLEX),
            (pycurl.M_MAX_HOST_CONNECTIONS, CONNECTIONS_AT_FIRST),
            (pycurl.M_MAX_CONCURRENT_STREAMS, STREAMS),
            (pycurl.M_SOCKETFUNCTION, self._watch),
            (pycurl.M_TIMERFUNCTION, self._set_timer),
        ):
            self._multi.setopt(option, value)

    @property
    def flying(self) -> int:
        """How many were started and have not come back."""
        return len(self._flying)

    def start(
        self,
        url: str,
        head: Sequence[str],
        body: bytes,
        note: Note,
        *,
        own: bool = False,
    ) -> None:
        """Begins one POST. `head`: lines of the header; the same object again costs
        nothing. Each that is under way holds some 35 KB: the caller bounds how many.
        `own`: the caller's own address, no stranger's; it may lead anywhere, in the clear
        too."""
        if own:
            curl = self._new(own=True)
        else:
            curl = self._free.pop() if self._free else self._new()
        if curl.head is not head:
            curl.setopt(pycurl.HTTPHEADER, [*head, "Expect:"])
            curl.head = head
        curl.setopt(pycurl.URL, url)
        curl.setopt(pycurl.POSTFIELDS, body)
        self._flying[curl] = note
        if len(self._flying) == CONNECTIONS_AT_FIRST * STREAMS:
            self._multi.setopt(pycurl.M_MAX_HOST_CONNECTIONS, CONNECTIONS)
        self._multi.add_handle(curl)

    def turn(self, seconds: float) -> list[tuple[Note, Reply]]:
        """Waits until something moves, at most so long, and returns what was answered.
        Never raises for what a push service does."""
        due = self._due
        if due is not None:
            seconds = min(seconds, due - time.monotonic())
        events = self._epoll.poll(max(seconds, 0))
        if due is not None and due <= time.monotonic():
            self._due = None
            self._multi.socket_action(pycurl.SOCKET_TIMEOUT, 0)
        for descriptor, happened in events:
            self._multi.socket_action(descriptor, _for_curl(happened))
        return self._answered()

    def close(self) -> None:
        """Drops what is under way and ends all connections."""
        for curl in self._flying:
            self._multi.remove_handle(curl)
        for curl in [*self._flying, *self._free]:
            curl.close()
        self._flying.clear()
        self._free.clear()
        self._multi.close()
        self._epoll.close()

    def _answered(self) -> list[tuple[Note, Reply]]:
        found = []
        more = 1
        while more:
            more, good, bad = self._multi.info_read()
            found += [(self._back(curl), _reply(curl)) for curl in good]
            for curl, _number, words in bad:
                # What an address says must not fill the log; the origin is enough.
                where = origin(curl.getinfo(pycurl.EFFECTIVE_URL))
                log.info("%s gave no answer: %s", where, words)
                found.append((self._back(curl), Reply(NO_ANSWER)))
        return found

    def _back(self, curl: Any) -> Note:
        self._multi.remove_handle(curl)
        note = self._flying.pop(curl)
        if not curl.own:  # what that may do must not pass on to a stranger's address
            self._free.append(curl)
            curl.swallow.size = 0
        return note

    def _watch(self, what: int, descriptor: int, *_: object) -> None:
        if what == pycurl.POLL_REMOVE:
            self._watched.discard(descriptor)
            with contextlib.suppress(OSError, ValueError):
                self._epoll.unregister(descriptor)  # it may be closed already
            return
        wanted = select.EPOLLIN * bool(what & pycurl.POLL_IN)
        wanted |= select.EPOLLOUT * bool(what & pycurl.POLL_OUT)
        if descriptor in self._watched:
            self._epoll.modify(descriptor, wanted)
        else:
            self._epoll.register(descriptor, wanted)
            self._watched.add(descriptor)

    def _set_timer(self, milliseconds: int) -> None:
        soon = time.monotonic() + milliseconds / 1000
        self._due = None if milliseconds < 0 else soon

    def _new(self, *, own: bool = False) -> Any:
        curl = pycurl.Curl()
        curl.head = None
        curl.own = own
        curl.swallow = _Swallow()
        ways = self._ways
        options: dict[int, Any] = {
            pycurl.POST: 1,
            pycurl.HTTP_VERSION: pycurl.CURL_HTTP_VERSION_2TLS,
            pycurl.PIPEWAIT: 1,
            pycurl.FOLLOWLOCATION: 0,
            pycurl.PROXY: "",
            pycurl.PROTOCOLS: HTTP_TOO if own or ways.loopback else pycurl.PROTO_HTTPS,
            pycurl.TIMEOUT: TIMEOUT,
            pycurl.CONNECTTIMEOUT: CONNECT_TIMEOUT,
            pycurl.NOSIGNAL: 1,
            pycurl.UPLOAD_BUFFERSIZE: UPLOAD_BUFFER,
            pycurl.BUFFERSIZE: ANSWER_BUFFER,
            pycurl.OPENSOCKETFUNCTION: functools.partial(_open_socket, ways, own),
            pycurl.WRITEFUNCTION: curl.swallow,
        }
        if ways.ca:
            options[pycurl.CAINFO] = ways.ca
        if ways.connect_to:
            options[pycurl.CONNECT_TO] = list(ways.connect_to)
        for option, value in options.items():
            curl.setopt(option, value)
        return curl


def _for_curl(happened: int) -> int:
    mask = 0
    if happened & (select.EPOLLIN | select.EPOLLHUP):
        mask |= pycurl.CSELECT_IN
    if happened & select.EPOLLOUT:
        mask |= pycurl.CSELECT_OUT
    if happened & select.EPOLLERR:
        mask |= pycurl.CSELECT_ERR
    return mask


def _reply(curl: Any) -> Reply:
    info = curl.getinfo
    answer = _meaning(int(info(pycurl.RESPONSE_CODE)))
    if answer.outcome is Outcome.LATER and (wait := info(pycurl.RETRY_AFTER)):
        answer = push_request.answer(answer.status, str(wait), now=0)
    return Reply(
        answer,
        info(pycurl.INFO_HTTP_VERSION) in MULTIPLEXED,
        info(pycurl.QUEUE_TIME_T) / 1_000_000,
        (info(pycurl.TOTAL_TIME_T) - info(pycurl.PRETRANSFER_TIME_T)) / 1_000_000,
    )


@functools.cache  # a status is one of a thousand
def _meaning(status: int) -> Answer:
    return push_request.answer(status, now=0)


def _open_socket(ways: Ways, own: bool, _purpose: int, address: Any) -> Any:  # noqa: FBT001
    """A socket for a public address, or for the caller's own; for any other, none."""
    family, kind, protocol, where = address
    if not own and not public(str(where[0]), loopback=ways.loopback):
        log.warning("A push service's name leads to %s: not connected.", where[0])
        return pycurl.SOCKET_BAD
    return _Lent(socket.socket(family, kind, protocol))


class _Lent:
    """A socket for pycurl, which keeps a duplicate of it: ours is closed once dropped."""

    def __init__(self, own: socket.socket) -> None:
        self._own = own

    def fileno(self) -> int:
        return self._own.fileno()

    def __del__(self) -> None:
        self._own.close()


class _Swallow:
    """Takes an answer's body and forgets it; too long a one ends the transfer."""

    def __init__(self) -> None:
        self.size = 0

    def __call__(self, data: bytes) -> int:
        self.size += len(data)
        return len(data) if self.size <= ANSWER_AT_MOST else 0
