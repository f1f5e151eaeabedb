"""The seam between what was missed and what is new, tried in every order of events."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Self

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stoppress.live import frames, history, tail
from stoppress.live.frames import Frame
from stoppress.live.history import OCTETS_MISSED, History, Missed
from stoppress.live.memory import Memory
from stoppress.live.tail import Tail
from stoppress.live.wishes import Wish
from stoppress.protocols.sse import Parser
from tests.live.paper import STORY, PaperWire

ALL = Wish(("*",))


class Band:
    """Readers in a list where the hub would be: what each got, in order."""

    def __init__(self) -> None:
        self.readers: list[tuple[Wish, list[bytes]]] = []

    def enter(self, wish: Wish, missed: Missed) -> list[bytes]:
        got = list(missed.chunks)
        self.readers.append((wish, got))
        return got

    def publish(self, frame: Frame) -> None:
        for wish, got in self.readers:
            if wish.wants(frame.topics):
                got.append(frame.chunk)


class Desk:
    """A wire, a tail and a history that belong together."""

    def __init__(self, wire: PaperWire, **limits: int) -> None:
        self.wire = wire
        self.band = Band()
        self.memory = Memory(**limits)
        self.tail = Tail(wire, self.memory, self.band)  # type: ignore[arg-type]
        self.history = History(wire, self.memory, self.tail)

    async def come(self, asked: str | None, wish: Wish = ALL) -> list[bytes]:
        """A reader comes, as it does through the door: what it gets, as it grows."""
        missed = self.history.at_hand(asked, wish)
        if missed is None:
            missed = await self.history.fetch(str(asked), wish)
        return self.band.enter(wish, missed)

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[Self]:
        await self.tail.start()
        try:
            yield self
        finally:
            await self.tail.stop()


def told(chunks: list[bytes]) -> list[str]:
    """What a page makes of it: numbers of entries, `resync` with its id."""
    parser, said = Parser(), []
    for each in chunks:
        for event in parser.feed(frames.bare(each)):
            resync = "resync " if event.type == "resync" else ""
            said.append(f"{resync}{event.last_event_id}")
    return said


READERS = st.lists(
    st.tuples(
        st.integers(0, 12),  # turns of the loop before it comes
        st.integers(0, 45),  # the id it asks for
        st.sampled_from([ALL, Wish(("/a",)), Wish(("/a", "/b")), Wish(("/{x}",))]),
    ),
    min_size=1,
    max_size=8,
)
WIRE = st.lists(
    st.tuples(st.sampled_from([("/a",), ("/b",), ("/a", "/b"), ()]), st.integers(0, 1)),
    max_size=20,
)
# Turns of the loop that a reading takes; entries that history and tail read in one.
AT_ONCE = st.tuples(st.integers(0, 3), st.sampled_from([2, 9]), st.integers(1, 3))


@given(WIRE, WIRE, READERS, st.integers(0, 6), AT_ONCE)
@example([(("/a",), 0)] * 9, [(("/a",), 0)] * 9, [(3, 4, ALL)], 3, (2, 9, 1))
@settings(max_examples=250, deadline=None)
def test_no_gap_and_nothing_twice(before, meanwhile, readers, pruned, at_once):
    """Whoever comes, whenever, asking for whatever, gets each entry that it asked for
    after its id once and in order, or is told to begin anew and gets each after that."""
    asyncio.run(the_seam_holds(before, meanwhile, readers, pruned, at_once))


async def the_seam_holds(
    before: list[tuple[tuple[str, ...], int]],
    meanwhile: list[tuple[tuple[str, ...], int]],
    readers: list[tuple[int, int, Wish]],
    pruned: int,
    at_once: tuple[int, int, int],
) -> None:
    wire = PaperWire()
    turns, by_history, by_tail = at_once
    for topics, hole in before:
        wire.write("before", *topics, skip=hole)
    wire.prune(pruned)
    kept = [*wire._frames]
    desk = Desk(wire, entries=4, octets=10_000)
    wire.turns = turns
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(history, "ENTRIES_AT_ONCE", by_history)
        patch.setattr(history, "ENTRIES_BEHIND", 12)
        patch.setattr(tail, "ENTRIES_AT_ONCE", by_tail)
        patch.setattr(tail, "WARM_ENTRIES", 3)
        async with desk.open():
            coming = [asyncio.ensure_future(comes(desk, *reader)) for reader in readers]
            for topics, hole in meanwhile:
                wire.append("meanwhile", *topics, skip=hole) if topics else wire.write(
                    ""
                )
                await asyncio.sleep(0)
            all_got = await asyncio.gather(*coming)
            await desk.tail.catch_up()
    wire_now = kept + [each for each in wire._frames if each not in kept]
    for (_, asked, wish), (got, must) in zip(readers, all_got, strict=True):
        said = told(got)
        begin = asked
        if said and said[0].startswith("resync"):
            assert not must, "told to begin anew without need"
            begin = int(said.pop(0).split()[1])
        due = [e for e in wire_now if e.seq > begin and wish.wants(e.topics)]
        assert said == [str(each.seq) for each in due]


async def comes(
    desk: Desk, turns: int, asked: int, wish: Wish
) -> tuple[list[bytes], bool]:
    """What the reader gets, and whether it must get it without beginning anew."""
    for _ in range(turns):
        await asyncio.sleep(0)
    kept = desk.wire._frames
    must = (
        bool(kept)
        and kept[0].seq - 1 <= asked <= kept[-1].seq
        and desk.memory.floor - asked <= history.ENTRIES_BEHIND
    )
    return await desk.come(str(asked), wish), must


async def a_desk(written: int, **limits: int) -> Desk:
    """A desk whose wire has this many entries, all handed out while nobody was here."""
    desk = Desk(PaperWire(), **limits)
    for _ in range(written):
        desk.wire.write("old", STORY)
    await desk.tail._warm_up()
    return desk


async def test_no_id():
    """A reader without an id gets only what is new."""
    desk = await a_desk(5)
    assert await desk.come(None) == []


@pytest.mark.parametrize("asked", ["6", "999999999999999999", "9" * 30])
async def test_id_that_is_not_on_the_wire(asked):
    """An id beyond the wire's end is told to begin anew, from the end."""
    desk = await a_desk(5)
    assert told(await desk.come(asked)) == ["resync 5"]


