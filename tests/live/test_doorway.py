"""What a connection may do before its request is understood."""

from __future__ import annotations

import json

import pytest

from stoppress.lib.networks import Proxies, network
from stoppress.live import doorway
from stoppress.live.doorway import Door
from tests.live.reader import request
from tests.live.stand import Stand
from tests.support.waiting import until

PAGE = b"GET /page HTTP/1.1\r\nHost: x\r\n\r\n"


class Strangers(Proxies):
    """Nobody is a proxy, though all of this test's clients come from 127.0.0.1."""

    def __contains__(self, address: str) -> bool:
        return False

    def client(self, peer: str, forwarded: bytes) -> str:
        return forwarded.decode() or peer


@pytest.fixture
def strangers(stand: Stand) -> Stand:
    stand.live.door.proxies = Strangers()
    return stand


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """A request's head has no time at all; whoever waits is looked at at once."""
    monkeypatch.setattr(doorway, "HEAD_TIME", 0.2)
    monkeypatch.setattr(doorway, "LOOK_EVERY", 0.02)


@pytest.mark.parametrize("said", [b"", b"GET /page HTTP/1.1\r\nHos"])
def test_slow_head(hasty, stand, said):
    """A connection that does not say what it wants is told so and closed; the page of
    one that does is made, though it takes longer than a head may."""
    slow, quick = stand.connection(), stand.connection()
    quick.send(b"GET /wait HTTP/1.1\r\nHost: x\r\n\r\n")
    assert stand.site.waiting.wait(10)
    slow.send(said)
    status, headers, body = slow.answer()
    assert status == 408
    assert headers["connection"] == "close"
    assert "in time" in json.loads(body)["error"]
    assert slow.is_closed()
    stand.site.gate.set()
    assert quick.answer()[0] == 200


def test_slow_second_head(hasty, stand):
    """The head of a connection's second request has no more time than the first."""
    page = stand.connection()
    page.send(PAGE)
    assert page.answer()[0] == 200
    page.send(b"GET /page HT")
    assert page.answer()[0] == 408


def test_slow_head_behind_an_answer(hasty, stand):
    """A half-written request behind one that is still being served does not spoil its
    answer."""
    page = stand.connection()
    page.send(b"GET /wait HTTP/1.1\r\nHost: x\r\n\r\nGET /page HT")
    assert stand.site.waiting.wait(10)
    silent = stand.connection()
    assert silent.answer()[0] == 408  # so this one's time is over as well
    stand.site.gate.set()
    assert page.answer()[2] == b"GET /wait"


def test_readers_are_not_hurried(hasty, stand):
    """A reader may be silent for ever, and nobody waits for it at the door."""
    reader = stand.reader()
    silent = stand.connection()
    assert silent.answer()[0] == 408
    seq = stand.wire.append("still here")
    assert reader.until_at(seq).seqs == [seq]
    assert len(stand.live.door.patience) == 0


def test_nobody_is_kept(stand):
    """Whoever has gone is not waited for, and counted no more."""
    for _ in range(5):
        stand.connection().socket.close()
    until(lambda: not len(stand.live.door.patience), "the door to forget them")
    assert len(stand.live.door.connections) == 0


def test_long_address(stand):
    """An address beyond the bound is refused, one within it is served."""
    page = stand.connection()
    page.send(b"GET /%b HTTP/1.1\r\nHost: x\r\n\r\n" % (b"a" * doorway.ADDRESS_AT_MOST))
    assert page.answer()[0] == 414
    page.send(b"GET /%b HTTP/1.1\r\nHost: x\r\n\r\n" % (b"a" * 8_000))
    assert page.answer()[0] == 200


def test_long_head(stand):
    """A head that comes whole and is too long is refused."""
    page = stand.connection()
    long = b"a" * doorway.HEAD_AT_MOST
    page.send(b"GET /page HTTP/1.1\r\nHost: x\r\nX-Long: %b\r\n\r\n" % long)
    assert page.answer()[0] == 431


@pytest.mark.parametrize("begin", [b"GET /", b"GET /page HTTP/1.1\r\nX-Long: "])
def test_endless_head(stand, begin):
    """A head that never ends is refused before it fills the memory."""
    page = stand.connection()
    page.send(begin)
    page.socket.settimeout(0.5)
    sent = 0
    try:
        while sent < 20 * doorway.HEAD_AT_MOST:
            sent += page.socket.send(b"a" * 4_096)
    except OSError:
        pass  # closed by the other side: the answer may be lost with it
    assert sent < 20 * doorway.HEAD_AT_MOST or page.answer()[0] == 431


def test_connections_of_one(strangers):
    """One network has a bound on connections that are not readers; others, and readers
    already in the house, are not touched by it."""
    stand = strangers
    reader = stand.reader()
    until(lambda: not len(stand.live.door.connections), "the reader to be let in")
    stand.live.door.connections.at_most = 3
    held = [stand.connection() for _ in range(3)]
    for one in held:
        one.send(PAGE)
        assert one.answer()[0] == 200
    assert stand.connection().answer()[0] == 429
    assert stand.live.door.refused == 1
    held[0].socket.close()
    until(lambda: not stand.live.door.connections.full(_here()), "room for one more")
    again = stand.connection()
    again.send(PAGE)
    assert again.answer()[0] == 200
    seq = stand.wire.append("news")
    assert reader.until_at(seq).seqs == [seq]


def _here() -> int:
    return network("127.0.0.1")


def test_readers_of_one(strangers):
    """One network has a bound on readers: one more is told why, another network's are
    let in, and when one leaves there is room again."""
    stand = strangers
    stand.hub.guests.count.at_most = 2
    first, _second = stand.reader(), stand.reader()
    third = stand.connection()
    third.send(request())
    status, headers, body = third.answer()
    assert status == 429
    assert int(headers["retry-after"]) > 0
    assert "address" in json.loads(body)["error"]
    other = stand.connection()
    other.send(request().replace(b"Host: x", b"Host: x\r\nX-Forwarded-For: 192.0.2.4"))
    assert other.head()[0] == 200
    first.close()
    stand.until_readers(2)
    assert stand.reader().until_at(0).events == []


def test_a_proxy_is_not_counted(stand):
    """Readers who come through a proxy on this machine that says nothing of them are
    not taken for one."""
    stand.hub.guests.count.at_most = 1
    stand.live.door.connections.at_most = 1
    assert isinstance(stand.live.door, Door)
    for _ in range(3):
        stand.reader()
    stand.until_readers(3)
