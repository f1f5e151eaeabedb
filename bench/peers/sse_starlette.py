"""sse-starlette: one queue and one coroutine for each reader.

Run by the peers' own Python, not by ours: `python sse_starlette.py PORT`.
"""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Any

# This file is named like the package that it is about; the package is meant.
sys.path = [place for place in sys.path if not place.endswith("/peers")]

import uvicorn  # noqa: E402
from sse_starlette import EventSourceResponse  # noqa: E402
from starlette.applications import Starlette  # noqa: E402
from starlette.responses import Response  # noqa: E402
from starlette.routing import Route  # noqa: E402

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

if __name__ == "__main__":
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=int(sys.argv[1]),
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_level="warning",
        backlog=4096,
    )