@pytest.mark.parametrize(
    "asked", ["x", "-1", "1.5", "٣", "urn:uuid:1", "Earliest", "1 ", "##1", "#"]
)
async def test_id_that_is_no_number(asked):
    """An id of another hub's, or of nobody's, is told to begin anew, from the end."""
    desk = await a_desk(5)
    assert told(await desk.come(asked)) == ["resync 5"]


async def test_id_of_what_was_published():
    """The id of an update from outside is a place on the wire as any other, also where
    the answer says whence it goes on."""
    desk = await a_desk(5)
    assert told(await desk.come("#3")) == ["4", "5"]
    assert desk.history.at_hand("#5", ALL) == Missed([], "#5")


async def test_earliest():
    """Who asks for the earliest gets all that there is, and is told of no loss."""
    desk = await a_desk(20, entries=5)
    assert told(await desk.come("earliest")) == [str(seq) for seq in range(1, 21)]
    desk.wire.prune(8)
    assert told(await desk.come("earliest")) == [str(seq) for seq in range(8, 21)]
    assert (await desk.history.fetch("earliest", ALL)).after == "earliest"
    assert await (await a_desk(0)).come("earliest") == []


async def test_earliest_is_bounded(monkeypatch):
    """Of a long wire, and of a heavy one, the end is given: as much as a reader gets."""
    monkeypatch.setattr(history, "ENTRIES_BEHIND", 10)
    desk = await a_desk(20, entries=5)
    assert told(await desk.come("earliest")) == [str(seq) for seq in range(11, 21)]
    monkeypatch.setattr(history, "OCTETS_MISSED", 100)
    given = await desk.come("earliest")
    assert told(given)[-1] == "20"
    assert sum(map(len, given[:-1])) <= 100


async def test_one_entry_is_never_too_large():
    """An entry larger than all that a reader is sent is sent, if it is the last."""
    desk = Desk(PaperWire())
    desk.wire.write("x" * (OCTETS_MISSED + 1), STORY)
    await desk.tail._warm_up()
    assert told(await desk.come("0")) == ["1"]


async def test_id_that_another_process_gave():
    """An id that this process has not come to yet is looked for on the wire, not taken
    for a stranger's."""
    desk = await a_desk(5)
    for _ in range(3):
        desk.wire.write("by another process", STORY)
    assert told(await desk.come("7")) == ["8"]


async def test_pruned():
    """An id whose followers were pruned is told to begin anew; one whose were not, not."""
    desk = await a_desk(20, entries=5)
    desk.wire.prune(8)
    assert told(await desk.come("6")) == ["resync 20"]
    assert told(await desk.come("7")) == [str(seq) for seq in range(8, 21)]


async def test_pruned_to_the_last():
    """A wire that was pruned empty tells whoever asks for what was on it to begin anew."""
    desk = await a_desk(20, entries=5)
    desk.wire.prune(21)
    assert told(await desk.come("6")) == ["resync 20"]
    assert told(await desk.come("20")) == []


async def test_too_far_back(monkeypatch):
    """An id too far back is told to begin anew without the database being asked."""
    monkeypatch.setattr(history, "ENTRIES_BEHIND", 10)
    desk = await a_desk(20, entries=5)
    before = desk.wire.readings
    assert told(await desk.come("4")) == ["resync 20"]
    assert desk.wire.readings == before
    assert len(told(await desk.come("5"))) == 15


@pytest.mark.parametrize("entries", [3, 100])
async def test_too_much(entries):
    """More than a reader is sent for what it missed is not sent: it begins anew, whether
    the rest is in memory or not."""
    desk = Desk(PaperWire(), entries=entries)
    for _ in range(12):
        desk.wire.write("x" * (OCTETS_MISSED // 10), STORY)
    await desk.tail._warm_up()
    assert told(await desk.come("1")) == ["resync 12"]
    assert told(await desk.come("4")) == [str(seq) for seq in range(5, 13)]


async def test_answer_says_where_it_begins():
    """The answer names the id that was asked for, or says that there was a loss."""
    desk = await a_desk(5)
    assert desk.history.at_hand("5", ALL) == Missed([], "5")
    assert desk.history.at_hand(None, ALL) == Missed([], None)
    assert (await desk.history.fetch("9", ALL)).after == "earliest"
