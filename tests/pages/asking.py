"""Asking the site as a browser does, in front of Django or at its own door."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

from django.core.asgi import get_asgi_application


@dataclass
class Got:
    """An answer as a browser has it."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Site:
    """Django, with a note of each request that it is given; while `shut` it waits."""

    asked: list[dict[str, Any]] = field(default_factory=list)
    shut: asyncio.Event | None = None

    def __post_init__(self) -> None:
        self._django = get_asgi_application()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.asked.append(scope)
        if self.shut is not None:
            await self.shut.wait()
        await self._django(scope, receive, send)

    @property
    def paths(self) -> list[str]:
        return [scope["path"] for scope in self.asked]


async def get(
    door: Any,
    address: str,
    *,
    method: str = "GET",
    host: str = "testserver",
    **more: str,
) -> Got:
    """Asks as a browser does; `more` are header fields."""
    path, _, query = address.partition("?")
    fields = {"host": host, **{name.replace("_", "-"): more[name] for name in more}}
    said: list[Any] = []
    unread = iter([b""])

    async def receive() -> Any:
        for body in unread:
            return {"type": "http.request", "body": body, "more_body": False}
        return await asyncio.Event().wait()  # the browser stays

    async def send(message: Any) -> None:
        said.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(k.encode(), v.encode()) for k, v in fields.items()],
    }
    await door(scope, receive, send)
    headers = {k.decode().lower(): v.decode() for k, v in said[0]["headers"]}
    body = b"".join(message.get("body", b"") for message in said[1:])
    return Got(said[0]["status"], headers, body)


async def until(true: Any) -> None:
    """Lets others go on until something is so."""
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end
        await asyncio.sleep(0)
