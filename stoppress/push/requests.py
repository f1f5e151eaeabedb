"""What a browser asks: follow, unfollow, what do I follow, what is kept, I have moved; and
that a notice was pressed, which it says without saying who it is.

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
from django.http import HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from stoppress.lib.networks import Proxies, network
from stoppress.push import clicks, following, kept, muting, sample
from stoppress.push.errors import (
    BadSubscription,
    KeyRetired,
    PushError,
    TopicOver,
    UnknownService,
)
from stoppress.push.pace import CLICKS, FOLLOWS, QUESTIONS
from stoppress.push.rest import Rest

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    from stoppress.lib.pace import Pace
    from stoppress.push.vault import Subscription


class BadRequest(PushError):
    """The request is not one that our own page would send."""


# A subscription has some 500 bytes; more is not one.
MAX_BODY = 16 * 1024


class TooFast(PushError):
    """One network asks too often (push/pace.py)."""

    def __init__(self) -> None:
        super().__init__(
            "Too many browsers of your network ask this at once. Try again in a minute."
        )


# What else goes wrong is in the request itself: 400.
STATUS: dict[type[PushError], int] = {
    UnknownService: 403,
    KeyRetired: 409,
    sample.TooSoon: 429,
    sample.NotTaken: 502,
    TooFast: 429,
}


def _asked(
    view: Callable[[dict[str, Any]], list[str] | dict[str, Any]],
) -> Callable[[HttpRequest], JsonResponse]:
    @csrf_exempt
    @require_POST
    def answer(request: HttpRequest) -> JsonResponse:
        try:
            _keep_pace(request, FOLLOWS if view is follow_topic else QUESTIONS)
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


def silenced(given: dict[str, Any]) -> dict[str, Any]:
    """No more alerts of the story `topic`."""
    sub = _subscription(given)
    return _with_mutes(muting.mute(sub, _text(given, "topic")), sub)


def unsilenced(given: dict[str, Any]) -> dict[str, Any]:
    """Alerts of the story `topic` again."""
    sub = _subscription(given)
    return _with_mutes(muting.unmute(sub, _text(given, "topic")), sub)


def followed(given: dict[str, Any]) -> dict[str, Any]:
    """What `subscription` follows."""
    sub = _subscription(given)
    return _with_mutes(following.state(sub), sub)


def moved(given: dict[str, Any]) -> dict[str, Any]:
    """The endpoint `old` is now `subscription`."""
    sub = _subscription(given)
    return _with_mutes(following.move(_text(given, "old"), sub), sub)


def listed(given: dict[str, Any]) -> dict[str, Any]:
    """What `subscription` follows, in words."""
    sub = _subscription(given)
    rows = kept.listed(sub)
    follows = [row["topic"] for row in rows]
    return {
        "follows": follows,
        "listed": rows,
        "muted_listed": kept.muted(sub),
        "rest": kept.rest(sub),
    }


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
mute = _asked(silenced)
unmute = _asked(unsilenced)
state = _asked(followed)
move = _asked(moved)
mine = _asked(listed)
export = _asked(known)
erase = _asked(erased)
sample_notice = _asked(sampled)


@csrf_exempt
@require_POST
def click(request: HttpRequest, broadcast: str) -> HttpResponse:
    """Someone pressed this broadcast's notice. Nothing else is asked, and nothing of the
    request is kept."""
    try:
        _check_sender(request)
        _keep_pace(request, CLICKS)
    except PushError as error:
        status = STATUS.get(type(error), 400)
        return JsonResponse({"error": str(error)}, status=status)
    clicks.COUNTER.count(int(broadcast))
    return HttpResponse(status=204)


def _with_mutes(follows: list[str], sub: Subscription) -> dict[str, Any]:
    return {"follows": follows, "muted": muting.muted(sub)}


def _keep_pace(request: HttpRequest, pace: Pace) -> None:
    peer = request.META.get("REMOTE_ADDR", "")
    said = request.headers.get("X-Forwarded-For", "").encode("latin-1", "replace")
    if not pace.allows(network(_proxies().client(peer, said) or "")):
        raise TooFast


@functools.cache
def _proxies() -> Proxies:
    return Proxies(settings.PROXIES)


def _check_sender(request: HttpRequest) -> None:
    sender = request.headers.get("Origin", "")
    # A proxy may not pass the Host header on: the public address is ours as well.
    ours = {request.get_host(), urlsplit(settings.SITE_URL).netloc}
    if sender and urlsplit(sender).netloc not in ours:
        raise BadRequest("Only this site's own pages may ask this.")


def _read(request: HttpRequest) -> dict[str, Any]:
    if request.content_type != "application/json":
        raise BadRequest("Send JSON.")
    _check_sender(request)
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
