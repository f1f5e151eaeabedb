"""The door between the web server and the hub, with every way to go through it wrongly."""

from __future__ import annotations

import gc
import json

import pytest

from stoppress.live.frames import RETRY_FROM, RETRY_TO
from stoppress.live.takeover import HubProtocol
from tests.live.paper import STORY
from tests.live.reader import HUB, Reader, request
from tests.live.stand import Stand

PAGE = b"GET /page HTTP/1.1\r\nHost: x\r\n\r\n"


def test_reader_gets_what_is_published(stand):
    """A reader of a topic gets its entries, and none of another's."""
    reader = stand.reader(STORY)
    stand.wire.append("not mine", "/stories/y")
    seq = stand.wire.append("mine", STORY)
    assert reader.until_seq(seq).texts == ["mine"]
    assert stand.site.asked == []


def test_stream_head(stand):
    """A stream is announced as one, and as nothing to be kept, changed or held back."""
    headers = stand.reader().headers
    assert headers["content-type"] == "text/event-stream"
    assert "no-store" in headers["cache-control"]
    assert "no-transform" in headers["cache-control"]
    assert headers["x-accel-buffering"] == "no"
    assert headers["transfer-encoding"] == "chunked"
    assert "date" in headers
    assert headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in headers


def test_retry_is_spread(stand):
    """Each reader is told, before anything else, to come back after a pause of its own."""
    readers = [stand.reader().until(lambda one: one.retry) for _ in range(30)]
    pauses = [reader.retry for reader in readers]
    assert all(RETRY_FROM <= pause <= RETRY_TO for pause in pauses)
    assert len(set(pauses)) > 5


def test_stream_after_pages(stand):
    """A connection that has fetched pages can become a reader's."""
    with stand.connection() as connection:
        for _ in range(3):
            connection.send(PAGE)
            assert connection.answer()[2] == b"GET /page"
        connection.send(request())
        reader = Reader.on(connection)
        reader.until_seq(stand.wire.append())


def test_byte_by_byte(stand):
    """A request that comes one octet at a time is understood."""
    with stand.connection() as connection:
        connection.socket.setsockopt(6, 1, 1)  # TCP_NODELAY
        for octet in request(STORY, "/posts/7", last=0):
            connection.send(bytes([octet]))
        Reader.on(connection).until_seq(stand.wire.append())


def test_pipelined_behind_a_stream(stand):
    """What is asked for behind a stream is never answered, and disturbs nothing."""
    with stand.connection() as connection:
        connection.send(request() + PAGE + PAGE)
        reader = Reader.on(connection)
        connection.send(PAGE)
        first, second = stand.wire.append(), stand.wire.append()
        assert reader.until_seq(second).seqs == [first, second]
        assert stand.site.asked == []


def test_pipelined_behind_an_unanswered_page(stand):
    """A stream asked for while a page is being made opens after that page."""
    with stand.connection() as connection:
        connection.send(b"GET /wait HTTP/1.1\r\nHost: x\r\n\r\n" + PAGE + request())
        assert stand.site.waiting.wait(10)
        stand.site.gate.set()
        assert connection.answer()[2] == b"GET /wait"
        assert connection.answer()[2] == b"GET /page"
        reader = Reader.on(connection)
        reader.until_seq(stand.wire.append())
    assert stand.site.asked == ["GET /wait", "GET /page"]


