"""Sending: the line to push services as this newsroom's settings have it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.conf import settings

from stoppress.push import vapid_key
from stoppress.push.webpush.line import Ways
from stoppress.push.webpush.sender import UNUSABLE, Heads, Message, Sender

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stoppress.protocols.push_request import Answer

log = logging.getLogger(__name__)


def ways() -> Ways:
    """How connections are made."""
    return Ways(
        ca=settings.PUSH_CA,
        connect_to=tuple(to.replace("=", ":", 1) for to in settings.PUSH_CONNECT_TO),
        loopback=settings.PUSH_LOOPBACK,
    )


class Pens:
    """What the newsroom signs, with each of its keys: a head for each key and origin."""

    def __init__(self) -> None:
        self._heads: dict[str, Heads] = {}
        self._missing: set[str] = set()

    def at_hand(self) -> Mapping[str, Heads]:
        """The heads by the key's id, as the keys are now."""
        keys = vapid_key.pairs()
        if keys.keys() != self._heads.keys():
            self._heads = {
                name: self._heads.get(name)
                or Heads(pair.private, settings.PUSH_CONTACT)
                for name, pair in keys.items()
            }
        return self._heads

    def miss(self, key: str) -> None:
        """Says, once, that followers are under a key that is not here."""
        if key not in self._missing:
            self._missing.add(key)
            log.error(
                "Followers under the push key %r cannot be told: it is not in %s.",
                *(key, settings.FOLDER.keys),
            )


def send(message: Message, key: str) -> Answer:
    """Sends one message by itself, signed with this key, and returns when its push
    service has answered."""
    pair = vapid_key.pairs().get(key)
    if pair is None:
        return UNUSABLE
    with Sender(pair.private, settings.PUSH_CONTACT, ways()) as sender:
        [(_, answer)] = sender.send([message])
    return answer
