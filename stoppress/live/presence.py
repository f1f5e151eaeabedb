"""Who reads now, for those who may know (draft-dunglas-mercure-07 "Active Subscriptions").

Each selector of each reader is a subscription. Nothing is kept for it. A reader is a
descriptor in the hub, and the name of a subscriber is worked out, when somebody asks, from
what the kernel knows that descriptor by: the inode of its socket, which no other open
socket has. It is hashed with a secret of this process, so that it is nobody's anywhere
else and tells nothing about this machine.

What is told when a subscription begins or ends is told to those who watch and is not put
on the wire: twenty thousand readers on a train in a tunnel would write more there than the
newsroom does in a year. With nobody watching, it costs nothing. Who starts to watch asks
for the list (presence_api.py) and then follows; who was away asks again.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from typing import TYPE_CHECKING, Any

from stoppress.live import frames
from stoppress.protocols import mercure_subscriptions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stoppress.live.hub import Hub
    from stoppress.live.memory import Memory
    from stoppress.live.remote import RemoteHub
    from stoppress.live.wishes import Wish

_could_select = mercure_subscriptions.could_select_some


class Presence:
    """The subscriptions of this process's readers."""

    def __init__(self, hub: Hub | RemoteHub, memory: Memory) -> None:
        self._hub = hub
        self._memory = memory
        self._secret = secrets.token_bytes(32)
        self._watchers: set[int] = set()
        hub.observe(self)

    @property
    def last_event_id(self) -> str:
        """Where the wire is; `earliest` when nothing was ever on it."""
        return str(self._memory.head) if self._memory.head else "earliest"

    def of(self, reader: int, wish: Wish) -> Iterator[dict[str, Any]]:
        """The documents of a reader that is here: one for each selector."""
        name = self._name(reader)
        for selector in wish.selectors:
            yield self._document(selector, name, wish)

    def entered(self, reader: int, wish: Wish) -> None:
        """See Observer."""
        if _watches(wish):
            self._watchers.add(reader)
        if self._watchers:
            self._tell(reader, wish, active=True)

    def left(self, reader: int, wish: Wish) -> None:
        """See Observer."""
        self._watchers.discard(reader)
        if self._watchers and not self._hub.closed:
            self._tell(reader, wish, active=False)

    def _tell(self, reader: int, wish: Wish, *, active: bool) -> None:
        name = self._name(reader)
        for selector in wish.selectors:
            shown = self._document(selector, name, wish, active=active)
            self._hub.publish(
                frames.subscription(
                    self._memory.head,
                    shown["id"],
                    mercure_subscriptions.alone(shown),
                )
            )

    def _document(
        self, selector: str, name: str, wish: Wish, *, active: bool = True
    ) -> dict[str, Any]:
        payload = wish.grant.payload if wish.grant else None
        return mercure_subscriptions.document(
            selector, name, active=active, payload=payload
        )

    def _name(self, reader: int) -> str:
        inode = self._hub.inode(reader)
        digest = hashlib.blake2b(
            inode.to_bytes(8, "big"), key=self._secret, digest_size=16
        )
        return uuid.UUID(bytes=digest.digest(), version=4).urn


def _watches(wish: Wish) -> bool:
    if wish.grant is None or not wish.grant.subscribe:
        return False
    return any(map(_could_select, wish.selectors)) and any(
        map(_could_select, wish.grant.subscribe)
    )