def test_behind_an_unread_answer(stand):
    """An answer that the reader has not taken yet is not lost when the stream opens."""
    with stand.connection(buffer=64_000) as connection:
        connection.send(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n" + request())
        body = connection.answer()[2]
        assert body == b"l" * stand.site.LARGE
        Reader.on(connection).until_seq(stand.wire.append())


def test_behind_the_last_answer(stand):
    """No stream opens on a connection that the client asked to close before it."""
    with stand.connection() as connection:
        last = b"GET /wait HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        connection.send(last + request())
        assert stand.site.waiting.wait(10)
        stand.site.gate.set()
        assert connection.answer()[0] == 200
        assert connection.is_closed()
    stand.until_readers(0)


@pytest.mark.parametrize("method", ["HEAD", "POST", "OPTIONS", "PUT", "DELETE"])
def test_other_methods_go_to_django(stand, method):
    """Only GET opens a stream; everything else is Django's to answer."""
    with stand.connection() as connection:
        connection.send(
            f"{method} {HUB}?topic=x HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n".encode()
        )
        assert connection.head()[0] == 200
    assert stand.site.asked == [f"{method} {HUB}"]


@pytest.mark.parametrize(
    "target", [f"{HUB}/else?topic=x", f"/x?topic={HUB}", f"{HUB}x?topic=x"]
)
def test_other_addresses_go_to_django(stand, target):
    """An address that only resembles the hub's is Django's."""
    with stand.connection() as connection:
        connection.send(f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        assert connection.answer()[2].startswith(b"GET /")
    assert len(stand.site.asked) == 1


def test_whole_address_in_the_request_line(stand):
    """A request line with the whole address is served (RFC 9112 section 3.2.2)."""
    with stand.connection() as connection:
        target = f"http://x{HUB}?topic=*"
        connection.send(f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        Reader.on(connection).until_seq(stand.wire.append())


def test_upgrade_is_not_taken(stand):
    """An offer to change the protocol is passed over; the stream opens."""
    with stand.connection() as connection:
        offer = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n"
        connection.send(request().removesuffix(b"\r\n") + offer)
        Reader.on(connection).until_seq(stand.wire.append())


def test_body_is_passed_over(stand):
    """A body that comes with or after the request is no part of anything."""
    with stand.connection() as connection:
        lengths = b"Content-Length: 2000\r\n\r\n"
        connection.send(request().removesuffix(b"\r\n") + lengths + b"GET / HTTP" * 50)
        reader = Reader.on(connection)
        connection.send(b"GET / HTTP" * 150)
        reader.until_seq(stand.wire.append())
    assert stand.site.asked == []


def test_http_1_0(stand):
    """A client of HTTP/1.0 gets its stream without chunks, missed and new entries alike,
    and a connection that says it will close (RFC 9112 section 6.1)."""
    missed = stand.wire.append("missed")
    stand.until_given_out(missed)
    reader = stand.reader(http="1.0", last=0)
    modern = stand.reader()
    assert "transfer-encoding" not in reader.headers
    assert reader.headers["connection"] == "close"
    new = stand.wire.append("new")
    assert reader.until_seq(new).seqs == [missed, new]
    assert modern.until_seq(new).seqs == [new]
    stand.on_loop(stand.live._beat)
    reader.until_at(new)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 400),
        ("?lastEventID=1", 400),
        ("?topic=", 400),
        ("?topic=a%00b", 400),
        ("?topic=%ff", 400),
        ("?" + "&".join(f"topic=/stories/{n}" for n in range(200)), 400),
        ("?topic=a&x=" + "y" * 70_000, 414),
        ("?topic=/stories/{slug:3}", 501),
    ],
)
def test_bad_requests(stand, query, status):
    """A bad request gets its status and a sentence, and the connection stays good."""
    with stand.connection() as connection:
        bad = f"GET {HUB}{query} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
        connection.send(bad + PAGE)
        refused, headers, body = connection.answer()
        assert refused == status
        assert headers["content-type"] == "application/json"
        assert json.loads(body)["error"]
        assert connection.answer()[2] == b"GET /page"
        connection.send(bad)
        assert connection.answer()[0] == status
        connection.send(request())
        Reader.on(connection).until_seq(stand.wire.append())
    assert stand.site.asked == ["GET /page"]


def test_bad_header(stand):
    """A Last-Event-ID header that is no text is refused."""
    with stand.connection() as connection:
        connection.send(
            request().removesuffix(b"\r\n") + b"Last-Event-ID: \xff\r\n\r\n"
        )
        assert connection.answer()[0] == 400


def test_header_beats_parameter(stand):
    """On a reconnection the browser's header counts, not the page's older address."""
    for _ in range(3):
        stand.wire.append()
    stand.until_given_out(3)
    assert stand.reader(last=1).until_at(3).seqs == [2, 3]
    assert stand.reader(last=1, header=2).until_at(3).seqs == [3]


def test_answer_names_where_it_begins(stand):
    """An answer to a request with an id says after which id it begins."""
    stand.wire.append()
    stand.until_given_out(1)
    assert stand.reader(last=0).headers["last-event-id"] == "0"
    assert stand.reader(header=1).headers["last-event-id"] == "1"
    assert stand.reader(last="nonsense").headers["last-event-id"] == "earliest"
    assert "last-event-id" not in stand.reader().headers


def test_several_topics_once(stand):
    """An entry with two topics reaches a reader of both, of one and of all, each once."""
    topics = (STORY, "/posts/7")
    readers = [
        stand.reader(*asked)
        for asked in (topics, (STORY,), ("/posts/7",), ("*",), ("*", STORY), topics * 2)
    ]
    stand.wire.append("both", *topics)
    last = stand.wire.append("last", *topics)
    assert all(one.until_seq(last).texts == ["both", "last"] for one in readers)


def test_no_room():
    """When the house is full a reader is told so and to come back; pages are served."""
    with Stand(room=2) as stand:
        first, _second = stand.reader(), stand.reader()
        with stand.connection() as connection:
            connection.send(request())
            status, headers, _ = connection.answer()
            assert status == 503
            assert int(headers["retry-after"]) > 0
            connection.send(PAGE)
            assert connection.answer()[0] == 200
        first.close()
        stand.until_readers(1)
        stand.reader().until_seq(stand.wire.append())


def test_nothing_stays_behind(stand):
    """A reader who was let in has left nothing of the web server's in memory."""
    gc.collect()
    gc.disable()
    try:
        readers = [stand.reader() for _ in range(20)]
        seq = stand.wire.append()
        for reader in readers:
            reader.until_seq(seq)

        def kept() -> list[object]:
            return [each for each in gc.get_objects() if isinstance(each, HubProtocol)]

        assert stand.on_loop(lambda: len(kept())) == 0
        assert stand.on_loop(lambda: len(stand.server.server_state.connections)) == 0
    finally:
        gc.enable()


def test_reader_gone_before_it_was_let_in(stand):
    """A client that hangs up behind its request is not counted as a reader."""
    for _ in range(20):
        with stand.connection() as connection:
            connection.send(request())
            connection.close(rudely=True)
    stand.reader().until_seq(stand.wire.append())
    stand.until_readers(1)
