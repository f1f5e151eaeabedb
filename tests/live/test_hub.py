"""The hub: who comes, who leaves, and numbers that are used again."""

from __future__ import annotations

import asyncio
import os
import socket

import pytest

from stoppress.live import frames
from stoppress.live.hub import Hub
from stoppress.live.wishes import Wish
from stoppress.protocols.sse import LAST_CHUNK
from tests.live.hall import TOPIC, is_quiet, take, take_all, tcp_pair
from tests.live.turning import until

pytestmark = pytest.mark.usefixtures("no_descriptor_is_left")


@pytest.mark.usefixtures("slow_turns")
async def test_numbers_are_not_used_again(hall):
    """Who is let go in the middle of a fan-out keeps its number until the end of it, so
    that no octet reaches whoever comes to that number next; and gets none itself."""
    entered = [hall.enter() for _ in range(200)]
    hall.publish(1)
    assert hall.hub._fanout.busy
    waiting = [n for n, _ in entered if n in hall.hub._fanout._jobs[0].readers]
    assert len(waiting) > 100
    for number in waiting:
        hall.hub.drop(number)
    new = [tcp_pair() for _ in range(len(waiting))]
    taken = {end.fileno() for pair in new for end in pair}
    assert taken.isdisjoint(waiting)
    await hall.given_out()
    assert hall.hub._grave == []
    assert all(is_quiet(end) for pair in new for end in pair)
    assert all(take_all(guest) == b"" for number, guest in entered if number in waiting)
    for end in [end for pair in new for end in pair]:
        end.close()
    again = tcp_pair()
    assert {end.fileno() for end in again} & set(waiting), "a number was kept for ever"
    for end in again:
        end.close()


@pytest.mark.usefixtures("slow_turns")
async def test_leaving_in_the_middle(hall):
    """Readers that hang up while entries are being given out disturb nobody else."""
    entered = [hall.enter() for _ in range(120)]
    frames_ = [hall.publish(seq, "z" * 2_000) for seq in range(1, 6)]
    for _, guest in entered[::3]:
        guest.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        guest.close()
    await hall.given_out()
    whole = b"".join(frame.chunk for frame in frames_)
    for _, guest in entered[1::3] + entered[2::3]:
        assert take(guest, len(whole)) == whole
    await until(lambda: hall.hub.readers == 80, "those who left to be forgotten")


@pytest.mark.parametrize("chunked", [True, False])
async def test_goodbye(hall, chunked):
    """At the end everyone has been given everything, is told when to come back, and is
    sent away; an answer in chunks is ended as one."""
    _, guest = hall.enter(chunked=chunked)
    sent = hall.publish(1, "last words").chunk
    hall.hub.close()
    came = await asyncio.to_thread(take_all, guest)
    if not chunked:
        sent = frames.bare(sent)
    assert came.startswith(sent)
    goodbye = came.removeprefix(sent)
    assert b"retry: " in goodbye
    assert goodbye.endswith(LAST_CHUNK) == chunked
    assert hall.hub.readers == 0


@pytest.mark.usefixtures("slow_turns")
async def test_goodbye_in_the_middle(hall):
    """A hub that is closed while entries are given out gives them out first."""
    guests = [hall.enter()[1] for _ in range(100)]
    whole = b"".join(hall.publish(seq).chunk for seq in range(1, 4))
    hall.hub.close()
    for guest in guests:
        assert take_all(guest).startswith(whole)


async def test_counting(hall):
    """Readers, deliveries and topics are counted, and heartbeats are not deliveries."""
    hall.enter("/a")
    hall.enter("/a", "/b")
    hall.enter("/c", chunked=False)
    hall.publish(1, "", "/a", "/b")
    hall.publish(2, "", "/c")
    hall.publish(3, "", "/nobody")
    hall.hub.beat(frames.beat(3))
    await hall.given_out()
    assert (hall.hub.readers, hall.hub.delivered, len(hall.hub.counts())) == (3, 3, 3)


async def test_full():
    """A hub says when there is no room for another reader."""
    hub = Hub(room=1)
    hub.start(asyncio.get_running_loop())
    fullness = [hub.full]
    ours, theirs = tcp_pair()
    with theirs:
        hub.subscribe(ours.detach(), Wish((TOPIC,)), ())
        fullness.append(hub.full)
        hub.close()
    assert fullness == [False, True]


async def test_what_readers_say_is_ignored(hall):
    """A reader that talks stays a reader; one that hangs up, politely or not, is gone."""
    _, talker = hall.enter()
    _, polite = hall.enter()
    _, rude = hall.enter()
    talker.sendall(b"GET / HTTP/1.1\r\n\r\n" * 1_000)
    polite.shutdown(socket.SHUT_WR)
    rude.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    rude.close()
    await until(lambda: hall.hub.readers == 1, "two readers to be gone")
    frame = hall.publish(1)
    assert take(talker, len(frame.chunk)) == frame.chunk


async def test_gone_before_it_entered(hall):
    """A socket whose far end has gone is closed, not entered."""
    ours, theirs = tcp_pair()
    theirs.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    theirs.close()
    number = ours.detach()
    hall.hub.subscribe(number, Wish((TOPIC,)), (b"x",))
    assert hall.hub.readers == 0
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(number)


async def test_letting_go_bit_by_bit(hall):
    """Those who are let go are told when to come back; the others have what is new."""
    guests = [hall.enter()[1] for _ in range(5)]
    hall.hub.let_go(3)
    frame = hall.publish(1)
    await hall.given_out()
    assert hall.hub.readers == 2
    came = [take_all(guest) if not _open(guest) else b"" for guest in guests]
    assert sum(b"retry: " in octets for octets in came) == 3
    left = [
        guest
        for guest, octets in zip(guests, came, strict=True)
        if b"retry" not in octets
    ]
    assert [take(guest, len(frame.chunk)) for guest in left] == [frame.chunk] * 2


def _open(guest: socket.socket) -> bool:
    """Whether the other side has not ended the connection."""
    came = guest.recv(1 << 16, socket.MSG_PEEK)
    return not came.endswith(b"0\r\n\r\n")


def test_a_crowd_is_spread():
    """A reader alone comes back within 1.3 s; of twenty thousand some wait for more."""
    assert {_pause(0) <= 1_300 for _ in range(300)} == {True}
    pauses = [_pause(20_000) for _ in range(300)]
    assert min(pauses) < 1_300
    assert 2_500 < max(pauses) <= 3_300


def _pause(crowd: int) -> int:
    return int(frames.retry(crowd).partition(b"retry: ")[2].split(b"\n")[0])
