"""A bound on what a request may bring, before anybody reads it.

Django's ASGI handler takes in a request's whole body, onto the disk if it is large,
before it asks which view it is for: without a bound, a stranger fills the disk through
any address. A body that says its length is refused at once; one that comes in chunks is
counted, and to the application its sender is gone as soon as it is too long.

Who is refused in the middle of sending sees a broken connection in the place of the
answer (RFC 9112, section 9.6): a little of what still comes is therefore read, and
thrown away.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    Message = Mapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]
    Application = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]

# How long the rest of what was refused is read: a form's words and one more picture.
# Stops a sender who never ends from holding the connection.
READ_ON = 10.0  # seconds


@dataclass(frozen=True, slots=True)
class Limit:
    """What the addresses that begin with `path` take: `most` octets. Beyond them the
    answer is `sentence`, as JSON for a script or as text for who sees it."""

    path: str
    most: int
    sentence: str
    as_json: bool = False


class Bounded:
    """An ASGI application that takes no body longer than the first of the limits whose
    path fits; the last one should fit everything."""

    def __init__(self, app: Application, limits: Sequence[Limit]) -> None:
        self._app = app
        self._limits = limits

    async def __call__(
        self, scope: dict[str, Any], receive: Receive, send: Send
    ) -> None:
        limit = self._limit(scope)
        if limit is None:
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        length = headers.get(b"content-length", b"")
        if length.isdigit() and int(length) > limit.most:
            # Who asks first (RFC 9110, section 10.1.1) sends nothing after a refusal.
            rest = None if b"expect" in headers else receive
            await _refuse(limit, send, rest)
            return
        counted = _Counted(receive, limit.most)
        await self._app(scope, counted, send)
        if counted.exceeded:
            await _refuse(limit, send, receive if counted.more else None)

    def _limit(self, scope: dict[str, Any]) -> Limit | None:
        if scope["type"] != "http":
            return None
        return next((x for x in self._limits if scope["path"].startswith(x.path)), None)


class _Counted:
    """What comes, up to the bound."""

    def __init__(self, receive: Receive, most: int) -> None:
        self._receive = receive
        self._left = most
        self.exceeded = False
        self.more = True

    async def __call__(self) -> Message:
        if self.exceeded:
            return {"type": "http.disconnect"}
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        self.more = message.get("more_body", False)
        self.exceeded = self._left < 0
        return {"type": "http.disconnect"} if self.exceeded else message


async def _refuse(limit: Limit, send: Send, rest: Receive | None) -> None:
    """413, after which the connection is closed (RFC 9110, section 15.5.14)."""
    body, kind = f"{limit.sentence}\n".encode(), b"text/plain; charset=utf-8"
    if limit.as_json:
        body, kind = json.dumps({"error": limit.sentence}).encode(), b"application/json"
    headers = [
        (b"content-type", kind),
        (b"content-length", b"%d" % len(body)),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": True})
    if rest is not None:
        await _throw_away(rest, limit.most)
    await send({"type": "http.response.body"})


async def _throw_away(rest: Receive, most: int) -> None:
    try:
        async with asyncio.timeout(READ_ON):
            more = True
            while more and most > 0:
                message = await rest()
                most -= len(message.get("body", b""))
                more = message.get("more_body", False)
    except TimeoutError:
        pass
