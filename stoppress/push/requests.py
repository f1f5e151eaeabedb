"""What a browser asks: follow, unfollow, what do I follow, what is kept, I have moved.

JSON, same origin only, no cookies: nothing is changed in anyone's name by another site
(a JSON content type cannot be sent across origins without our leave, and we give none;
the Origin header is looked at all the same).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from stoppress.push import following, kept, sample
from stoppress.push.errors import (
    BadSubscription,
    PushError,
    TopicOver,
    UnknownService,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    from stoppress.push.vault import Subscription

# A subscription has some 500 bytes; more is not one.
MAX_BODY = 16 * 1024

# What else goes wrong is in the request itself: 400.
STATUS: dict[type[PushError], int] = {
    UnknownService: 403,
    sample.TooSoon: 429,
    sample.NotTaken: 502,
}


class BadRequest(PushError):
    """The request is not one that our own page would send."""


def _asked(
    view: Callable[[dict[str, Any]], list[str] | dict[str, Any]],
) -> Callable[[HttpRequest], JsonResponse]:
    @csrf_exempt
    @require_POST
    def answer(request: HttpRequest) -> JsonResponse:
        try:
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
    """Follows `topic` with `subscription`."""
    return following.follow(_subscription(given), _text(given, "topic"))


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
    rows = kept.listed(_subscription(given))
    return {"follows": [row["topic"] for row in rows], "listed": rows}


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


def _subscription(given: dict[str, Any]) -> Subscription:
    return following.subscription(given.get("subscription"))


def _text(given: dict[str, Any], name: str) -> str:
    value = given.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= following.MAX_TEXT:
        raise BadSubscription(f"{name!r} is missing.")
    return value
