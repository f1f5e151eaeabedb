"""What a browser asks: follow, unfollow, what do I follow, what is kept, I have moved.

JSON, same origin only, no cookies: nothing is changed in anyone's name by another site
(a JSON content type cannot be sent across origins without our leave, and we give none;
the Origin header is looked at all the same).
"""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from stoppress.lib.networks import Proxies, network
from stoppress.push import following, kept, sample
from stoppress.push.errors import (
    BadSubscription,
    KeyRetired,
    PushError,
    TopicOver,
    UnknownService,
)
from stoppress.push.pace import FOLLOWS, QUESTIONS
from stoppress.push.rest import Rest

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    from stoppress.push.vault import Subscription


class BadRequest(PushError):
    """The request is not one that our own page would send."""


class TooMany(PushError):
    """One network asks too often (push/pace.py)."""

    def __init__(self) -> None:
        super().__init__(
            "Too many browsers of your network ask this at once. Try again in a minute."
        )


# A subscription has some 500 bytes; more is not one.
MAX_BODY = 16 * 1024

# What else goes wrong is in the request itself: 400.
STATUS: dict[type[PushError], int] = {
    UnknownService: 403,
    KeyRetired: 409,
    TooMany: 429,
    sample.TooSoon: 429,
    sample.NotTaken: 502,
}


def _asked(
    view: Callable[[dict[str, Any]], list[str] | dict[str, Any]],
) -> Callable[[HttpRequest], JsonResponse]:
    @csrf_exempt
    @require_POST
    def answer(request: HttpRequest) -> JsonResponse:
        pace = FOLLOWS if view is follow_topic else QUESTIONS
        try:
            if not pace.allows(_network(request)):
                raise TooMany
            found = view(_read(request))
        except TopicOver as error:
            # The browser may forget this topic; any other refusal may pass.
            return JsonResponse({"error": str(error), "over": True}, status=410)
        except PushError as error:
            status = STATUS.get(type(error), 400)
            return JsonResponse({"error": str(error)}, status=status)
        said = found if isinstance(found, dict) else {"follows": found}
        return JsonResponse(said, status=201 if view is follow_topic else 200)

    return answer


def follow_topic(given: dict[str, Any]) -> list[str]:
    """Follows `topic` with `subscription`; `key_only` and `rest` as it wants them."""
    rest = Rest.read(given["rest"]) if given.get("rest") is not None else None
    return following.follow(
        _subscription(given),
        _text(given, "topic"),
        key_only=_flag(given, "key_only") if "key_only" in given else None,
        rest=rest,
    )


def chosen(given: dict[str, Any]) -> list[str]:
    """Key events alone, or each alert, of `topic`."""
    topic = _text(given, "topic")
    key_only = _flag(given, "key_only")
    return following.choose(_subscription(given), topic, key_only=key_only)


def rested(given: dict[str, Any]) -> list[str]:
    """When `subscription` is not to be told."""
    return following.let_rest(_subscription(given), Rest.read(given.get("rest")))


def unfollow_topic(given: dict[str, Any]) -> list[str]:
    """Stops following `topic`."""
    return following.unfollow(_subscription(given), _text(given, "topic"))


def followed(given: dict[str, Any]) -> list[str]:
    """What `subscription` follows."""
    return following.state(_subscription(given))


def moved(given: dict[str, Any]) -> list[str]:
    """The endpoint `old` is now `subscription`."""
    return following.move(_text(given, "old"), _subscription(given))


def listed(given: dict[str, Any]) -> dict[str, Any]:
    """What `subscription` follows, in words."""
    sub = _subscription(given)
    rows = kept.listed(sub)
    follows = [row["topic"] for row in rows]
    return {"follows": follows, "listed": rows, "rest": kept.rest(sub)}


def known(given: dict[str, Any]) -> dict[str, Any]:
    """All that is kept about `subscription`."""
    about = kept.about(_subscription(given))
    follows = [row["topic"] for row in about.get("follows", [])]
    return {"follows": follows, "kept": about}


def sampled(given: dict[str, Any]) -> list[str]:
    """Sends a sample notice to `subscription`."""
    sub = _subscription(given)
    sample.send(sub)
    return following.state(sub)


def erased(given: dict[str, Any]) -> list[str]:
    """Forgets `subscription`."""
    return kept.erase(_subscription(given))


follow = _asked(follow_topic)
unfollow = _asked(unfollow_topic)
choice = _asked(chosen)
rest = _asked(rested)
state = _asked(followed)
move = _asked(moved)
mine = _asked(listed)
export = _asked(known)
erase = _asked(erased)
sample_notice = _asked(sampled)


def _read(request: HttpRequest) -> dict[str, Any]:
    if request.content_type != "application/json":
        raise BadRequest("Send JSON.")
    sender = request.headers.get("Origin", "")
    # A proxy may not pass the Host header on: the public address is ours as well.
    ours = {request.get_host(), urlsplit(settings.SITE_URL).netloc}
    if sender and urlsplit(sender).netloc not in ours:
        raise BadRequest("Only this site's own pages may ask this.")
    if int(request.headers.get("Content-Length") or 0) > MAX_BODY:
        raise BadRequest("This is too long to be a subscription.")
    try:
        given = json.loads(request.read(MAX_BODY + 1))
    except (ValueError, RecursionError) as error:
        raise BadRequest("This is not JSON.") from error
    if not isinstance(given, dict):
        raise BadRequest("A JSON object is needed.")
    return given


def _network(request: HttpRequest) -> int:
    """Which network asks; 0 when that cannot be told."""
    forwarded = request.headers.get("X-Forwarded-For", "").encode("latin-1", "replace")
    peer = request.META.get("REMOTE_ADDR", "")
    return network(_proxies().client(peer, forwarded) or "")


@functools.cache
def _proxies() -> Proxies:
    return Proxies(settings.PROXIES)


def _subscription(given: dict[str, Any]) -> Subscription:
    return following.subscription(given.get("subscription"))


def _flag(given: dict[str, Any], name: str) -> bool:
    value = given.get(name)
    if not isinstance(value, bool):
        raise BadRequest(f"{name!r} is neither true nor false.")
    return value


def _text(given: dict[str, Any], name: str) -> str:
    value = given.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= following.MAX_TEXT:
        raise BadSubscription(f"{name!r} is missing.")
    return value
