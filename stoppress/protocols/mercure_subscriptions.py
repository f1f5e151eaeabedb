"""Who reads now, as documents (draft-dunglas-mercure-07 "Active Subscriptions").

Each selector of each reader is a subscription, with an address of its own below the hub's.
What is told of it is a JSON-LD document, and so is a collection of them.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, unquote_to_bytes

from stoppress.protocols.mercure import HUB_PATH
from stoppress.protocols.mercure_topics import EVERYTHING

SUBSCRIPTIONS = f"{HUB_PATH}/subscriptions"
CONTENT_TYPE = "application/ld+json"
CONTEXT = "https://mercure.rocks/"  # "JSON-LD Context"

_PARTS_AT_MOST = 2  # a selector, a subscriber


def address(selector: str = "", subscriber: str = "") -> str:
    """The address of all subscriptions, of a selector's, or of one: also the topic of
    what is told when that one begins and ends."""
    # RFC 6570 section 3.2.2: whatever is reserved is encoded, each value as a whole.
    parts = [quote(part, safe="") for part in (selector, subscriber) if part]
    return "/".join([SUBSCRIPTIONS, *parts])


def parts(path: str) -> tuple[str, ...] | None:
    """The selector and subscriber that an address below the hub's names: none, the first
    or both. None when it is no such address."""
    rest = path.removeprefix(SUBSCRIPTIONS)
    if rest == path or (rest and not rest.startswith("/")):
        return None
    named = rest.split("/")[1:]
    if len(named) > _PARTS_AT_MOST or not all(named):
        return None
    try:
        return tuple(unquote_to_bytes(one).decode() for one in named)
    except UnicodeDecodeError:
        return None


def document(
    selector: str, subscriber: str, *, active: bool = True, payload: Any = None
) -> dict[str, Any]:
    """One subscription, to stand in a collection."""
    shown: dict[str, Any] = {
        "id": address(selector, subscriber),
        "type": "Subscription",
        "topic": selector,
        "subscriber": subscriber,
        "active": active,
    }
    return shown if payload is None else {**shown, "payload": payload}


def alone(shown: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A subscription's document by itself."""
    return {"@context": CONTEXT, **shown, **more}


def collection(path: str, last_event_id: str) -> dict[str, Any]:
    """A collection's document, whose `subscriptions` are still to be filled in."""
    return {
        "@context": CONTEXT,
        "id": path,
        "type": "Subscriptions",
        "lastEventID": last_event_id,
        "subscriptions": [],
    }


def could_select_some(selector: str) -> bool:
    """True when the selector may select what is told of subscriptions. Only what stands
    before its first variable is looked at."""
    before, brace, _ = selector.partition("{")
    return (
        selector == EVERYTHING
        or before.startswith(SUBSCRIPTIONS)
        or (bool(brace) and SUBSCRIPTIONS.startswith(before))
    )
