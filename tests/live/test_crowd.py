"""Many readers at once: those who stall, those who come and go, those who come back."""

from __future__ import annotations

import asyncio
import random
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from stoppress.lib.transactions import atomic
from stoppress.live import history
from stoppress.live.errors import WireUnreadable
from stoppress.live.source import Wire
from stoppress.wire.append import append
from tests.live.paper import STORY
from tests.live.reader import Connection, Reader
from tests.live.stand import Stand
from tests.support.waiting import until

PAGE = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


@pytest.fixture
def forgetful() -> Iterator[Stand]:
    """A stand that holds next to nothing in memory, so that readers need the wire."""
    stand = Stand()
    stand.live.memory._entries_at_most = 5
    with stand:
        yield stand


def test_one_who_stalls(stand):
    """A reader that stops reading for a while keeps nobody waiting, and gets everything
    in order when it goes on."""
    stalled = stand.reader(buffer=8_192)
    quick = [stand.reader() for _ in range(20)]
    for k in range(8):
        seq = stand.wire.append(f"{k}" * 80_000)
        for reader in quick:
            reader.until_seq(seq)
    assert stand.hub.slow == 1
    seq = stand.wire.append("after")
    assert stalled.until_seq(seq).seqs == list(range(1, seq + 1))
    stand.until_slow(0)
    seq = stand.wire.append("live again")
    assert stalled.until_seq(seq).texts[-2:] == ["after", "live again"]
    assert all(one.until_seq(seq).seqs == list(range(1, seq + 1)) for one in quick)


def test_one_who_stalls_too_long(stand):
    """A reader that stalls beyond the bound is let go. By then it has missed more than
    its page weighs: when it comes back it is told to fetch that, and goes on from there."""
    stalled, quick = stand.reader(buffer=8_192), stand.reader()
    let_go(stand, quick, size=90_000)
    assert (stand.hub.readers, stand.hub.slow) == (1, 0)
    seqs = stalled.until_ended().seqs
    assert seqs == list(range(1, len(seqs) + 1))
    back = stand.reader(header=stalled.last_event_id).until_at(stand.wire.last)
    assert (back.resyncs, back.seqs) == ([stand.wire.last], [])
    back.until_seq(stand.wire.append())


def test_coming_back_after_being_let_go(stand):
    """A reader that was let go, and has not missed more than can be sent, gets all of it
    when it comes back, each entry once."""
    stand.on_loop(lambda: setattr(stand.hub, "_owed_at_most", 100_000))
    stalled, quick = stand.reader(buffer=8_192), stand.reader()
    let_go(stand, quick, size=20_000)
    seqs = stalled.until_ended().seqs
    back = stand.reader(header=stalled.last_event_id).until_at(stand.wire.last)
    assert back.resyncs == []
    assert 0 < len(seqs) < stand.wire.last
    assert seqs + back.seqs == list(range(1, stand.wire.last + 1))


def let_go(stand: Stand, quick: Reader, *, size: int) -> None:
    """Publishes until one who does not read is let go."""
    while stand.hub.dropped == 0:
        quick.until_seq(stand.wire.append("x" * size))


def test_coming_and_going(stand):
    """While readers come and go, politely and rudely, and entries are given out, pages
    are whole and hold nothing of the entries, and no reader gets half an entry."""
    ended = threading.Event()
    with ThreadPoolExecutor(20) as threads:
        pages = [threads.submit(fetch_pages, stand, ended) for _ in range(2)]
        news = threads.submit(publish, stand, ended)
        visits = [threads.submit(come_and_go, stand, seed) for seed in range(10)]
        try:
            for visit in visits:
                visit.result()
        finally:
            ended.set()
        news.result()
        assert sum(each.result() for each in pages) > 10
    stand.until_readers(0)
    until(lambda: stand.on_loop(lambda: not stand.hub._grave), "the grave to be empty")
    assert (stand.hub.counts(), stand.hub.slow) == ({}, 0)


