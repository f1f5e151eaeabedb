"""Thousands of readers in one thread: each a socket, a place on the wire and a count.

What each must have is checked as it comes: entries in ascending order and none twice.
So a reader is kept as two numbers, and ten thousand of them need no more than this
thread. They come back as a browser does, after the pause that they were told, with the
id they had last.
"""

from __future__ import annotations

import errno
import heapq
import random
import re
import resource
import select
import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from tests.support.waiting import until

ID = re.compile(rb"^id: (\d+)$", re.MULTILINE)
RETRY = re.compile(rb"^retry: (\d+)$", re.MULTILINE)
NOT_AN_ENTRY = (b"event: beat", b"event: resync")

# Descriptors for everything else in this process.
OTHERS = 500


@dataclass
class One:
    """One reader."""

    last: int  # the id that it would come back with
    entries: int = 0  # how many came
    retry: float = 1.0  # seconds
    rest: bytes = b""
    open: bool = False
    faults: list[str] = field(default_factory=list)


class Multitude:
    """So many readers of one topic, whose pages were drawn at `after`."""

    def __init__(self, port: int, count: int, *, after: int, topic: str = "*") -> None:
        _descriptors(count + OTHERS)
        self._address = ("127.0.0.1", port)
        self._path = f"/.well-known/mercure?topic={topic}"
        self.readers = [One(after) for _ in range(count)]
        self._due = [(0.0, number) for number in range(count)]
        self._sockets: dict[int, tuple[socket.socket, One, int]] = {}
        self._epoll = select.epoll()
        self._stop = threading.Event()
        self.resyncs = 0
        self.refused = 0  # answers other than 200
        self.connects = 0
        self._thread = threading.Thread(target=self._run, daemon=True)

    @property
    def open(self) -> int:
        """How many have a stream at this moment."""
        return sum(one.open for one in self.readers)

    def all_open(self, patience: float) -> Self:
        """Waits until everyone has one."""
        until(lambda: self.open == len(self.readers), "everyone's stream", patience)
        return self

    def have(self, entries: int, last: int, patience: float) -> None:
        """Waits until everyone is at `last`, then checks that each had so many entries,
        in order and none twice."""
        until(lambda: all(one.last >= last for one in self.readers), "all", patience)
        assert not [fault for one in self.readers for fault in one.faults]
        assert not self.resyncs
        assert {one.entries for one in self.readers} == {entries}

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._thread.join()
        for sock, _, _ in self._sockets.values():
            sock.close()
        self._epoll.close()

    def _run(self) -> None:
        while not self._stop.is_set():
            while self._due and self._due[0][0] <= time.monotonic():
                self._connect(heapq.heappop(self._due)[1])
                if len(self._sockets) % 64 == 0:
                    break
            pause = 0.0 if self._due and self._due[0][0] <= time.monotonic() else 0.02
            for descriptor, events in self._epoll.poll(pause, 1_024):
                self._serve(descriptor, events)

    def _connect(self, number: int) -> None:
        one = self.readers[number]
        sock = socket.socket()
        sock.setblocking(False)
        self.connects += 1
        if sock.connect_ex(self._address) not in {0, errno.EINPROGRESS}:
            sock.close()
            self._later(number)
            return
        self._sockets[sock.fileno()] = (sock, one, number)
        self._epoll.register(sock.fileno(), select.EPOLLOUT)

    def _serve(self, descriptor: int, events: int) -> None:
        sock, one, _ = self._sockets[descriptor]
        if events & select.EPOLLOUT and not events & (
            select.EPOLLERR | select.EPOLLHUP
        ):
            asked = (
                f"GET {self._path}&lastEventID={one.last} HTTP/1.1\r\nHost: localhost"
            )
            with suppress(OSError):
                sock.send(f"{asked}\r\n\r\n".encode())
            self._epoll.modify(descriptor, select.EPOLLIN)
            return
        try:
            octets = sock.recv(1 << 16)
        except BlockingIOError:
            return
        except OSError:
            octets = b""
        if octets:
            self._take(one, octets)
        else:
            self._lost(descriptor)

    def _take(self, one: One, octets: bytes) -> None:
        if not one.open:
            if not octets.startswith(b"HTTP/1.1 200"):
                self.refused += 1
                return
            one.open = True
        *events, one.rest = (one.rest + octets).split(b"\n\n")
        for event in events:
            if found := RETRY.search(event):
                one.retry = int(found[1]) / 1_000
            if found := ID.search(event):
                self._entry(one, int(found[1]), event)

    def _entry(self, one: One, seq: int, event: bytes) -> None:
        self.resyncs += b"event: resync" in event
        if b"data:" in event and not any(word in event for word in NOT_AN_ENTRY):
            if seq <= one.last:
                one.faults.append(f"{seq} after {one.last}")
            one.entries += 1
        one.last = max(one.last, seq)

    def _lost(self, descriptor: int) -> None:
        sock, one, number = self._sockets.pop(descriptor)
        # Closing is not enough where a server is being started: between fork and exec the
        # child has the descriptor too, and the system goes on telling of it.
        self._epoll.unregister(descriptor)
        sock.close()
        one.open, one.rest = False, b""
        self._later(number)

    def _later(self, number: int) -> None:
        one = self.readers[number]
        pause = one.retry * random.uniform(0.9, 1.1)  # noqa: S311
        heapq.heappush(self._due, (time.monotonic() + pause, number))


def _descriptors(wanted: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert hard >= wanted, f"the system allows {hard} descriptors, {wanted} are needed"
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
