"""The sender against hostile far ends: nothing private is reached, nothing followed."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Sequence

import pytest
from aiohttp import web

from stoppress.protocols import vapid
from stoppress.protocols.push_request import Answer, Fault, Outcome
from stoppress.push import sending, vapid_key
from stoppress.push.webpush import Message, Sender, line
from tests.support.loopthread import LoopThread
from tests.support.pushfar import PushFar
from tests.support.receivers import Receiver

CAUGHT = web.AppKey("caught", list)


def letter(endpoint: str, reader: Receiver) -> Message:
    keys = reader.subscription["keys"]
    return Message(
        endpoint, keys["p256dh"], keys["auth"], b"{}", ttl=60, topic="post-1"
    )


async def send(*letters: Message) -> Answer:
    """Sends all of them, beside the event loop; the first one's answer."""
    return await asyncio.to_thread(_sent, letters)


def _sent(letters: Sequence[Message]) -> Answer:
    with Sender(vapid_key.load(), "mailto:editor@localhost", sending.ways()) as sender:
        answers = {id(one): answer for one, answer in sender.send(letters)}
    return answers[id(letters[0])]


async def test_a_name_that_leads_into_our_network_is_not_connected_to(settings, far):
    """A known name that resolves to a private address gets no connection at all."""
    settings.PUSH_LOOPBACK = False
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        answer = await send(letter(f"https://localhost:{port}/x", far.receiver("a")))
        assert (answer.outcome, answer.status) == (Outcome.LATER, 0)
        listener.setblocking(False)
        with pytest.raises(BlockingIOError):
            listener.accept()


async def test_plain_http_is_for_tests_only(settings, far):
    """Without the setting for tests, nothing is sent in the clear."""
    settings.PUSH_LOOPBACK = False
    reader = far.receiver("a")
    answer = await send(letter(reader.endpoint, reader))
    assert (answer.outcome, answer.status) == (Outcome.LATER, 0)
    assert far.requests == []


@pytest.fixture
def odd():
    """A far end that redirects, or answers without end or sense."""

    async def redirect(_):
        return web.Response(status=307, headers={"Location": "/caught"})

    async def into_our_network(_):
        where = "http://169.254.169.254/latest/meta-data/"
        return web.Response(status=302, headers={"Location": where})

    async def caught(request):
        request.app[CAUGHT].append(request.path)
        return web.Response(status=201)

    async def endless(request):
        answer = web.StreamResponse()
        await answer.prepare(request)
        while True:
            await answer.write(b"x" * 65536)

    async def garbage(_):
        body = bytes(range(256)) * 64
        return web.Response(status=201, body=body, headers={"Location": "\xff://[::"})

    app = web.Application()
    app[CAUGHT] = []
    app.router.add_post("/redirect", redirect)
    app.router.add_post("/into-our-network", into_our_network)
    app.router.add_post("/caught", caught)
    app.router.add_post("/endless", endless)
    app.router.add_post("/garbage", garbage)
    thread = LoopThread()
    served = thread.serve(app)
    yield app, f"http://127.0.0.1:{served.port}"
    served.stop()
    thread.close()


@pytest.mark.parametrize(
    ("path", "status"), [("redirect", 307), ("into-our-network", 302)]
)
async def test_redirects_are_not_followed(odd, far, path, status):
    """A redirect is an answer that refuses, wherever it points."""
    app, base = odd
    answer = await send(letter(f"{base}/{path}", far.receiver("a")))
    assert (answer.outcome, answer.status) == (Outcome.REFUSED, status)
    assert app[CAUGHT] == []


async def test_an_endless_answer_is_cut(odd, far):
    """A far end that never stops talking does not hold the sender."""
    _, base = odd
    async with asyncio.timeout(10):
        answer = await send(letter(f"{base}/endless", far.receiver("a")))
    assert answer.outcome is Outcome.LATER


async def test_nonsense_beside_a_201_is_no_harm(odd, far):
    """The status is the answer; body and headers may be anything."""
    _, base = odd
    answer = await send(letter(f"{base}/garbage", far.receiver("a")))
    assert (answer.outcome, answer.status) == (Outcome.DELIVERED, 201)


ENDLESS = {
    "headers": (b"HTTP/1.1 201 Created\r\n", b"X-Nothing: " + b"x" * 4096 + b"\r\n"),
    "one header": (b"HTTP/1.1 201 Created\r\nX-Nothing: ", b"x" * 4096),
    "interim answers": (b"", b"HTTP/1.1 103 Early Hints\r\nLink: </>\r\n\r\n"),
    "no HTTP": (b"", b"\x00\xff" * 2048),
}


@pytest.mark.parametrize("what", ENDLESS)
async def test_endless_headers_are_cut(far, monkeypatch, what):
    """A far end whose headers never end, or are none, gave no answer; none of it is
    kept for longer than a letter may take."""
    monkeypatch.setattr(line, "TIMEOUT", 2)
    first, again = ENDLESS[what]

    async def talk(reader, writer):
        with contextlib.suppress(ConnectionError):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(first)
            while True:
                writer.write(again)
                await writer.drain()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with asyncio.timeout(20):
        answer = await send(letter(f"http://127.0.0.1:{port}/x", far.receiver("a")))
    server.close()
    assert (answer.outcome, answer.status) == (Outcome.LATER, 0)


async def test_one_signed_header_serves_many(far, monkeypatch):
    """The VAPID header is signed once an origin, not once a message."""
    signed = []
    real = vapid.authorization

    def counted(*args, **named):
        signed.append(args)
        return real(*args, **named)

    monkeypatch.setattr(vapid, "authorization", counted)
    readers = [far.receiver(f"r{n}") for n in range(5)]
    await send(*(letter(reader.endpoint, reader) for reader in readers))
    assert len(far.deliveries) == 5
    assert len(signed) == 1


async def test_a_subscription_that_went_bad_is_refused_alone(far: PushFar) -> None:
    """Keys that cannot be used refuse their own letter and no other."""
    good = far.receiver("good")
    bad = Message(good.endpoint, "AAAA", "AAAA", b"{}")
    assert (await send(letter(good.endpoint, good), bad)).outcome is Outcome.DELIVERED
    answer = await send(bad)
    assert (answer.outcome, answer.fault) == (Outcome.REFUSED, Fault.MESSAGE)
