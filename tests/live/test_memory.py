"""What is kept in memory, held against the whole wire."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stoppress.live.frames import Frame
from stoppress.live.memory import Memory
from stoppress.live.wishes import Wish

TOPICS = st.lists(st.sampled_from(["/a", "/b", "/c"]), max_size=2, unique=True)
# Each entry: how far its number is from the one before, its topics, its size.
ENTRIES = st.lists(
    st.tuples(st.integers(1, 3), TOPICS.map(tuple), st.integers(0, 30)), max_size=40
)
WISHES = st.sampled_from([("*",), ("/a",), ("/a", "/b"), ("/d",)]).map(Wish)
ALL = Wish(("*",))


@given(ENTRIES, WISHES, st.integers(0, 130), st.integers(0, 5))
def test_since(entries, wish, after, begin):
    """What is asked for is given whole and in order, or is said not to be held; and what
    must be held, is."""
    memory, wire = Memory(entries=8, octets=150), []
    memory.begin(begin)
    seq = begin
    for step, topics, size in entries:
        seq += step
        frame = Frame(seq, topics, b"%d " % seq + b"x" * size)
        if topics:
            memory.add(frame)
            wire.append(frame)
        else:
            memory.advance(seq)
    missed = memory.since(after, wish)
    held = wire[len(wire) - len(memory) :]
    assert memory.head == seq
    assert memory.floor == (
        wire[-len(memory) - 1].seq if len(memory) < len(wire) else begin
    )
    assert len(held) <= 8
    assert sum(len(frame.chunk) for frame in held) <= 150
    if missed is None:
        assert after < memory.floor or after > memory.head
    else:
        assert memory.floor <= after <= memory.head
        assert missed == [
            f.chunk for f in wire if f.seq > after and wish.wants(f.topics)
        ]


def test_begins_empty():
    """A memory that begins at a place knows that nothing has come after it."""
    memory = Memory()
    memory.begin(7)
    assert memory.since(7, ALL) == []
    assert memory.since(6, ALL) is None
    assert memory.since(8, ALL) is None


def test_order_is_kept():
    """An entry that comes twice, or after a later one, is an error and is not kept."""
    memory = Memory()
    memory.add(Frame(2, ("/a",), b"2"))
    for seq in (2, 1):
        with pytest.raises(ValueError, match="came after"):
            memory.add(Frame(seq, ("/a",), b"again"))
    assert memory.since(0, ALL) == [b"2"]


def test_going_back_is_no_advance():
    """Passing entries that came before the head leaves the head."""
    memory = Memory()
    memory.begin(5)
    memory.advance(3)
    assert memory.head == 5
