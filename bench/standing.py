"""What each candidate is to the bench: a server that stands, doors, a way to publish."""

from __future__ import annotations

import socket
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from bench.errors import Broke

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bench.processes import Child, Workshop

# What the crowd looks for at the end of an update (load/crowd.c).
MARK = "zqj{:06d}q"

PAUSE = 0.02  # seconds for the server to accept the publisher's connection
PATIENCE = 30.0  # seconds for its answer


@dataclass(frozen=True, slots=True)
class Update:
    """An update as our newsroom sends it: the data of one event, in one line, with mark
    0 in it. The others deliver the very same octets."""

    data: str

    def marked(self, mark: int) -> str:
        """The same with another mark."""
        return self.data.replace(MARK.format(0), MARK.format(mark))


@dataclass(frozen=True, slots=True)
class Size:
    """How many readers there will be, and over how many processes they are spread."""

    readers: int
    processes: int


@dataclass(frozen=True, slots=True)
class Stand:
    """A server that answers.

    `publish` takes a mark, publishes that update and returns at once; what it returns
    waits for the server's word and gives the moment of publication in nanoseconds of
    CLOCK_MONOTONIC.
    """

    children: Sequence[Child]
    doors: Sequence[int]
    path: str
    publish: Callable[[int], Callable[[], int]]
    # Those whose work is counted: not, for example, what stands behind a proxy.
    counted: Sequence[int]


class Candidate(Protocol):
    """One way to deliver."""

    @property
    def name(self) -> str:
        """As it is called in the table and in the last line."""

    def lacking(self) -> str:
        """The line that installs what is missing; empty when it can run."""

    def stand(self, workshop: Workshop, update: Update, size: Size, /) -> Stand:
        """Starts it. Raises BenchError."""


def by_post(
    doors: Sequence[int], path: str, body: Callable[[int], str], kind: str
) -> Callable[[int], Callable[[], int]]:
    """Publishes by one POST to each door; the moment is when the first is handed to the
    kernel. `body` makes a mark's body."""

    def publish(mark: int) -> Callable[[], int]:
        octets = body(mark).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\n"
            f"Connection: close\r\nContent-Length: {len(octets)}\r\n\r\n"
        )
        request = head.encode() + octets
        lines = [socket.create_connection(("127.0.0.1", door)) for door in doors]
        time.sleep(PAUSE)
        began = time.monotonic_ns()
        for line in lines:
            line.sendall(request)

        def done() -> int:
            for line in lines:
                line.settimeout(PATIENCE)
                with line:
                    status = line.recv(4096).split(b"\r\n")[0]
                if b" 2" not in status[:10]:
                    raise Broke("Publishing", status.decode(errors="replace"))
            return began

        return done

    return publish
