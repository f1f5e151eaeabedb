"""What stands behind Pushpin: answers each request with the order to hold it open.

Run by our own Python (servers.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

HEADERS = [
    (b"content-type", b"text/event-stream"),
    (b"grip-hold", b"stream"),
    (b"grip-channel", b"news"),
]


async def app(
    _scope: dict[str, Any],
    _receive: Callable[[], Awaitable[dict[str, Any]]],
    send: Callable[[dict[str, Any]], Awaitable[None]],
) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send({"type": "http.response.body", "body": b":\n\n"})
