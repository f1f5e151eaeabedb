"""What is owed to a reader whose socket is full."""

from __future__ import annotations

import array
import fcntl
import socket
import termios

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stoppress.live.parking import PIECES_AT_ONCE, Owed

PIECES = st.lists(st.integers(0, 9_000), max_size=30)


def a_pair() -> tuple[socket.socket, socket.socket]:
    ours, theirs = socket.socketpair()
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4_096)
    ours.setblocking(False)
    return ours, theirs


@given(PIECES, PIECES)
@settings(max_examples=50, deadline=None)
def test_paid_in_order(first, later):
    """Everything that is owed arrives, once and in order, however little is taken at a
    time and whatever is added meanwhile."""
    ours, theirs = a_pair()
    with ours, theirs:
        sizes = [*first, *later]
        pieces = [bytes([65 + n % 26]) * size for n, size in enumerate(sizes)]
        owed = Owed(pieces[: len(first)])
        waiting, came = pieces[len(first) :], b""
        while not owed.pay(ours.fileno()) or waiting:
            assert owed.size == sum(map(len, pieces)) - len(came) - pending(
                theirs
            ) - sum(map(len, waiting))
            if waiting and (piece := waiting.pop(0)):
                owed.add(piece)
            came += theirs.recv(1_000) if pending(theirs) else b""
        assert owed.size == 0
        while pending(theirs):
            came += theirs.recv(65_536)
        assert came == b"".join(pieces)


def test_many_small_pieces():
    """More pieces than the kernel takes at once are all paid."""
    ours, theirs = a_pair()
    with ours, theirs:
        owed = Owed([b"x"] * (PIECES_AT_ONCE * 3 + 1))
        assert owed.pay(ours.fileno())
        assert len(theirs.recv(65_536)) == PIECES_AT_ONCE * 3 + 1


def test_reader_gone():
    """A reader that has gone is an OSError for whoever pays."""
    ours, theirs = a_pair()
    with ours:
        theirs.close()
        with pytest.raises(BrokenPipeError):
            Owed([b"x"]).pay(ours.fileno())


def test_pieces_are_shared():
    """A piece is not copied for each reader that is owed it."""
    piece = b"x" * 1_000_000
    owed = [Owed([memoryview(piece)[10:]]) for _ in range(3)]
    for each in owed:
        each.add(piece)
    for each in owed:
        begun, whole = each._pieces
        assert isinstance(begun, memoryview)
        assert begun.obj is piece
        assert whole is piece


def pending(one: socket.socket) -> int:
    """Octets that have come and were not taken."""
    count = array.array("i", [0])
    fcntl.ioctl(one.fileno(), termios.FIONREAD, count)
    return count[0]
