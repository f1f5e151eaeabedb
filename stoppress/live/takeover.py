"""How a reader leaves the web server and becomes a descriptor in the hub.

uvicorn parses HTTP for Django and for us. When the headers of `GET /.well-known/mercure`
are complete, the request is *claimed*: it is not given to Django, and nothing that comes
after it on this connection is looked at, for a stream never ends. As soon as nothing else
is under way on the connection, the socket's descriptor is doubled, the server's transport
is aborted (which closes its own descriptor and says nothing to the other side), and the
double goes to the hub.

What must be minded:

* Earlier requests on the connection may still be answered, or their answers still lie in
  the transport's buffer; `abort` would throw them away. The claim waits for both.
* A request that is refused is answered by uvicorn itself, from an application that says
  no, so that keep-alive and what is pipelined behind it stay right.
* The protocol must leave `server_state.connections`, or a shutdown would wait for readers
  for ever. uvicorn does that in `connection_lost`, which `abort` brings about.
* HTTP/1.0 is served, without chunks: nginx speaks it to what is behind it unless told
  otherwise, and refusing it would leave most newsrooms without live updates at first.
* A stream over TLS cannot be written to from outside; TLS belongs in front. Such requests
  go to Django, which says so.

This stands on private parts of uvicorn (what is overridden, `cycle`, `connections`, the
keep-alive timer). The version is pinned to one minor, and tests/live/test_uvicorn.py says
what has changed before anything else fails.
"""

from __future__ import annotations

import asyncio
import logging
import os
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

from stoppress.live.answers import opening, refusal
from stoppress.live.doorway import Doorway
from stoppress.live.errors import WireUnreadable
from stoppress.live.guests import network
from stoppress.protocols.mercure import (
    EVERYTHING,
    HUB_PATH,
    SubscribeError,
    Subscription,
    subscription,
)

if TYPE_CHECKING:
    from stoppress.live.history import Missed
    from stoppress.live.room import Live

log = logging.getLogger(__name__)

_PATH = HUB_PATH.encode()

# Request targets whose meaning is kept: all readers of a page that was drawn at one place
# on the wire ask in the same words.
TARGETS_KEPT = 1_024

# Seconds after which a reader that found the house full may ask again.
COME_BACK_AFTER = 30

# Readers turned away for each line in the log. Stops a crowd at the door from filling it.
TURNED_AWAY_A_LINE = 1_000

_asked_for = lru_cache(TARGETS_KEPT)(subscription)


@lru_cache(TARGETS_KEPT)
def _selectors(topics: tuple[str, ...]) -> tuple[str, ...]:
    """One tuple for all who ask for the same; `*` makes the others superfluous."""
    return (EVERYTHING,) if EVERYTHING in topics else topics


@dataclass(frozen=True, slots=True)
class Claim:
    """A stream that was asked for: which entries, after which, in which HTTP, and from
    where (0: not counted)."""

    selectors: tuple[str, ...]
    asked: str | None
    chunked: bool
    network: int


