"""Sending: the line to push services as this newsroom's settings have it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from stoppress.push import vapid_key
from stoppress.push.webpush.line import Ways
from stoppress.push.webpush.sender import Heads, Message, Sender

if TYPE_CHECKING:
    from stoppress.protocols.push_request import Answer


def ways() -> Ways:
    """How connections are made."""
    return Ways(
        ca=settings.PUSH_CA,
        connect_to=tuple(to.replace("=", ":", 1) for to in settings.PUSH_CONNECT_TO),
        loopback=settings.PUSH_LOOPBACK,
    )


def heads() -> Heads:
    """What the newsroom signs, with its own key and contact."""
    return Heads(vapid_key.load(), settings.PUSH_CONTACT)


def send(message: Message) -> Answer:
    """Sends one message by itself and returns when its push service has answered."""
    with Sender(vapid_key.load(), settings.PUSH_CONTACT, ways()) as sender:
        [(_, answer)] = sender.send([message])
    return answer
