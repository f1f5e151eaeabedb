"""The web server: Django and the hub in one process, on one port."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

import uvicorn

from stoppress.live.listening import listen_on, room_for_readers
from stoppress.live.room import Live
from stoppress.live.source import Wire
from stoppress.live.takeover import protocol_for

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

log = logging.getLogger(__name__)

# Connections that may wait to be accepted: all the readers of a restarted server come
# within a second. The system may lower it (net.core.somaxconn).
BACKLOG = 4_096

# Seconds that pages still being sent get when the server is told to stop. Stops one
# reader on a slow line from keeping a deploy waiting.
GRACE = 10


class Server(uvicorn.Server):
    """uvicorn's server, with the hub started before it and stopped first."""

    def __init__(
        self,
        config: uvicorn.Config,
        live: Live,
        on_ready: Callable[[int], None] | None = None,
    ) -> None:
        super().__init__(config)
        self.live = live
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Opens for readers, then for everyone. Raises WireUnreadable."""
        try:
            await self.live.start()
            await self.on_tick(0)  # uvicorn knows the Date only after its first turn
            await super().startup(sockets=sockets)
            if self._on_ready is not None:
                port: int = self.servers[0].sockets[0].getsockname()[1]
                # In a thread: whoever is told may want to ask the database something.
                await asyncio.to_thread(self._on_ready, port)
        except BaseException:
            await self.live.stop()
            raise

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Lets no one in, lets the readers go, then waits for pages being sent."""
        for server in self.servers:
            server.close()
        log.info("Stopping; %d readers are told to come back", self.live.hub.readers)
        await self.live.stop()
        await super().shutdown(sockets=sockets)
        # uvicorn would raise the signal again once it has put back the handlers, and end
        # the process there; who called `serve` has more to put away.
        self._captured_signals.clear()


def serve(
    app: Any, host: str, port: int, *, on_ready: Callable[[int], None] | None = None
) -> None:
    """Serves `app` (Django's ASGI application) and the hub until SIGTERM or SIGINT.

    `on_ready` is told the port when both answer, in a thread of its own. Raises a
    LiveError when it cannot start.
    """
    room = room_for_readers()
    sockets = listen_on(host, port)
    try:
        live = Live(Wire("live-tail"), Wire("live-history"), room=room)
        log.info("Room for %d readers", room)
        Server(configured(app, live), live, on_ready).run(sockets=sockets)
    finally:
        for listener in sockets:
            listener.close()


def configured(app: Any, live: Live) -> uvicorn.Config:
    """uvicorn's settings for this product."""
    return uvicorn.Config(
        app,
        http=protocol_for(live),
        loop="uvloop",
        ws="none",
        lifespan="off",
        interface="asgi3",
        backlog=BACKLOG,
        timeout_graceful_shutdown=GRACE,
        access_log=False,  # readers would not be in it, and addresses are not kept
        log_config=None,
        log_level="warning",
        server_header=False,
    )
