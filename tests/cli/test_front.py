"""`doctor --url` before strangers: what answers may be anything, and is bounded."""

from __future__ import annotations

import argparse
import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from stoppress.cli import front, outside, streaming, typed
from stoppress.cli.arguments import parser
from stoppress.cli.outside import Answer, Outside
from stoppress.cli.streaming import judged
from stoppress.live.room import BEAT_EVERY

PATIENCE = 0.5  # seconds that these tests give an answer
SLACK = 8.0  # seconds: only a bound that is missing takes so long
STREAM = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"


def endless(line: bytes) -> Callable[[socket.socket], None]:
    """Says the same for ever."""

    def say(connection: socket.socket) -> None:
        while True:
            connection.sendall(line * 500)

    return say


def says(octets: bytes) -> Callable[[socket.socket], None]:
    """Says this and waits until the other side has had enough."""

    def say(connection: socket.socket) -> None:
        connection.sendall(octets)
        while connection.recv(4096):
            pass

    return say


def ends(octets: bytes) -> Callable[[socket.socket], None]:
    """Says this and hangs up."""
    return lambda connection: connection.sendall(octets)


def both(
    first: bytes, then: Callable[[socket.socket], None]
) -> Callable[[socket.socket], None]:
    """Says this, and then that."""

    def say(connection: socket.socket) -> None:
        connection.sendall(first)
        then(connection)

    return say


@pytest.fixture
def stranger(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Outside]]:
    """A server that does the same to everyone who asks."""
    for module in (outside, streaming):
        monkeypatch.setattr(module, "ANSWER_TIME", PATIENCE)
    monkeypatch.setattr(streaming, "WORDS_WITHIN", PATIENCE)
    with contextlib.ExitStack() as stack:

        def made(act: Callable[[socket.socket], None]) -> Outside:
            listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            ended = threading.Event()

            def serve() -> None:
                while not ended.is_set():
                    with contextlib.suppress(OSError):
                        connection, _ = listener.accept()
                        with connection:
                            connection.settimeout(SLACK)
                            connection.recv(65536)
                            act(connection)

            thread = threading.Thread(target=serve, daemon=True)
            thread.start()

            def end() -> None:
                ended.set()
                listener.shutdown(socket.SHUT_RDWR)
                thread.join(SLACK)

            stack.callback(end)
            return Outside(f"http://127.0.0.1:{listener.getsockname()[1]}")

        yield made


HOSTILE = {
    "never answers": says(b""),
    "hangs up": ends(b""),
    "headers without end": both(
        b"HTTP/1.1 200 OK\r\n", endless(b"x: %b\r\n" % (b"y" * 200))
    ),
    "one header without end": both(b"HTTP/1.1 200 OK\r\nx: ", endless(b"y")),
    "interim answers without end": endless(b"HTTP/1.1 103 Early Hints\r\n\r\n"),
    "no HTTP": says(b"SSH-2.0-OpenSSH_9.2\r\n"),
    "a status that is none": says(b"HTTP/1.1 abc\r\n\r\n"),
    "half a head": says(b"HTTP/1.1 200 OK\r\ncontent-"),
    "to itself": says(
        b"HTTP/1.1 302 Found\r\nlocation: /\r\ncontent-length: 0\r\n\r\n"
    ),
    "a page without end": both(b"HTTP/1.1 200 OK\r\n\r\n", endless(b"<p>more</p>")),
}


@pytest.mark.parametrize("act", HOSTILE.values(), ids=HOSTILE.keys())
def test_whatever_answers_the_look_comes_to_an_end(stranger, act):
    """In bounded time something is found bad, without an exception."""
    begun = time.monotonic()
    found = list(front.look(stranger(act), PATIENCE))
    assert time.monotonic() - begun < SLACK
    assert any(finding.state == "bad" for finding in found), found


def test_a_page_without_end_is_kept_in_part(stranger):
    """Of a page no more is kept than its beginning."""
    answer = stranger(HOSTILE["a page without end"]).get("/")
    assert answer.status == 200
    assert len(answer.body) == outside.PAGE_AT_MOST


def test_headers_without_end_are_said_to_be(stranger):
    """The bound on headers is ours, and is named."""
    answer = stranger(HOSTILE["headers without end"]).get("/")
    assert f"longer than {outside.HEAD_AT_MOST} bytes" in answer.trouble


STREAMS = {
    "an event without end": (
        both(STREAM, endless(b"data: more\n" * 1000)),
        "no newsroom",
    ),
    "words that never come": (says(STREAM), "buffered: its first words do not come"),
    "no words at all": (ends(STREAM), "cut after 0 s"),
    "an answer cut off": (ends(STREAM + b"retry: 900\n\n"), "cut after 0 s"),
    "a page": (
        ends(b"HTTP/1.1 200 OK\r\ncontent-type: text/\x1b[31mhtml\r\n\r\nSign in"),
        "something else answers, of type 'text/\\x1b[31mhtml'",
    ),
    "a redirect": (HOSTILE["to itself"], "answered 302, which leads to '/'"),
    "silence": (HOSTILE["never answers"], "buffered: nothing came in "),
    "one who hangs up": (ends(b""), "no answer: Empty reply"),
}


