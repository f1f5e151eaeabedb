"""A rehearsal: everything of an alert but the letters.

The audience is looked up, who rests is left out, subscriptions are opened, keys agreed on,
the message sealed for each and signed for each push service: what takes time, and what
can go wrong, before anything leaves the machine. Only the canary gets its letter, for its
push service is our own. Nothing is written, and nobody is told.

Keys are made here as they would be for followers who are not keyed ahead; the keyring of
the process that sends is its own.
"""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.conf import settings
from pyroaring import BitMap

from stoppress.lib.clock import now
from stoppress.posts import queries
from stoppress.posts.addresses import absolute
from stoppress.protocols import declarative, push_encryption
from stoppress.protocols.declarative import Notification
from stoppress.protocols.errors import ProtocolError
from stoppress.protocols.push_request import Answer, Outcome, Urgency
from stoppress.push import (
    audience,
    canary,
    messages,
    sending,
    tally,
    vapid_key,
    vault,
)
from stoppress.push.errors import VaultError
from stoppress.push.models import Broadcast, Follower
from stoppress.push.webpush.line import Line
from stoppress.push.webpush.sender import Heads

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from stoppress.posts.views import PostView
    from stoppress.protocols.push_encryption import KeyingMaterial
    from stoppress.push.vault import Subscription

# Followers read, keyed and sealed for at once: bounds memory.
CHUNK = 2_000

TAG = "rehearsal"

# How long the canary may take, when nothing else is being sent.
HEARD_WITHIN = 10.0  # seconds


@dataclass(slots=True)
class Service:
    """What was made ready for one push service."""

    sealed: int = 0
    unusable: int = 0


@dataclass(slots=True)
class Rehearsal:
    """What became of it. `asleep` of `meant` rest now, and would have it later in a
    digest. `octets`: one letter's body. `seconds`: found, opened, keyed and sealed.
    `keyed_ahead`: how many the processes that send have keyed. `canary`: seconds until
    it had read its letter, None when it did not; `canary_is_on`: whether there is one."""

    meant: int
    asleep: int
    keyed_ahead: int
    octets: int = 0
    services: dict[str, Service] = field(default_factory=lambda: defaultdict(Service))
    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    canary_is_on: bool = False
    canary: float | None = None

    @property
    def sealed(self) -> int:
        return sum(each.sealed for each in self.services.values())

    @property
    def unusable(self) -> int:
        return sum(each.unusable for each in self.services.values())


def rehearse(post: PostView | None) -> Rehearsal:
    """As if this post were published now with an alert; without one, a sample to all who
    follow anything."""
    began = time.perf_counter()
    everyone = _everyone(post)
    asleep = everyone & audience.resting(now())
    ahead = sum(each["keyed"] for each in tally.dispatchers().values())
    found = Rehearsal(len(everyone), len(asleep), ahead)
    found.seconds["found"] = time.perf_counter() - began
    message = _message(post)
    text = messages.plaintext(message, _next_number())
    found.octets = len(text) + push_encryption.BODY_AT_MOST
    found.octets -= push_encryption.PLAINTEXT_AT_MOST
    pens = sending.Pens().at_hand()
    for some in _chunks(everyone - asleep):
        _make_ready(some, text, message, pens, found)
    found.canary_is_on = bool(canary.reached_at())
    if found.canary_is_on:
        found.canary = canary_hears(text, message["notification"]["tag"])
    return found


def canary_hears(text: bytes = b"", topic: str = TAG) -> float | None:
    """Posts one letter to the canary: seconds until it had read it, None if it did not.
    Raises BadSubjectError when the contact is none."""
    began = time.monotonic()
    sub = canary.subscription()
    receiver = push_encryption.receiver(sub.p256dh, sub.auth)
    body = push_encryption.encrypt(
        text or messages.plaintext(_message(None), _next_number()),
        receiver.p256dh,
        receiver.auth,
    )
    head = (
        sending.Pens()
        .at_hand()[vapid_key.current().id]
        .of(canary.service(), ttl=messages.TTL, urgency=Urgency.NORMAL, topic=topic)
    )
    answer = _posted(head, body)
    if answer is None or answer.outcome is not Outcome.DELIVERED:
        return None
    return time.monotonic() - began


def _posted(head: list[str], body: bytes) -> Answer | None:
    url, host = canary.way()
    line: Line[None] = Line(sending.ways())
    try:
        line.start(url, [*head, f"Host: {host}"], body, None, own=True)
        until = time.monotonic() + HEARD_WITHIN
        while (left := until - time.monotonic()) > 0:
            for _, reply in line.turn(left):
                return reply.answer
        return None
    finally:
        line.close()


def _everyone(post: PostView | None) -> BitMap:
    if post is None:
        ids = Follower.objects.order_by().values_list("pk", flat=True)
        return BitMap(ids.iterator(chunk_size=audience.CHUNK))
    topics = queries.post_topics(post)
    return audience.followers_of(topics, key_event=post["key_event"])


def _next_number() -> int:
    """The broadcast's, if there were one."""
    newest = Broadcast.objects.order_by("-pk").values_list("pk", flat=True).first()
    return (newest or 0) + 1


def _message(post: PostView | None) -> dict[str, Any]:
    if post is not None:
        return messages.compose(post, Broadcast.Nature.ALERT, post["seq"])
    sample = Notification(
        title=f"A rehearsal at {settings.SITE_NAME}",
        body=declarative.shorten("Nothing has happened. " * 20, messages.BODY_AT_MOST),
        navigate=absolute("/"),
        tag=TAG,
        lang=settings.LANGUAGE_CODE,
        data={"kind": TAG},
    )
    return messages.addressed(sample, Urgency.NORMAL)


def _make_ready(
    some: BitMap,
    text: bytes,
    message: dict[str, Any],
    pens: Mapping[str, Heads],
    found: Rehearsal,
) -> None:
    began = time.perf_counter()
    opened = list(_opened(some, pens, found))
    open_by = time.perf_counter()
    keyed = list(_keyed(opened, found))
    keyed_by = time.perf_counter()
    for service, pen, material in keyed:
        push_encryption.seal(material, text)
        pen.of(service, ttl=messages.TTL, urgency=str(message["urgency"]), topic=TAG)
        found.services[service].sealed += 1
    found.seconds["opened"] += open_by - began
    found.seconds["keyed"] += keyed_by - open_by
    found.seconds["sealed"] += time.perf_counter() - keyed_by


def _opened(
    some: BitMap, pens: Mapping[str, Heads], found: Rehearsal
) -> Iterator[tuple[str, Heads, Subscription]]:
    rows = Follower.objects.filter(pk__in=list(some)).order_by()
    for service, key, sealed in rows.values_list("service", "vapid", "sealed"):
        try:
            yield service, pens[key], vault.unseal(bytes(sealed))
        except (KeyError, VaultError):
            found.services[service].unusable += 1


def _keyed(
    opened: list[tuple[str, Heads, Subscription]], found: Rehearsal
) -> Iterator[tuple[str, Heads, KeyingMaterial]]:
    for service, pen, sub in opened:
        try:
            receiver = push_encryption.receiver(sub.p256dh, sub.auth)
            material = push_encryption.agree(receiver.p256dh, receiver.auth)
            yield service, pen, material
        except ProtocolError:
            found.services[service].unusable += 1


def _chunks(ids: BitMap) -> Iterator[BitMap]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]
