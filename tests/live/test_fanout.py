"""Giving entries out: order, bounds, turns."""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import Callable

import pytest

from stoppress.live import fanout, frames
from stoppress.live.descriptors import SEND_BUFFER
from stoppress.live.frames import Frame
from tests.live.hall import fill, is_quiet, take, take_all
from tests.live.turning import until

pytestmark = pytest.mark.usefixtures("no_descriptor_is_left")


async def test_opening_comes_first(hall):
    """What opens a stream, however much it is, comes before anything new."""
    opening = (b"head", b"m" * 900_000, b"end")
    number, guest = hall.enter(opening=opening)
    assert number in hall.hub._owed
    new = hall.publish(1)
    whole = b"".join(opening) + new.chunk
    assert await asyncio.to_thread(take, guest, len(whole)) == whole
    await until(lambda: hall.hub.slow == 0, "the reader to have caught up")


async def test_order_of_a_lagging_reader(hall):
    """A reader that lags gets the rest of what it has begun, then what is newer, however
    often it falls behind; the others get all at once."""
    number, lagging = hall.enter()
    _, quick = hall.enter()
    sent: list[Frame] = []
    for _ in range(3):
        sent += fill(hall, number, len(sent))
        for _ in range(3):
            sent.append(hall.publish(len(sent) + 1, "after"))
        await hall.given_out()
        whole = b"".join(frame.chunk for frame in sent)
        assert await asyncio.to_thread(take, quick, len(whole)) == whole
        assert await asyncio.to_thread(take, lagging, len(whole)) == whole
        await until(lambda: hall.hub.slow == 0, "the reader to have caught up")
        sent = []


async def test_bound(hall):
    """A reader that lags beyond the bound is let go, and nobody else notices; what it has
    got is the beginning of what was sent."""
    number, lagging = hall.enter()
    _, quick = hall.enter()
    whole = b""
    while hall.hub.dropped == 0:
        if number in hall.hub._owed:
            assert hall.hub._owed[number].size <= 1_000_000 + 50_100
        frame = hall.publish(1, "y" * 50_000)
        whole += frame.chunk
        assert await asyncio.to_thread(take, quick, len(frame.chunk)) == frame.chunk
    await until(lambda: hall.hub.slow == 0, "the quick reader to have all")
    assert (hall.hub.readers, hall.hub.dropped, hall.hub.owed) == (1, 1, 0)
    got = await asyncio.to_thread(take_all, lagging)
    assert 0 < len(got) < len(whole)
    assert whole.startswith(got)


async def test_one_large_entry_is_no_reason(hall):
    """An entry larger than the bound reaches whoever takes it, and so does the next."""
    _, guest = hall.enter()
    large, next_one = hall.publish(1, "x" * 3_000_000), None
    taking = asyncio.create_task(asyncio.to_thread(take, guest, len(large.chunk)))
    assert await taking == large.chunk
    await until(lambda: hall.hub.slow == 0, "the reader to have caught up")
    next_one = hall.publish(2)
    assert await asyncio.to_thread(take, guest, len(next_one.chunk)) == next_one.chunk
    assert hall.hub.dropped == 0


async def test_kernel_buffer_is_bounded(hall):
    """The kernel holds no more for a stalled reader than it is told to."""
    number, _ = hall.enter()
    with socket.socket(fileno=os.dup(number)) as ours:
        size = ours.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)
        silence = ours.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
    assert size == 2 * SEND_BUFFER  # man 7 socket: the kernel doubles it
    assert silence == 60_000


@pytest.mark.usefixtures("slow_turns")
async def test_entering_in_the_middle(hall):
    """Who comes while an entry is given out does not get it a second time."""
    for _ in range(100):
        hall.enter()
    first = hall.publish(1, "old")
    _, guest = hall.enter(opening=(first.chunk,))
    second = hall.publish(2, "new")
    await hall.given_out()
    whole = first.chunk + second.chunk
    assert take(guest, len(whole)) == whole
    assert is_quiet(guest)


@pytest.mark.usefixtures("slow_turns")
async def test_others_get_their_turn(hall):
    """Between two slices of a fan-out the loop turns, and others are served."""
    for _ in range(300):
        hall.enter()
    hall.publish(1)
    turns = 0
    while hall.hub._fanout.busy:
        turns += 1
        await asyncio.sleep(0)
    assert turns >= 300 // fanout.STRIDE - 1


async def test_slices_adapt(hall, monkeypatch):
    """The readers' slice is as long as what the loop gave to others, within bounds."""
    asked: list[float] = []
    clock = iter([10.0, 11.0, 11.005, 12.0, 12.0001, 13.0, 18.0, 19.0])
    monkeypatch.setattr(time, "perf_counter", lambda: next(clock))
    fan = hall.hub._fanout

    def write(job: fanout.Job, end: float) -> bool:
        asked.append(end)
        return False

    monkeypatch.setattr(fan, "_write", write)
    fan._jobs.append(fanout.Job([0], b"x"))
    monkeypatch.setattr(fan, "_loop", None)
    for _ in range(4):
        fan._turn()
    fan._jobs.clear()
    assert asked == pytest.approx(
        [
            10.0 + fanout.SLICE,  # nothing to go by yet
            11.005 + 0.005,  # others had five milliseconds
            12.0001 + fanout.SLICE,  # others had next to nothing
            18.0 + fanout.SLICE_AT_MOST,  # something blocked the loop for seconds
        ]
    )


async def test_heartbeat(hall):
    """A heartbeat reaches everyone, except those who are owed something anyhow."""
    number, lagging = hall.enter()
    _, quick = hall.enter("/something/else")
    sent = b"".join(frame.chunk for frame in fill(hall, number))
    owed = hall.hub.owed
    beat = frames.beat(7)
    hall.hub.beat(beat)
    await hall.given_out()
    assert take(quick, len(beat)) == beat
    assert hall.hub.owed == owed
    assert await asyncio.to_thread(take, lagging, len(sent)) == sent
    await until(lambda: hall.hub.slow == 0, "the reader to have caught up")
    assert is_quiet(lagging)
    hall.hub.beat(beat)
    assert take(lagging, len(beat)) == beat


async def test_heartbeat_finds_no_room(hall, monkeypatch):
    """A heartbeat that finds no room is not owed, and one that was begun is ended."""
    _, guest = hall.enter()
    beat = frames.beat(7)
    write = os.write
    monkeypatch.setattr(os, "write", raising(BlockingIOError))
    hall.hub.beat(beat)
    assert hall.hub.slow == 0
    monkeypatch.setattr(os, "write", lambda fd, octets: write(fd, octets[:3]))
    hall.hub.beat(beat)
    monkeypatch.setattr(os, "write", write)
    assert await asyncio.to_thread(take, guest, len(beat)) == beat
    await until(lambda: hall.hub.slow == 0, "the reader to have caught up")


def raising(error: type[Exception]) -> Callable[..., int]:
    def fail(*_: object) -> int:
        raise error

    return fail
