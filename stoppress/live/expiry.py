"""Readers whose token ends are let go at that moment, not later
(draft-dunglas-mercure-07 "Subscribers", on the claim `exp`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stoppress.lib.clock import now

if TYPE_CHECKING:
    import asyncio

    from stoppress.live.hub import Hub
    from stoppress.live.remote import RemoteHub
    from stoppress.live.wishes import Wish

# Seconds until the clock is looked at again. A timer set for years would run through
# every change of the clock; a token for longer is looked at once an hour.
LOOK_AFTER_AT_MOST = 3_600.0


class Expiry:
    """Timers of the readers that came with a token that ends."""

    def __init__(self, hub: Hub | RemoteHub) -> None:
        self._hub = hub
        self._timers: dict[int, asyncio.TimerHandle] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        hub.observe(self)

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Sets its timers on this loop from now on."""
        self._loop = loop

    def entered(self, reader: int, wish: Wish) -> None:
        """See Observer."""
        if wish.grant is not None and wish.grant.expires is not None:
            self._look(reader, wish.grant.expires)

    def left(self, reader: int, _wish: Wish) -> None:
        """See Observer. The number may be another reader's soon."""
        if self._timers and (timer := self._timers.pop(reader, None)) is not None:
            timer.cancel()

    def _look(self, reader: int, ends: float) -> None:
        left = ends - now().timestamp()
        if left <= 0:
            self._timers.pop(reader, None)
            self._hub.dismiss(reader)
        elif self._loop is not None:
            pause = min(left, LOOK_AFTER_AT_MOST)
            self._timers[reader] = self._loop.call_later(
                pause, self._look, reader, ends
            )
