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
* What is asked for is told by asking.py; who reads now is answered here as well, for the
  readers are here. The rest of the protocol (publishing, preflights) is Django's.
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
from typing import TYPE_CHECKING, Any, ClassVar

from stoppress.lib.networks import network
from stoppress.live import access, asking, presence_api
from stoppress.live.access import Refused
from stoppress.live.answers import octets, opening, refusal
from stoppress.live.doorway import Doorway
from stoppress.live.errors import WireUnreadable
from stoppress.protocols.mercure import SubscribeError

if TYPE_CHECKING:
    from stoppress.live.asking import Claim
    from stoppress.live.history import Missed
    from stoppress.live.room import Live

log = logging.getLogger(__name__)

# Seconds after which a reader that found the house full may ask again.
COME_BACK_AFTER = 30

# Readers turned away for each line in the log. Stops a crowd at the door from filling it.
TURNED_AWAY_A_LINE = 1_000


class HubProtocol(Doorway):
    """The doorway, with a door to the hub."""

    live: ClassVar[Live]

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._claim: Claim | None = None
        self._whose = 0  # whose stream it is (lib/networks.py); 0: not counted
        self._fetching: asyncio.Task[None] | None = None

    # --- what the parser finds ----------------------------------------------------------

    def on_headers_complete(self) -> None:
        if self._claim is None:
            super().on_headers_complete()

    def on_request(self) -> None:
        kind = asking.kind(self.url, self.parser.get_method(), self.headers)
        try:
            if self.scheme == "http":
                self._claim_or_answer(kind)
            else:
                super().on_request()
        except SubscribeError as error:
            self._refuse(error.status, str(error))
        except Refused as error:
            self._refuse(error.status, str(error), www_authenticate=error.challenge)

    def _claim_or_answer(self, kind: asking.Kind) -> None:
        match kind:
            case asking.Kind.ELSE:
                super().on_request()
            case asking.Kind.STREAM if self.live.hub.full:
                self._turn_away("Too many people are reading just now.")
            case asking.Kind.STREAM:
                self._claim_stream()
            case asking.Kind.WHO_READS:
                self._tell_who_reads()
            case asking.Kind.TOO_LARGE:
                self._refuse(413, "The body is larger than this hub takes.")
            case asking.Kind.OF_UNKNOWN_SIZE:
                self._refuse(411, "Say how long the body is: Content-Length.")

    def _claim_stream(self) -> None:
        claim = asking.claim(self.url, self.headers, self.parser.get_http_version())
        self._whose = self._client_network()
        if self.live.hub.guests.count.full(self._whose):
            self._turn_away("Too many people are reading from this address.", 429)
        elif not self.live.has_room_for(claim.wish):
            self._turn_away("Too many URI templates are in use just now.")
        else:
            self._claim = claim

    def _client_network(self) -> int:
        peer = self.client[0] if self.client else ""
        said = [value for name, value in self.headers if name == b"x-forwarded-for"]
        address = self.door.proxies.client(peer, b",".join(said))
        return 0 if address is None else network(address)

    def _tell_who_reads(self) -> None:
        method = self.parser.get_method()
        path = asking.path_of(self.url).decode("ascii", "replace")
        headers = access.cross_origin(asking.header(self.headers, b"origin"))
        if method not in {b"GET", b"HEAD"}:
            self._refuse(405, "Who reads can only be asked for.", allow="GET, HEAD")
            return
        asking.check_may_know(path, asking.credentials(self.url, self.headers))
        self._answer(
            presence_api.answer(
                self.live, path, head=method == b"HEAD", headers=headers
            )
        )

    def on_body(self, body: bytes) -> None:
        if self._claim is None:
            super().on_body(body)

    def on_message_complete(self) -> None:
        if self._claim is None:
            super().on_message_complete()

    def _should_upgrade(self) -> bool:
        # RFC 9110 section 7.8: a server may pay no attention to Upgrade.
        return self._claim is None and super()._should_upgrade()

    def _turn_away(self, sentence: str, status: int = 503) -> None:
        hub = self.live.hub
        if hub.turned_away % TURNED_AWAY_A_LINE == 0:
            log.warning(
                "Readers are turned away: %s (%d are here)", sentence, hub.readers
            )
        hub.turned_away += 1
        self._refuse(status, sentence, retry_after=str(COME_BACK_AFTER))

    def _refuse(self, status: int, sentence: str, **headers: str) -> None:
        # A page of another site, too, is to know why.
        known = access.cross_origin(asking.header(self.headers, b"origin"))
        self._answer(refusal(status, sentence, **known, **headers))

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
        missed = self.live.history.at_hand(claim.asked, claim.wish)
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
            missed = await self.live.history.fetch(claim.asked or "", claim.wish)
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
            [
                *self.server_state.default_headers,
                *octets(access.cross_origin(claim.origin)),
            ],
            chunked=claim.chunked,
            crowd=live.hub.readers,
        )
        live.hub.subscribe(
            descriptor,
            claim.wish,
            first,
            chunked=claim.chunked,
            network=self._whose,
        )


def protocol_for(room: Live) -> type[HubProtocol]:
    """The protocol class whose door leads to this room."""

    class Bound(HubProtocol):
        live = room
        door = room.door

    return Bound
