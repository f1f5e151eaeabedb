"""Readers that stop reading in the middle of a busy hour."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from stoppress.live.hub import OWED_AT_MOST
from tests.endurance.books import Entry
from tests.endurance.conftest import Tell
from tests.endurance.crowd import Crowd
from tests.endurance.house import PATIENCE, House
from tests.endurance.parts import page
from tests.endurance.press import Press
from tests.support.newsroom import Newsroom
from tests.support.sse import Event, Parser, Reader, unchunk

SLOW = 5
OTHERS = [["*"]] * 5
WINDOW = 4096  # octets that a slow reader's own system takes for it
WORDS = "word " * 36_000  # of each update: some 180 KB as the page gets it
TOO_MUCH = OWED_AT_MOST * 3 // 2  # the bound, and what the kernel holds besides
NOT_DELAYED = 3.0  # seconds from the acknowledgement, on a machine busy with others


def test_readers_that_stop_reading_delay_nobody_and_miss_nothing(
    house: House, tell: Tell
) -> None:
    """The others have each entry at once; a slow reader is let go beyond its bound, with
    whole events up to there; when it comes back it has what it missed, entry by entry
    or by fetching its page anew."""
    books, press = house.books, house.press
    begun = books.head()
    with house.part() as server, ExitStack() as stack:
        server.ready()
        others = stack.enter_context(house.crowd(OTHERS)).opened()
        slow = [stack.enter_context(_slow(house.newsroom, begun)) for _ in range(SLOW)]
        while _octets(others.readers[0]) < TOO_MUCH:
            house.post(f"Long update {len(press.sent) + 1}. {WORDS}")
            others.have(books.entries(begun))
        entries = books.entries(begun)
        for reader in slow:
            _comes_back(house.newsroom, entries, _all_that_is_left(reader))
    longest = _longest_delay(press, others, entries)
    assert longest < NOT_DELAYED
    tell(
        f"{len(entries)} long posts past {SLOW} stalled readers; the others had each "
        f"within {longest:.2f} s of its acknowledgement"
    )


def _octets(reader: Reader) -> int:
    return sum(len(event.data) for event in reader.events)


@contextmanager
def _slow(newsroom: Newsroom, after: int) -> Iterator[socket.socket]:
    """A reader that has its stream opened and then reads no further."""
    with socket.socket() as reader:
        # Before connecting: the window that is offered cannot be taken back.
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, WINDOW)
        reader.settimeout(PATIENCE)
        reader.connect(("127.0.0.1", newsroom.port))
        reader.sendall(
            b"GET /.well-known/mercure?topic=* HTTP/1.1\r\n"
            b"Host: localhost\r\nLast-Event-ID: %d\r\n\r\n" % after
        )
        assert reader.recv(12) == b"HTTP/1.1 200"
        yield reader


def _all_that_is_left(reader: socket.socket) -> list[Event]:
    """What was under way to the reader, up to where the server let it go."""
    head, body = b"", b""
    while raw := reader.recv(65536):
        body += raw
    head, _, body = body.partition(b"\r\n\r\n")
    assert b"text/event-stream" in head
    return list(Parser().feed(b"".join(unchunk([body]))))


def _comes_back(newsroom: Newsroom, entries: list[Entry], had: list[Event]) -> None:
    ids = [str(entry.seq) for entry in entries]
    got = [event.id for event in had]
    assert got == ids[: len(got)]
    assert len(got) < len(ids), "it was never let go"
    last = got[-1] if got else str(entries[0].seq - 1)
    with Reader(newsroom.url, last=last) as again:
        again.wait(lambda: ids[-1] in again.ids, "what was missed", PATIENCE)
        if again.resyncs:
            assert again.ids == ids[-1:]
            shown = page(newsroom, "/stories/harbour") or ""
            assert all(entry.plain[:16] in shown for entry in entries)
        else:
            assert again.ids == ids[len(got) :]


def _longest_delay(press: Press, others: Crowd, entries: list[Entry]) -> float:
    acknowledged = {sent.post: sent.at for sent in press.sent}
    at = {str(entry.seq): acknowledged[entry.post] for entry in entries}
    return max(
        event.at - at[event.id] for reader in others.readers for event in reader.events
    )
