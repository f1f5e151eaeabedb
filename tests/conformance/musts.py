"""Every MUST of draft-dunglas-mercure-07 that binds a hub or a publishing site, in its order.

`MUSTS` names each with its section and what it asks in our own words; a test says with
`@proves` which of them it shows, and test_musts.py fails when one is shown by none. What
binds the clients of others alone is in `NOT_OURS`, with the reason.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T", bound=Callable[..., object])

MUSTS: dict[str, tuple[str, str]] = {
    "path": ("Discovery", "the hub is at its well-known path"),
    "link": ("Discovery", "rel=mercure leads to a hub that speaks the protocol"),
    "link-last-event-id": (
        "Discovery",
        "the announced id, passed as lastEventID, loses nothing",
    ),
    "link-content-type": (
        "Discovery",
        "updates of another type than the page are announced as such",
    ),
    "self": ("Discovery", "rel=self, or else the page's own address, is the topic"),
    "selector-everything": ("Topic Selectors", "* selects every topic"),
    "selector-same": ("Topic Selectors", "a selector selects the same text"),
    "selector-template": ("Topic Selectors", "a URI template selects what fits it"),
    "selector-other": ("Topic Selectors", "nothing else is selected"),
    "subscribe": ("Subscription", "GET with one or several topic parameters"),
    "subscribe-private": ("Subscription", "private updates not to the unauthorised"),
    "event-stream": ("Subscription", "updates come as text/event-stream"),
    "data": ("Subscription", "the data property holds the new version"),
    "properties": ("Subscription", "event and retry properties are supported too"),
    "publish-form": ("Publication", "a form, urlencoded"),
    "publish-topics": ("Publication", "to readers of canonical and alternate topics"),
    "publish-private": ("Publication", "private, whatever value the field has"),
    "publish-id": ("Publication", "an id of the publisher does not begin with #"),
    "publish-own-id": ("Publication", "without one the hub makes a valid one"),
    "publish-answer": ("Publication", "success, with the id as the body"),
    "publish-authorised": ("Publication", "only to authorised publishers"),
    "header-wins": ("Authorization", "the header's token counts before all others"),
    "parameter-wins": ("Authorization", "the parameter's counts before the cookie's"),
    "bearer": ("Authorization HTTP Header", "Bearer, a space, the token"),
    "parameter": ("URI Query Parameter", "authorization stands beside topic"),
    "publish-claim": ("Publishers", "mercure.publish must be there and not empty"),
    "publish-every-topic": ("Publishers", "each topic is covered by a selector"),
    "publish-nothing-else": ("Publishers", "else nothing is dispatched, and 403"),
    "subscribe-claim": ("Subscribers", "mercure.subscribe covers a private update"),
    "subscribe-any-topic": ("Subscribers", "canonical or alternate: one is enough"),
    "expiry": ("Subscribers", "the connection ends when the token does"),
    "id": ("Reconnection", "every event has an id"),
    "last-event-id": ("Reconnection", "the id is taken as header and as parameter"),
    "header-id-wins": ("Reconnection", "of both the header's"),
    "answer-id": ("Reconnection", "the answer says after which id it begins"),
    "answer-earliest": ("Reconnection", "or earliest, when there is no such id"),
    "told-begin": ("Subscription Events", "an update when a subscription begins"),
    "told-end": ("Subscription Events", "and when it ends"),
    "told-topic": ("Subscription Events", "its topic names selector and subscriber"),
    "told-encoded": ("Subscription Events", "reserved letters in it are encoded"),
    "told-document": ("Subscription Events", "a JSON-LD document of given properties"),
    "told-private": ("Subscription Events", "it is private"),
    "api-addresses": ("Subscription API", "all, those of a topic, and one"),
    "api-authorised": ("Subscription API", "the address is covered by the token"),
    "api-type": ("Subscription API", "application/ld+json"),
    "api-one": ("Subscription API", "one is the document that events have"),
    "api-404": ("Subscription API", "404 for one that is not there"),
    "api-collection": ("Subscription API", "a collection has its properties"),
    "api-last-event-id": ("Subscription API", "lastEventID, or earliest"),
    "keys": ("Security Considerations", "secret keys are kept securely"),
    "secrecy": ("Security Considerations", "tokens are kept confidential"),
    "csrf": ("Security Considerations", "a cookie publishes for no other site"),
}

NOT_OURS = {
    "Discovery, several hubs": "this site announces one hub and writes to its wire",
    "Discovery, header before embedded link": "what a subscriber does with our page",
    "Authorization, encryption layer": "TLS ends in front of us: docs/live.md says so",
    "Reconnection, what a subscriber sends": "what a browser does; ours is in journeys",
    "Encryption, key sets": "a publisher's choice; the hub passes octets on",
}

_proofs: dict[str, set[str]] = {name: set() for name in MUSTS}


def proves(*names: str) -> Callable[[T], T]:
    """Says which MUSTs a test shows."""

    def note(test: T) -> T:
        for name in names:
            _proofs[name].add(f"{test.__module__}.{test.__qualname__}")
        return test

    return note


def proofs() -> dict[str, set[str]]:
    """The tests of each MUST, as far as their modules were imported."""
    return _proofs