class HubProtocol(Doorway):
    """The doorway, with a door to the hub."""

    live: ClassVar[Live]

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._claim: Claim | None = None
        self._fetching: asyncio.Task[None] | None = None

    # --- what the parser finds ----------------------------------------------------------

    def on_headers_complete(self) -> None:
        if self._claim is None:
            super().on_headers_complete()

    def on_request(self) -> None:
        if not self._is_for_hub():
            super().on_request()
        elif self.live.hub.full:
            self._turn_away()
        else:
            try:
                claim = self._read_claim()
            except SubscribeError as error:
                self._answer(refusal(error.status, str(error)))
                return
            if self.live.hub.guests.full(claim.network):
                self._crowded()
            else:
                self._claim = claim

    def on_body(self, body: bytes) -> None:
        if self._claim is None:
            super().on_body(body)

    def on_message_complete(self) -> None:
        if self._claim is None:
            super().on_message_complete()

    def _should_upgrade(self) -> bool:
        # RFC 9110 section 7.8: a server may pay no attention to Upgrade.
        return self._claim is None and super()._should_upgrade()

    def _is_for_hub(self) -> bool:
        if _PATH not in self.url or self.parser.get_method() != b"GET":
            return False
        return _path_of(self.url) == _PATH and self.scheme == "http"

    def _read_claim(self) -> Claim:
        wanted: Subscription = _asked_for(self.url)
        header = next((v for name, v in self.headers if name == b"last-event-id"), None)
        return Claim(
            _selectors(wanted.topics),
            wanted.resume_after(header),
            chunked=self.parser.get_http_version() == "1.1",
            network=self._whose(),
        )

    def _whose(self) -> int:
        peer = self.client[0] if self.client else ""
        said = [value for name, value in self.headers if name == b"x-forwarded-for"]
        address = self.door.proxies.client(peer, b",".join(said))
        return 0 if address is None else network(address)

    def _crowded(self) -> None:
        self.live.hub.turned_away += 1
        sentence = "Too many people are reading from this address."
        self._answer(refusal(429, sentence, retry_after=str(COME_BACK_AFTER)))

    def _turn_away(self) -> None:
        hub = self.live.hub
        if hub.turned_away % TURNED_AWAY_A_LINE == 0:
            log.warning("There is no room for more than %d readers", hub.room)
        hub.turned_away += 1
        sentence = "Too many people are reading just now."
        self._answer(refusal(503, sentence, retry_after=str(COME_BACK_AFTER)))

    # --- when the connection is free ----------------------------------------------------

    def data_received(self, data: bytes) -> None:
        if self._claim is None:
            super().data_received(data)
            self._take_over()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self._claim is not None:
            self._unset_keepalive_if_required()
            self.loop.call_soon(self._take_over)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._claim is not None:
            self.loop.call_soon(self._take_over)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._fetching is not None:
            self._fetching.cancel()
        super().connection_lost(exc)

    def _take_over(self) -> None:
        claim = self._claim
        if claim is None or not self._is_free():
            return
        self._unset_keepalive_if_required()
        missed = self.live.history.at_hand(claim.asked, claim.selectors)
        if missed is not None:
            self._hand_over(claim, missed)
        else:
            self._fetching = self.loop.create_task(self._fetch(claim))

    def _is_free(self) -> bool:
        """True when nothing but the claim is left to do; otherwise whoever does it last
        looks here again (`on_response_complete`, `resume_writing`)."""
        if self.transport.is_closing() or self._fetching is not None:
            return False
        answering: Any = self.cycle  # None before the first request, whatever it says
        if answering is not None and not answering.response_complete:
            return False
        if self.transport.get_write_buffer_size():
            self.transport.set_write_buffer_limits(high=0)
            return False
        return True

    async def _fetch(self, claim: Claim) -> None:
        try:
            missed = await self.live.history.fetch(claim.asked or "", claim.selectors)
            self._hand_over(claim, missed)
        except WireUnreadable as trouble:
            log.info("%s", trouble)
            self.transport.close()  # without an answer, so that the reader comes back
        except Exception:
            log.exception("A reader could not be brought up to date")
            self.transport.close()

    def _hand_over(self, claim: Claim, missed: Missed) -> None:
        live = self.live
        if live.leaving or self.transport.is_closing():
            self.transport.close()
            return
        try:
            descriptor = os.dup(self.transport.get_extra_info("socket").fileno())
        except OSError as error:
            log.warning("A reader could not be let in: %s", error)
            self.transport.close()
            return
        self.transport.abort()
        first = opening(
            missed,
            live.memory.head,
            self.server_state.default_headers,
            chunked=claim.chunked,
            crowd=live.hub.readers,
        )
        live.hub.subscribe(
            descriptor,
            claim.selectors,
            first,
            chunked=claim.chunked,
            network=claim.network,
        )


def _path_of(target: bytes) -> bytes:
    path = target.partition(b"?")[0]
    if path.startswith(b"/"):
        return path
    # RFC 9112 section 3.2.2: the whole address may stand in the request line.
    return b"/" + path.partition(b"://")[2].partition(b"/")[2]


def protocol_for(room: Live) -> type[HubProtocol]:
    """The protocol class whose door leads to this room."""

    class Bound(HubProtocol):
        live = room
        door = room.door

    return Bound
