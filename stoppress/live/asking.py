"""What a request at the hub's address asks for, as the web server's parser sees it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache
from typing import TYPE_CHECKING

from django.conf import settings

from stoppress.live import access
from stoppress.live.access import Credentials, Refused
from stoppress.live.wishes import Wish
from stoppress.protocols.mercure import (
    HUB_PATH,
    Subscription,
    fields_of,
    subscription,
)
from stoppress.protocols.mercure_publication import BODY_AT_MOST
from stoppress.protocols.mercure_subscriptions import SUBSCRIPTIONS
from stoppress.protocols.mercure_topics import selects

if TYPE_CHECKING:
    from collections.abc import Sequence

    Headers = Sequence[tuple[bytes, bytes]]

PATH = HUB_PATH.encode()
_WHO_READS = SUBSCRIPTIONS.encode()

# Request targets whose meaning is kept: all readers of a page that was drawn at one place
# on the wire ask in the same words. Longer ones are strangers'; tokens are not kept.
TARGETS_KEPT = 1_024
KEPT_LENGTH_AT_MOST = 512


class Kind(Enum):
    """What is to be done with a request."""

    ELSE = auto()  # not for the hub itself: Django's
    STREAM = auto()
    WHO_READS = auto()
    TOO_LARGE = auto()  # an update whose body must not even be read
    OF_UNKNOWN_SIZE = auto()


@dataclass(frozen=True, slots=True)
class Claim:
    """A stream that was asked for: which entries, after which, in which HTTP, and from
    which site's page."""

    wish: Wish
    asked: str | None
    chunked: bool
    origin: str


def kind(target: bytes, method: bytes, headers: Headers) -> Kind:
    """What a request with this target and method is."""
    if PATH not in target:
        return Kind.ELSE
    path = path_of(target)
    if path == _WHO_READS or path.startswith(_WHO_READS + b"/"):
        return Kind.ELSE if method == b"OPTIONS" else Kind.WHO_READS
    if path != PATH:
        return Kind.ELSE
    if method == b"POST":
        return _size(headers)
    return Kind.STREAM if method == b"GET" else Kind.ELSE


def claim(target: bytes, headers: Headers, http: str) -> Claim:
    """The stream that is asked for. Raises SubscribeError, Refused."""
    wanted = _asked_for(target)
    last = next((value for name, value in headers if name == b"last-event-id"), None)
    grant = access.subscriber(_credentials(wanted.authorization, headers))
    wish = _public(wanted.topics) if grant is None else Wish(wanted.topics, grant)
    return Claim(
        wish,
        wanted.resume_after(last),
        chunked=http == "1.1",
        origin=header(headers, b"origin"),
    )


def credentials(target: bytes, headers: Headers) -> Credentials:
    """What the request shows to say who it is. Raises SubscribeError."""
    fields = fields_of(target.partition(b"?")[2])
    token = next((value for name, value in fields if name == "authorization"), None)
    return _credentials(token, headers)


def check_may_know(path: str, given: Credentials) -> None:
    """Raises Refused unless the token's selectors cover this list of who reads
    (draft-dunglas-mercure-07 "Subscription API")."""
    grant = access.subscriber(given)
    if grant is None:
        raise Refused(401, "Who reads is told to those with a token.")
    if not selects(grant.subscribe, [path]):
        raise Refused(403, "The token does not cover this list.", "insufficient_scope")


def header(headers: Headers, name: bytes) -> str:
    """A header's value, '' when it is not there."""
    return next((value.decode("latin-1") for key, value in headers if key == name), "")


def path_of(target: bytes) -> bytes:
    """The path in a request target."""
    path = target.partition(b"?")[0]
    if path.startswith(b"/"):
        return path
    # RFC 9112 section 3.2.2: the whole address may stand in the request line.
    return b"/" + path.partition(b"://")[2].partition(b"/")[2]


def _asked_for(target: bytes) -> Subscription:
    if len(target) > KEPT_LENGTH_AT_MOST or b"authorization=" in target:
        return subscription(target, settings.SITE_URL)
    return _kept(target, settings.SITE_URL)


_kept = lru_cache(TARGETS_KEPT)(subscription)


@lru_cache(TARGETS_KEPT)
def _public(topics: tuple[str, ...]) -> Wish:
    """One wish for all who ask for the same without a token."""
    return Wish(topics)


def _credentials(parameter: str | None, headers: Headers) -> Credentials:
    return Credentials(
        header(headers, b"authorization"),
        parameter,
        header(headers, b"cookie"),
        header(headers, b"origin"),
        header(headers, b"referer"),
    )


def _size(headers: Headers) -> Kind:
    length = header(headers, b"content-length")
    if not length:
        chunked = header(headers, b"transfer-encoding")
        return Kind.OF_UNKNOWN_SIZE if chunked else Kind.ELSE
    # The parser has refused what is no number.
    return Kind.TOO_LARGE if int(length) > BODY_AT_MOST else Kind.ELSE
