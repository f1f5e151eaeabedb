"""sse-starlette: one queue and one coroutine for each reader.

Run by the peers' own Python, not by ours (servers.py).
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from sse_starlette import EventSourceResponse
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request

readers: set[asyncio.Queue[dict[str, Any]]] = set()


async def events(_request: Request) -> EventSourceResponse:
    queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    readers.add(queue)

    async def updates() -> AsyncIterator[dict[str, Any]]:
        try:
            while True:
                yield await queue.get()
        finally:
            readers.discard(queue)

    # Ours opens with a word too; without one the head waits for the first update.
    return EventSourceResponse(updates(), sep="\n")


async def publish(request: Request) -> Response:
    update = {"id": "1", "data": (await request.body()).decode()}
    for queue in readers:
        queue.put_nowait(update)
    return Response()


app = Starlette(
    routes=[
        Route("/events", events),
        Route("/publish", publish, methods=["POST"]),
    ]
)
