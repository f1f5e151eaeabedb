"""The plain-socket reader sees what a browser's EventSource would see."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from tests.support.loopthread import LoopThread, Served
from tests.support.sse import Parser, Reader, unchunk

STREAM = (
    b"\xef\xbb\xbfretry: 300\n\n"
    b": hello\n"
    b'id: 7\ndata: {"seq": 7}\n\n'
    b"id: 8\r\ndata: one\r\ndata:  two\r\n\r\n"
    b"event: resync\rdata\r\r"
    b"id: 9\n\n"
    b"id: 10\ndata: cut off"
)
SEEN = [
    ("7", "message", '{"seq": 7}'),
    ("8", "message", "one\n two"),
    ("8", "resync", ""),
]


def read(parser: Parser, pieces: list[bytes]) -> list[tuple[str, str, str]]:
    return [
        (event.id, event.kind, event.data)
        for piece in pieces
        for event in parser.feed(piece)
    ]


def pieces_of(raw: bytes, cuts: list[int]) -> list[bytes]:
    edges = [0, *sorted(cut % (len(raw) + 1) for cut in cuts), len(raw)]
    return [raw[a:b] for a, b in itertools.pairwise(edges)]


@given(st.lists(st.integers(0, len(STREAM)), max_size=8))
def test_events_do_not_depend_on_the_cuts(cuts):
    """However the bytes are cut, the same events come; a cut-off event is none."""
    parser = Parser()
    assert read(parser, pieces_of(STREAM, cuts)) == SEEN
    assert (parser.last, parser.retry, parser.comments) == ("9", 0.3, 1)


@given(st.lists(st.binary(min_size=1, max_size=40)), st.lists(st.integers(0, 999)))
def test_the_chunked_coding_is_undone(chunks, cuts):
    """Chunks come out whole, however the bytes are cut, and end at the last chunk."""
    coded = b"".join(b"%x;a=b\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)
    whole = b"".join(unchunk(pieces_of(coded + b"0\r\n\r\n", cuts)))
    assert whole == b"".join(chunks)


class Source:
    """A stream that sends what it is told and can be cut off."""

    def __init__(self, thread: LoopThread) -> None:
        self.thread = thread
        self.asked: list[tuple[str | None, list[str]]] = []
        self.entries: list[str] = []
        self.streams: set[asyncio.Queue[bytes | None]] = set()
        self.served: Served | None = None
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        app = web.Application()
        app.router.add_get("/.well-known/mercure", self._stream)
        self.served = self.thread.serve(app, port=self.port)
        self.port = self.served.port

    def stop(self) -> None:
        self.cut()
        assert self.served is not None
        self.served.stop()

    def cut(self) -> None:
        self.thread.loop.call_soon_threadsafe(self._put, None)

    def send(self, entry: str) -> None:
        def put() -> None:
            self.entries.append(entry)
            self._put(self._frame(len(self.entries)))

        self.thread.loop.call_soon_threadsafe(put)

    def _frame(self, number: int) -> bytes:
        return f"id: {number}\ndata: {self.entries[number - 1]}\n\n".encode()

    def _put(self, frame: bytes | None) -> None:
        for stream in self.streams:
            stream.put_nowait(frame)

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        last = request.headers.get("Last-Event-ID")
        self.asked.append((last, request.query.getall("topic")))
        answer = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        queue: asyncio.Queue[bytes | None] = asyncio.Queue()
        for number in range(int(last or 0) + 1, len(self.entries) + 1):
            queue.put_nowait(self._frame(number))
        self.streams.add(queue)
        await answer.prepare(request)
        await answer.write(b"retry: 10\n: hello\n\n")
        while frame := await queue.get():
            await answer.write(frame)
        self.streams.discard(queue)
        return answer


@pytest.fixture
def source() -> Iterator[Source]:
    with LoopThread() as thread:
        made = Source(thread)
        made.start()
        yield made
        made.stop()


def test_a_reader_collects_ids_and_data(source):
    """What is sent while the page is open is collected, with its id, in order."""
    with Reader(source.url, ["/stories/a", "/posts/7"]) as reader:
        reader.opened()
        source.send("one")
        source.send("two")
        reader.wait(lambda: len(reader.events) == 2, "two events")
    assert reader.pairs == [("1", "one"), ("2", "two")]
    assert source.asked == [(None, ["/stories/a", "/posts/7"])]


def test_a_reader_starts_where_its_page_was_drawn(source):
    """A page drawn at entry 1 asks for what came after it."""
    source.send("one")
    source.send("two")
    with Reader(source.url, last="1") as reader:
        reader.wait(lambda: reader.events, "an event")
    assert reader.pairs == [("2", "two")]


def test_a_reader_comes_back_with_the_last_id(source):
    """Cut off, it comes back with Last-Event-ID: nothing is lost and none doubled."""
    with Reader(source.url) as reader:
        reader.opened()
        source.send("one")
        reader.wait(lambda: reader.events, "the first event")
        source.cut()
        reader.opened(times=2)
        source.send("two")
        reader.wait(lambda: len(reader.events) == 2, "the second event")
    assert reader.ids == ["1", "2"]
    assert [last for last, _ in source.asked] == [None, "1"]


def test_a_reader_waits_for_a_newsroom_that_is_away(source):
    """While the newsroom is away it keeps trying, and then has what it missed."""
    with Reader(source.url) as reader:
        reader.opened()
        source.send("one")
        reader.wait(lambda: reader.events, "the first event")
        source.stop()
        reader.wait(lambda: not reader.open, "the stream's end")
        source.entries.append("two")
        source.start()
        reader.wait(lambda: len(reader.events) == 2, "the second event")
    assert reader.pairs == [("1", "one"), ("2", "two")]


def test_a_reader_that_stays_away(source):
    """A reader may be told not to come back."""
    with Reader(source.url, comes_back=False) as reader:
        reader.opened()
        source.cut()
        reader.wait(lambda: not reader.open, "the stream's end")
        reader._thread.join(5)
        assert not reader._thread.is_alive()
    assert reader.connections == 1


def test_an_answer_that_is_no_stream_is_noted(source):
    """An error answer opens nothing and its status line is kept."""
    with Reader(source.url + "/", []) as reader:
        reader.wait(lambda: reader.answers, "an answer")
    assert "500" in reader.answers[0]
    assert reader.connections == 0
