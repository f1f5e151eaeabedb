"""Writers: processes that are handed the readers' sockets."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from tests.live.paper import STORY
from tests.live.reader import request
from tests.live.stand import Stand
from tests.support.waiting import until


@pytest.fixture
def stand() -> Iterator[Stand]:
    with Stand(writers=2) as stand:
        yield stand


def test_readers_of_all_writers(stand):
    """Readers are dealt out evenly; each has what it missed and what is new, once and in
    order, and only what it asked for."""
    before = [stand.wire.append(f"before {n}") for n in range(3)]
    readers = [stand.reader(last=0) for _ in range(6)]
    other = stand.reader("/stories/other", last=0)
    assert sorted(len(pen.readers) for pen in stand.hub._pens) == [3, 4]
    after = [stand.wire.append(f"after {n}") for n in range(3)]
    for reader in readers:
        assert reader.until_seq(after[-1]).seqs == before + after
    assert other.seqs == []


def test_the_seam(stand):
    """While entries come one after the other, readers who come in between have all from
    where they were, once each: hundreds of seams, none with a gap."""
    readers = []
    seqs = []
    for n in range(120):
        seqs.append(stand.wire.append(f"{n}"))
        readers.append((len(seqs) - 1, stand.reader(last=seqs[-1])))
        seqs.append(stand.wire.append(f"{n} again"))
    for begin, reader in readers:
        assert reader.until_seq(seqs[-1]).seqs == seqs[begin + 1 :]


def test_large_entries(stand):
    """A megabyte goes through the channel whole, to readers who come before and after."""
    text = "é" * 500_000
    early = stand.reader(last=0)
    seq = stand.wire.append(text)
    assert early.until_seq(seq).texts == [text]
    late = stand.reader(last=0)
    assert late.until_at(seq)  # by its words or, being too long, by a resync


def test_who_leaves_is_told(stand):
    """Counts fall when readers leave, and with them what their network may have."""
    readers = [stand.reader(STORY), stand.reader(STORY), stand.reader("/stories/other")]
    until(lambda: stand.hub.counts() == {STORY: 2, "/stories/other": 1}, "the counts")
    readers[0].close()
    until(
        lambda: stand.hub.counts() == {STORY: 1, "/stories/other": 1}, "the new counts"
    )
    until(lambda: stand.hub.readers == 2, "the reader to be forgotten")


def test_one_network_has_a_bound(stand):
    """Readers of one network are counted over all writers, also after they left."""
    stand.hub.guests.count.at_most = 2
    named = request().replace(b"Host: x", b"Host: x\r\nX-Forwarded-For: 8.8.4.4")
    inside = [stand.connection() for _ in range(2)]
    for one in inside:
        one.send(named)
        assert one.head()[0] == 200
    third = stand.connection()
    third.send(named)
    assert third.answer()[0] == 429
    for one in inside:
        one.close()
    until(lambda: len(stand.hub.guests.count) == 0, "the network to be forgotten")
    again = stand.connection()
    again.send(named)
    assert again.head()[0] == 200


def test_a_writer_is_killed(stand):
    """Its readers' streams end, the others' go on; who comes back is let in by another,
    nothing is missed, and the dead one is replaced."""
    readers = [stand.reader(last=0) for _ in range(4)]
    victim = stand.hub._pens[0]
    os.kill(victim.process.pid, signal.SIGKILL)
    until(lambda: victim not in stand.hub._pens, "the loss to be seen")
    seq = stand.wire.append("news")
    lost = 0
    for reader in readers:
        while not reader.ended and seq not in reader.seqs:
            reader.read()
        lost += reader.ended
    assert lost == 2
    assert stand.hub.readers == 2
    back = [stand.reader(last=0) for _ in range(lost)]
    assert [reader.until_seq(seq).seqs for reader in back] == [[seq]] * lost
    until(lambda: len(stand.hub._pens) == 2, "another writer")


def test_no_writer_is_left():
    """A server that stops tells its readers when to come back; its writers end with it."""
    with Stand(writers=2) as stand:
        readers = [stand.reader() for _ in range(4)]
        processes = [pen.process for pen in stand.hub._pens]
        stand.server.should_exit = True
        assert all(reader.until_ended().retry for reader in readers)
    assert [process.poll() for process in processes] == [0, 0]


def test_letting_go_bit_by_bit(stand):
    """Drained readers are told when to come back, whichever writer they are with."""
    readers = [stand.reader() for _ in range(8)]
    stand.on_loop(lambda: stand.hub.let_go(4))
    until(lambda: stand.hub.readers == 4, "half of them to go")
    stand.on_loop(lambda: stand.hub.let_go(4))
    assert all(reader.until_ended().retry for reader in readers)


def test_heartbeat(stand):
    """A heartbeat reaches the readers of all writers."""
    readers = [stand.reader() for _ in range(4)]
    seq = stand.wire.append("elsewhere", "/stories/loud")
    until(lambda: stand.live.memory.head >= seq, "the entry to be handed over")
    stand.on_loop(stand.live._beat)
    for reader in readers:
        assert [event.type for event in reader.until_at(seq).events] == ["beat"]
