"""A hub on bare sockets, and what can be seen at its readers' ends."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from stoppress.live import fanout
from stoppress.live.frames import Frame
from stoppress.live.hub import Hub
from stoppress.live.wishes import Wish
from stoppress.protocols.mercure_token import Grant
from stoppress.protocols.sse import chunk
from tests.live.turning import until

TOPIC = "/stories/x"


@dataclass
class Hall:
    """A hub and the far ends of its readers."""

    hub: Hub
    guests: list[socket.socket] = field(default_factory=list)

    def enter(
        self,
        *topics: str,
        opening: tuple[bytes, ...] = (),
        chunked: bool = True,
        grant: Grant | None = None,
    ) -> tuple[int, socket.socket]:
        """Lets a reader in; gives its number in the hub and its own end."""
        ours, theirs = tcp_pair()
        self.guests.append(theirs)
        number = ours.detach()
        wish = Wish(topics or (TOPIC,), grant)
        self.hub.subscribe(number, wish, opening, chunked=chunked)
        return number, theirs

    def publish(self, seq: int, text: str = "", *topics: str) -> Frame:
        frame = Frame(seq, topics or (TOPIC,), chunk(b"%d %b" % (seq, text.encode())))
        self.hub.publish(frame)
        return frame

    async def given_out(self) -> None:
        await until(lambda: not self.hub._fanout.busy, "the frames to be given out")


@pytest.fixture
async def hall() -> AsyncIterator[Hall]:
    hub = Hub(owed_at_most=1_000_000)
    hub.start(asyncio.get_running_loop())
    hall = Hall(hub)
    yield hall
    if not hub.closed:
        hub.close()
    for guest in hall.guests:
        guest.close()


@pytest.fixture
def slow_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each turn of the loop writes to no more than sixteen readers."""
    monkeypatch.setattr(fanout, "SLICE", 0.0)
    monkeypatch.setattr(fanout, "SLICE_AT_MOST", 0.0)


@pytest.fixture
def no_descriptor_is_left() -> Iterator[None]:
    """Whatever happens to readers, no descriptor stays open."""
    before = open_sockets()
    yield
    assert open_sockets() <= before


def open_sockets() -> int:
    links = list(Path("/proc/self/fd").iterdir())
    kinds = [str(link.readlink()) for link in links if link.is_symlink()]
    return sum(kind.startswith("socket:") for kind in kinds)


GUEST_BUFFER = 256 * 1024  # octets


def tcp_pair() -> tuple[socket.socket, socket.socket]:
    """Ours and a guest's, who takes as much before it reads as any other guest: left to
    itself the kernel gives one of two ten times what it gives the other."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        theirs = socket.socket()
        theirs.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, GUEST_BUFFER)
        theirs.connect(server.getsockname())
        ours, _ = server.accept()
    ours.setblocking(False)
    theirs.settimeout(10)
    return ours, theirs


def take(guest: socket.socket, size: int) -> bytes:
    """The next octets that came, exactly this many."""
    came = b""
    while len(came) < size:
        more = guest.recv(size - len(came))
        assert more, f"closed after {len(came)} of {size}"
        came += more
    return came


def take_all(guest: socket.socket) -> bytes:
    """Everything up to the end of the connection."""
    came = b""
    try:
        while more := guest.recv(1 << 20):
            came += more
    except ConnectionResetError:
        pass
    return came


def is_quiet(guest: socket.socket) -> bool:
    guest.setblocking(False)
    try:
        return guest.recv(1) is None
    except BlockingIOError:
        return True
    finally:
        guest.settimeout(10)


def fill(hall: Hall, number: int, seq: int = 0) -> list[Frame]:
    """Publishes until this reader lags."""
    sent = []
    while number not in hall.hub._owed:
        seq += 1
        sent.append(hall.publish(seq, "x" * 50_000))
        hall.hub._fanout.finish()
    return sent
