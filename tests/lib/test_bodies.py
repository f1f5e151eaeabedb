"""How much a request may bring, asked of the application alone."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from stoppress.lib import bodies
from stoppress.lib.bodies import Bounded, Limit

LIMITS = (
    Limit("/small", 10, "Ten fit.", as_json=True),
    Limit("/large", 100, "A hundred fit."),
)


class Sender:
    """Who sends a body in these parts, and what is left of them and was answered."""

    def __init__(self, *parts: bytes, endless: bool = False) -> None:
        self.parts = list(parts)
        self.endless = endless
        self.answer: list[dict[str, Any]] = []

    async def receive(self) -> dict[str, Any]:
        if not self.parts:
            await asyncio.Event().wait()
        part = self.parts[0] if self.endless else self.parts.pop(0)
        return {"type": "http.request", "body": part, "more_body": bool(self.parts)}

    async def send(self, message: Any) -> None:
        self.answer.append(message)


class Reads:
    """An application that reads to the end, as Django does, and then answers 200."""

    def __init__(self) -> None:
        self.had = b""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            self.had += message["body"]
            more = message["more_body"]
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})


async def asked(sender: Sender, path: str, **headers: str) -> tuple[int, bytes, Reads]:
    """The status and the body of the answer, and what the application had."""
    app = Reads()
    scope = {
        "type": "http",
        "path": path,
        "headers": [
            (name.replace("_", "-").encode(), value.encode())
            for name, value in headers.items()
        ],
    }
    await Bounded(app, LIMITS)(scope, sender.receive, sender.send)
    start, *body = sender.answer
    return start["status"], b"".join(part.get("body", b"") for part in body), app


@pytest.mark.parametrize(
    ("path", "sent", "status"),
    [
        ("/small", 0, 200),
        ("/small", 10, 200),
        ("/small", 11, 413),
        ("/small/er", 11, 413),
        ("/large", 100, 200),
        ("/large", 101, 413),
        ("/elsewhere", 5000, 200),
    ],
)
@pytest.mark.parametrize("says_so", [True, False])
async def test_each_address_has_its_bound(path, sent, status, says_so):
    """A body is taken up to its address's bound and not an octet further, whether it
    says its length or comes in parts."""
    half = sent // 2
    sender = Sender(b"x" * half, b"x" * (sent - half))
    length = {"content_length": str(sent)} if says_so else {}
    answer, _, app = await asked(sender, path, **length)
    assert answer == status
    if status == 200:
        assert app.had == b"x" * sent


async def test_a_length_that_is_too_large_is_enough():
    """The application never hears of a request that says it is too long."""
    status, body, app = await asked(Sender(b"xx"), "/small", content_length="11")
    assert (status, json.loads(body)) == (413, {"error": "Ten fit."})
    assert app.had == b""


async def test_a_length_that_lies_is_counted():
    """Who says that little comes is believed no longer than that is so."""
    sender = Sender(b"x" * 60, b"x" * 60)
    status, body, _ = await asked(sender, "/large", content_length="5")
    assert (status, body) == (413, b"A hundred fit.\n")


async def test_the_rest_is_read_but_not_for_ever(monkeypatch):
    """A little more of what was refused is read, so that its sender sees the answer; who
    never ends is left after as much again."""
    sender = Sender(b"x" * 60, b"x" * 60, b"x" * 60)
    assert (await asked(sender, "/large"))[0] == 413
    assert sender.parts == []
    status, *_ = await asked(Sender(b"x" * 60, endless=True), "/large")
    assert status == 413
    monkeypatch.setattr(bodies, "READ_ON", 0.01)
    status, *_ = await asked(Sender(), "/large", content_length="101")
    assert status == 413


async def test_who_asks_first_sends_nothing_more():
    """Of a sender who waits for leave nothing is awaited after the refusal."""
    asks = {"content_length": "101", "expect": "100-continue"}
    assert (await asked(Sender(), "/large", **asks))[0] == 413


async def test_what_is_no_request_is_left_alone():
    """Other things that a server tells its application go through."""
    seen: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope)

    sender = Sender()
    await Bounded(app, LIMITS)({"type": "lifespan"}, sender.receive, sender.send)
    assert seen == [{"type": "lifespan"}]
