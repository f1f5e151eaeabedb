"""The web server: Django and the hub in one process, on one port."""

from __future__ import annotations

import asyncio
import logging
import signal
from typing import TYPE_CHECKING, Any

import uvicorn

from stoppress.live import numbers
from stoppress.live.listening import room_for_readers
from stoppress.live.numbers import Teller
from stoppress.live.room import Live
from stoppress.live.source import Wire
from stoppress.live.takeover import protocol_for

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from stoppress.live.doorway import Door

log = logging.getLogger(__name__)

# Connections that may wait to be accepted: all the readers of a restarted server come
# within a second. The system may lower it (net.core.somaxconn).
BACKLOG = 4_096

# Seconds over which readers are let go when another process already answers at the same
# port: they come back to it as they go, and not all at once.
LEAVE_OVER = 5.0

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
        teller: Teller | None = None,
    ) -> None:
        """`teller`: tells the numbers of this process while it serves."""
        super().__init__(config)
        self._teller = teller
        self.live = live
        self._on_ready = on_ready
        self._drain = 0.0

    def leave(self) -> None:
        """Stops as on SIGTERM, but lets the readers go bit by bit. Safe in a signal
        handler."""
        self._drain = LEAVE_OVER
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Opens for readers, then for everyone. Raises WireUnreadable."""
        try:
            await self.live.start()
            await self.on_tick(0)  # uvicorn knows the Date only after its first turn
            await super().startup(sockets=sockets)
            if self._teller is not None:
                self._teller.start()
            if self._on_ready is not None:
                port: int = self.servers[0].sockets[0].getsockname()[1]
                # In a thread: whoever is told may want to ask the database something.
                await asyncio.to_thread(self._on_ready, port)
        except BaseException:
            await self._end()
            raise

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Lets no one in, lets the readers go, then waits for pages being sent."""
        for server in self.servers:
            server.close()
        for listener in sockets or []:
            listener.close()  # so that another may listen while readers are let go
        log.info("Stopping; %d readers are told to come back", self.live.hub.readers)
        await self.live.drain(self._drain)
        await self._end()
        await super().shutdown(sockets=sockets)
        # uvicorn would raise the signal again once it has put back the handlers, and end
        # the process there; who called `serve` has more to put away.
        self._captured_signals.clear()

    async def _end(self) -> None:
        await self.live.stop()
        if self._teller is not None:
            await self._teller.stop()


def serve(
    app: Any,
    listeners: list[socket.socket],
    *,
    door: Door | None = None,
    writers: int = 0,
    on_ready: Callable[[int], None] | None = None,
) -> None:
    """Serves `app` (Django's ASGI application) and the hub until SIGTERM or SIGINT, or
    SIGHUP, which lets readers go over some seconds.

    `listeners`: bound sockets (listening.py), closed at the end. `writers`: processes
    that write to the readers; 0: this one does. `on_ready` is told the port when both
    answer, in a thread of its own. Raises a LiveError when it cannot start.
    """
    room = room_for_readers()
    try:
        wire = (Wire("live-tail"), Wire("live-history"))
        live = Live(*wire, room=room, door=door, writers=writers)
        log.info("Room for %d readers", room * max(writers, 1))
        teller = Teller(lambda: numbers.of(live))
        server = Server(configured(app, live), live, on_ready, teller)
        signal.signal(signal.SIGHUP, lambda *_: server.leave())
        server.run(sockets=listeners)
    finally:
        for listener in listeners:
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
