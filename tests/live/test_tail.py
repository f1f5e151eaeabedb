"""The live tail: nothing is lost, whatever happens to the wire it reads."""

from __future__ import annotations

import pytest

from stoppress.live import tail
from stoppress.live.errors import WireUnreadable
from tests.live.paper import STORY, PaperWire
from tests.live.test_history import ALL, Desk, told
from tests.live.turning import until


async def got(reader: list[bytes], count: int) -> list[str]:
    """What a reader was told, once it was told this much."""
    await until(lambda: len(reader) >= count, f"{count} entries")
    return told(reader)


async def test_new_entries():
    """Entries go to the readers in the order of the wire, over its holes."""
    async with Desk(PaperWire()).open() as desk:
        reader = await desk.come(None)
        desk.wire.append()
        desk.wire.append(skip=4)
        assert await got(reader, 2) == ["1", "6"]


async def test_lost_wake():
    """An entry whose wake was lost comes with the next one, before it."""
    async with Desk(PaperWire()).open() as desk:
        reader = await desk.come(None)
        desk.wire.write("no wake", STORY)
        desk.wire.append()
        assert await got(reader, 2) == ["1", "2"]


async def test_long_absence(monkeypatch):
    """More entries than are read at once all come."""
    monkeypatch.setattr(tail, "ENTRIES_AT_ONCE", 3)
    async with Desk(PaperWire()).open() as desk:
        reader = await desk.come(None)
        for _ in range(10):
            desk.wire.write("", STORY)
        desk.wire.wake()
        assert await got(reader, 10) == [str(seq) for seq in range(1, 11)]


async def test_not_for_readers():
    """An entry that is not for readers goes to nobody, and moves the place on the wire."""
    async with Desk(PaperWire()).open() as desk:
        reader = await desk.come(None)
        desk.wire.write("for the push tail alone")
        desk.wire.wake()
        await until(lambda: desk.memory.head == 1, "the entry to be passed")
        desk.wire.append()
        assert await got(reader, 1) == ["2"]


async def test_broken_wire(caplog, monkeypatch):
    """While the wire cannot be read the tail says so and tries again, without a wake;
    then everything comes, once."""
    monkeypatch.setattr(tail, "PAUSE_AT_FIRST", 0.001)
    async with Desk(PaperWire()).open() as desk:
        reader = await desk.come(None)
        desk.wire.append()
        assert await got(reader, 1) == ["1"]
        desk.wire.trouble = WireUnreadable("the paper is torn")
        desk.wire.append()
        await until(lambda: caplog.text.count("the paper is torn") > 2, "three tries")
        desk.wire.write("", STORY)
        desk.wire.trouble = None
        assert await got(reader, 3) == ["1", "2", "3"]


async def test_our_own_mistake(caplog, monkeypatch):
    """An error that is not the database's is logged with all that is known, and the tail
    goes on where it was."""
    monkeypatch.setattr(tail, "PAUSE_AT_FIRST", 0.001)
    async with Desk(PaperWire()).open() as desk:
        reader = await desk.come(None)
        desk.wire.trouble = ValueError("a mistake of ours")
        desk.wire.append()
        await until(lambda: "Traceback" in caplog.text, "the log")
        desk.wire.trouble = None
        assert await got(reader, 1) == ["1"]


async def test_start_on_a_broken_wire():
    """A server that cannot read the wire does not start."""
    wire = PaperWire()
    wire.trouble = WireUnreadable("the paper is torn")
    desk = Desk(wire)
    with pytest.raises(WireUnreadable, match="read again"):
        await desk.tail.start()
    await desk.tail.stop()


async def test_warm_start():
    """A server that starts has the wire's end in memory, for readers that come back."""
    wire = PaperWire()
    for _ in range(tail.WARM_ENTRIES + 10):
        wire.write("", STORY)
    async with Desk(wire).open() as desk:
        assert len(desk.memory) == tail.WARM_ENTRIES
        assert len(desk.memory.since(10, ALL) or ()) == tail.WARM_ENTRIES
        assert desk.memory.since(9, ALL) is None


async def test_warm_start_on_a_pruned_wire():
    """What was pruned before the start is not taken for never having been."""
    wire = PaperWire()
    for _ in range(10):
        wire.write("", STORY)
    wire.prune(6)
    async with Desk(wire).open() as desk:
        assert desk.memory.since(4, ALL) is None
        assert len(desk.memory.since(5, ALL) or ()) == 5


async def test_stop_leaves_nobody_listening():
    """A tail that was stopped is woken no more."""
    async with Desk(PaperWire()).open() as desk:
        assert len(desk.wire._listeners) == 1
    assert desk.wire._listeners == []