@pytest.mark.parametrize(("act", "told"), STREAMS.values(), ids=STREAMS.keys())
def test_whatever_answers_for_a_stream_is_named(stranger, act, told, capsys):
    """Each is told apart, within bounds; what a stranger says cannot write on the
    operator's screen."""
    begun = time.monotonic()
    # However slowly it comes on a busy machine, its size is what ends it.
    wait = SLACK if told == "no newsroom" else 2 * PATIENCE
    found = streaming.stream(stranger(act), wait)
    assert time.monotonic() - begun < SLACK
    assert found.state != "good"
    assert told in found.says


def seen(**known: Any) -> Answer:
    """A stream that came as it should, but for what is known of it."""
    usual: dict[str, Any] = {
        "status": 200,
        "headers": {"content-type": "text/event-stream", "server": "nginx/1.22.1"},
        "head_at": 0.1,
        "words_at": 0.1,
        "watched": 40.0,
        "beats": 2,
    }
    return Answer(**{**usual, **known})


def test_a_stream_that_lives_is_fine():
    """At once, with heartbeats, and open for long: nothing is to be done."""
    assert judged(seen()).state == "good"


@pytest.mark.parametrize(
    ("known", "state", "told"),
    [
        ({"ended_at": 10.0, "beats": 0}, "bad", "proxy_read_timeout"),
        ({"ended_at": 30.0, "beats": 1}, "bad", "how long any answer may take"),
        ({"beats": 0}, "bad", "buffered: no heartbeat came in 40 s"),
        ({"beats": 0, "watched": 9.0}, "mind", "too short"),
        ({"words_at": 4.2}, "mind", "slow: its first words took 4.2 s"),
        ({"words_at": None}, "bad", "proxy_buffering off"),
    ],
)
def test_what_is_wrong_with_a_stream_is_named(known, state, told):
    """Each way to spoil a stream has its own sentence, with what to change."""
    found = judged(seen(**known))
    assert (found.state, told in found.says) == (state, True), found


@pytest.mark.parametrize(
    ("server", "told", "not_told"),
    [
        ("nginx", "nginx:", "Caddy"),
        ("Caddy", "Caddy:", "nginx"),
        ("acme", "nginx:", "\0"),
    ],
)
def test_the_directive_is_that_of_the_front(server, told, not_told):
    """Whoever the Server header names is told what to change in it; else all are."""
    headers = {"content-type": "text/event-stream", "server": server}
    says = judged(seen(headers=headers, ended_at=3.0, beats=0)).says
    assert told in says
    assert not_told not in says


def test_a_stream_is_watched_until_it_has_shown_that_it_lives():
    """Two heartbeats, so that a whole silence was survived, and longer than any cloud
    gives an answer that is not a stream; but never longer than the operator said."""
    watch = streaming._Watch(60.0)
    assert not watch.enough(seen(watched=34.0, beats=2))
    assert not watch.enough(seen(watched=40.0, beats=1))
    assert watch.enough(seen(watched=36.0, beats=2))
    assert watch.enough(seen(watched=60.0, beats=0))
    assert 2 * BEAT_EVERY + streaming.LEEWAY < 60.0


def test_what_does_not_come_is_not_waited_for():
    """Without a head, or without words after it, there is nothing to watch; nor is there
    in what is no stream."""
    watch = streaming._Watch(60.0)
    nothing: dict[str, Any] = {
        "head_at": None,
        "words_at": None,
        "headers": {},
        "status": 0,
    }
    assert not watch.enough(seen(**nothing, watched=outside.ANSWER_TIME - 1))
    assert watch.enough(seen(**nothing, watched=outside.ANSWER_TIME + 1))
    assert not watch.enough(seen(words_at=None, watched=1.0))
    assert watch.enough(seen(words_at=None, watched=streaming.WORDS_WITHIN + 1))
    assert watch.enough(seen(status=404, watched=1.0))


def test_while_it_watches_it_says_so(capsys):
    """Every ten seconds a sign of life goes to the person, not into the result."""
    watch = streaming._Watch(60.0)
    for second in range(35):
        watch.enough(seen(watched=float(second), beats=second // 25))
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.splitlines() == [
        "… 10 s, heartbeats: 0",
        "… 20 s, heartbeats: 0",
        "… 30 s, heartbeats: 1",
    ]


def test_a_certificate_that_ends_soon_is_minded(monkeypatch):
    """Two weeks before its end something should have renewed it."""
    now = time.time()
    soon = front._certificate(Answer(certificate_until=now + 3.5 * front.DAY))
    assert (soon.state, "3 more days" in soon.says) == ("mind", True)
    late = front._certificate(Answer(certificate_until=now + 60 * front.DAY))
    assert late.state == "good"
    assert front._certificate(Answer()).state == "mind"


def test_words_that_are_no_address_are_refused(capsys):
    """The command line takes a site without a path, a host with a port, a time."""
    good = ["doctor", "--url", "https://a.example", "--connect", "[::1]:443"]
    assert parser().parse_args([*good, "--wait", "5"]).wait == 5.0
    for wrong in (["--url", "a.example"], ["--url", "https://a.example/x"]):
        with pytest.raises(SystemExit):
            parser().parse_args(["doctor", *wrong])
    for text in ("0", "nan", "inf", "-1", "soon", "999999"):
        with pytest.raises(argparse.ArgumentTypeError):
            typed.seconds(text)
