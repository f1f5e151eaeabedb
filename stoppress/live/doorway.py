"""The way in: what a connection may do before its request is understood.

uvicorn waits for a request's head as long as it takes, and keeps as much of it as comes.
So a stranger with a few hundred connections that say one letter a minute (*slowloris*)
could hold every descriptor, and one with a header that never ends the memory. Here the
head has a time and a size, and one network a number of connections (guests.py).

Connections that wait are kept in the order of their deadlines, which is the order in
which they began to wait, for all wait equally long: one look a second at the first of
them is enough, however many there are.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from stoppress.lib.networks import Proxies, network
from stoppress.live.answers import plain, refusal
from stoppress.live.guests import CONNECTIONS_OF_ONE, Count

if TYPE_CHECKING:
    import asyncio

    from stoppress.live.answers import Application

# How long a request's head may take, from the connection's or the request's first octet.
HEAD_TIME = 15.0  # seconds

# How large it may be. Browsers send 1 to 4 KB; a front may add tokens of its own.
HEAD_AT_MOST = 32 * 1024  # octets

# The address in it. Ours are short; a subscribe request may name many topics.
ADDRESS_AT_MOST = 8 * 1024  # octets

# Between two looks at who waits too long.
LOOK_EVERY = 1.0  # seconds


class Patience:
    """The connections whose next head is awaited, first come first."""

    def __init__(self) -> None:
        self._since: dict[Doorway, float] = {}
        self._timer: asyncio.TimerHandle | None = None

    def wait_for(self, connection: Doorway) -> None:
        """From now on its head is awaited."""
        if connection in self._since:
            return
        self._since[connection] = time.monotonic()
        if self._timer is None:
            self._timer = connection.loop.call_later(LOOK_EVERY, self._look)

    def rest(self, connection: Doorway) -> None:
        """It is not awaited (any more)."""
        self._since.pop(connection, None)

    def _look(self) -> None:
        self._timer = None
        latest = time.monotonic() - HEAD_TIME
        late = []
        for connection, since in self._since.items():
            if since > latest:
                self._timer = connection.loop.call_later(LOOK_EVERY, self._look)
                break
            late.append(connection)
        for connection in late:
            self.rest(connection)
            connection.lose_patience()

    def __len__(self) -> int:
        return len(self._since)


class Door:
    """What all connections of one server share."""

    def __init__(self, proxies: Proxies | None = None) -> None:
        self.proxies = proxies or Proxies()
        self.patience = Patience()
        self.connections = Count(CONNECTIONS_OF_ONE)
        self.refused = 0  # connections beyond their network's bound


class Doorway(HttpToolsProtocol):
    """uvicorn's HTTP protocol with bounds on what comes before a request."""

    door: ClassVar[Door]

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._network = 0  # 0: not counted
        self._in_head = False  # a request's head has begun and is not complete
        self._head = 0  # octets that came meanwhile

    # --- the connection -----------------------------------------------------------------

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        peer = self.client[0] if self.client else ""
        if peer and peer not in self.door.proxies:
            which = network(peer)
            if self.door.connections.full(which):
                self.door.refused += 1
                self._shut(429, "Too many connections from this address.")
                return
            self._network = which
            self.door.connections.enter(which)
        self.door.patience.wait_for(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.door.patience.rest(self)
        if self._network:
            self.door.connections.leave(self._network)
            self._network = 0
        super().connection_lost(exc)

    # --- the head -----------------------------------------------------------------------

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_head = True

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        super().data_received(data)
        if not self._in_head:
            return
        self._head += len(data)
        if self._head > HEAD_AT_MOST:
            self._shut(431, f"The request's head is longer than {HEAD_AT_MOST} bytes.")
        else:
            self.door.patience.wait_for(self)

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._head = 0
        self.door.patience.rest(self)
        if len(self.url) > ADDRESS_AT_MOST:
            sentence = f"The address is longer than {ADDRESS_AT_MOST} bytes."
            self._answer(refusal(414, sentence))
        elif sum(len(name) + len(value) for name, value in self.headers) > HEAD_AT_MOST:
            sentence = f"The request's head is longer than {HEAD_AT_MOST} bytes."
            self._answer(refusal(431, sentence))
        else:
            self.on_request()

    def on_request(self) -> None:
        """The head is complete and within its bounds."""
        super().on_headers_complete()

    def lose_patience(self) -> None:
        """The head did not come in time."""
        if self._answering:
            self.door.patience.wait_for(self)  # it stands behind one still being served
        elif not self.transport.is_closing():
            self._shut(408, "The request did not come in time.")

    @property
    def _answering(self) -> bool:
        """True while an earlier request's answer is being written."""
        cycle: Any = self.cycle  # None before the first request, whatever it says
        return cycle is not None and not cycle.response_complete

    # --- saying no ----------------------------------------------------------------------

    def _answer(self, application: Application) -> None:
        """Has uvicorn answer this one request from another application than Django."""
        django, self.app = self.app, application
        self.url = b"/"  # uvicorn parses it again, and fails at some that we refuse
        try:
            super().on_headers_complete()
        finally:
            self.app = django

    def _shut(self, status: int, sentence: str) -> None:
        """Says why, and ends the connection."""
        if self._answering:
            self.transport.abort()  # nothing may be written into the middle of an answer
            return
        self.transport.write(plain(status, sentence))
        self.transport.close()