def come_and_go(stand: Stand, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311
    for _ in range(60):
        reader = Reader(stand.port)
        if chance.random() < 0.7:
            reader.until(lambda one: one.events)
        reader.close(rudely=chance.random() < 0.5)


def fetch_pages(stand: Stand, ended: threading.Event) -> int:
    pages = 0
    while not ended.is_set():
        with Connection(stand.port) as connection:
            connection.send(PAGE)
            assert connection.answer()[2] == b"GET /"
            assert connection.is_closed()
        pages += 1
    return pages


def publish(stand: Stand, ended: threading.Event) -> None:
    while not ended.is_set():
        stand.wire.append("z" * 3_000)
        stand.until_given_out(stand.wire.last)


@pytest.mark.parametrize("topics", [(STORY,), ("*",)])
def test_coming_back_while_entries_come(forgetful, monkeypatch, topics):
    """Readers that come back with ids from anywhere, while entries keep coming, each get
    every entry after theirs once and in the order of the wire."""
    monkeypatch.setattr(history, "ENTRIES_AT_ONCE", 20)
    come_back_while_entries_come(
        forgetful, forgetful.wire.append, topics, entries=300, readers=60
    )


def come_back_while_entries_come(
    stand: Stand,
    put: Callable[[], int],
    topics: tuple[str, ...],
    *,
    entries: int,
    readers: int,
) -> None:
    on_wire = [put() for _ in range(entries // 3)]
    ready = threading.Barrier(readers + 1)

    def comes_back(seed: int) -> tuple[int, Reader]:
        chance = random.Random(seed)  # noqa: S311
        ready.wait(10)
        last = on_wire[-1]
        wait_for = chance.choice(range(entries // 2))
        until(lambda: len(on_wire) > wait_for, "the entries")
        asked = chance.choice([0, *on_wire])
        return asked, stand.reader(*topics, header=asked).until_at_least(last)

    with ThreadPoolExecutor(readers) as threads:
        coming = [threads.submit(comes_back, seed) for seed in range(readers)]
        ready.wait(10)
        while len(on_wire) < entries:
            on_wire.append(put())
            # One at a time, so that readers come between two of them.
            stand.until_given_out(on_wire[-1])
        came = [each.result() for each in coming]
    for asked, reader in came:
        reader.until(lambda one: one.last_event_id == str(on_wire[-1]))
        assert reader.resyncs == []
        assert reader.seqs == [seq for seq in on_wire if seq > asked]


@pytest.mark.django_db(transaction=True)
def test_coming_back_while_entries_come_for_real():
    """So it is with the wire in a database, read and written at the same time."""
    stand = Stand(Wire("live-tail"), Wire("live-history"))
    stand.live.memory._entries_at_most = 5

    def put() -> int:
        with atomic():
            return append("story.opened", [STORY], {"story": {"slug": "x"}}).seq

    put()
    with stand:
        come_back_while_entries_come(stand, put, (STORY,), entries=60, readers=12)


def test_behind_the_wire_that_is_broken(forgetful):
    """A reader whose past cannot be read is sent away without an answer, so that it comes
    back; readers who need no past are served."""
    for _ in range(20):
        forgetful.wire.append()
    forgetful.until_given_out(20)
    forgetful.wire.trouble = WireUnreadable("the paper is torn")
    with forgetful.connection() as connection:
        connection.send(
            b"GET /.well-known/mercure?topic=*&lastEventID=1 HTTP/1.1\r\n\r\n"
        )
        assert connection.is_closed()
    assert forgetful.reader(header=19).until_at(20).seqs == [20]
    forgetful.wire.trouble = None
    assert forgetful.reader(header=1).until_at(20).seqs == list(range(2, 21))


def test_gone_while_its_past_is_read(forgetful):
    """A reader that hangs up while its past is being read is forgotten."""
    for _ in range(20):
        forgetful.wire.append()
    forgetful.until_given_out(20)
    forgetful.wire.turns = 10_000_000
    with forgetful.connection() as connection:
        connection.send(
            b"GET /.well-known/mercure?topic=*&lastEventID=1 HTTP/1.1\r\n\r\n"
        )
        connections = forgetful.server.server_state.connections
        until(lambda: forgetful.on_loop(fetching), "the reading to begin")
    until(lambda: len(connections) == 0, "the connection to be gone")
    until(lambda: forgetful.on_loop(lambda: not fetching()), "the reading to end")
    assert forgetful.hub.readers == 0


def fetching() -> list[str]:
    tasks = [repr(task) for task in asyncio.all_tasks()]
    return [task for task in tasks if "_fetch" in task]
