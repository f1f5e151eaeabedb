"""What is kept about one browser: shown to it, handed to it whole, and erased.

The subscription is the identity here as everywhere: only the browser itself can ask.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stoppress.lib.clock import iso
from stoppress.lib.transactions import atomic
from stoppress.posts import people_queries, queries, section_queries
from stoppress.posts.addresses import PEOPLE, SECTIONS, absolute, post_path
from stoppress.protocols.mercure_topics import EVERYTHING
from stoppress.push import vault
from stoppress.push.following import known
from stoppress.push.ledger import ledgers
from stoppress.push.models import Broadcast, Follow, Follower, Mute
from stoppress.push.rest import Rest

if TYPE_CHECKING:
    from stoppress.push.vault import Subscription

# A broadcast's books may be 125 KB each: one browser's question looks at no more of them.
TOLD_AT_MOST = 100


def listed(sub: Subscription) -> list[dict[str, Any]]:
    """What this browser follows, in words: `topic`, `title`, `url`, `since`, `key_only`,
    `over` (True when nothing will come of it any more). Empty for whom we do not know."""
    follower = known(sub)
    if follower is None:
        return []
    return [_line(row) for row in follower.follows.order_by("pk")]


def muted(sub: Subscription) -> list[dict[str, Any]]:
    """The stories that this browser wants no alerts of though it follows more than them:
    `topic`, `title`, `url`, `since`, `over`."""
    follower = known(sub)
    if follower is None:
        return []
    return [_named(row) for row in follower.mutes.order_by("pk")]


def rest(sub: Subscription) -> dict[str, Any]:
    """When this browser is not to be told: `zone`, `from` and `to` in minutes after
    midnight or None, `most` alerts a day or 0."""
    follower = known(sub)
    return (Rest.of(follower) if follower else Rest()).said


def about(sub: Subscription) -> dict[str, Any]:
    """All that is kept about this browser, as a JSON-able object; nothing when nothing is.

    `told` holds the newest posts and stories that it was told of, out of the last TOLD_AT_MOST
    broadcasts.
    """
    follower = known(sub)
    if follower is None:
        return {}
    opened = vault.unseal(bytes(follower.sealed))
    return {
        "delivery_address": opened.endpoint,
        "keys": {"p256dh": opened.p256dh, "auth": opened.auth},
        "delivery_service": follower.service,
        "key_of_ours": follower.vapid,
        "since": iso(follower.since),
        "last_visit": iso(follower.seen_at),
        "last_sample": iso(follower.sample_at) if follower.sample_at else None,
        "refusals_in_a_row": follower.refusals,
        "rest": Rest.of(follower).said,
        "follows": listed(sub),
        "muted": muted(sub),
        "told": _told(follower),
    }


def erase(sub: Subscription) -> list[str]:
    """Forgets this browser; what is left in the books is a number that stands for nobody
    and is never given again. Returns what is still followed: nothing."""
    with atomic():
        if follower := known(sub):
            follower.delete()
    return []


def _line(row: Follow) -> dict[str, Any]:
    return {**_named(row), "key_only": row.key_only}


def _named(row: Follow | Mute) -> dict[str, Any]:
    title, over = _title(row.topic)
    return {
        "topic": row.topic,
        "title": title,
        "url": "/" if row.topic == EVERYTHING else row.topic,
        "since": iso(row.since),
        "over": over,
    }


def _title(topic: str) -> tuple[str, bool]:
    """A topic in words, and whether nothing will come of it any more."""
    if topic == EVERYTHING:
        return "Everything", False
    if topic.startswith(SECTIONS):
        section = section_queries.section(topic.removeprefix(SECTIONS))
        return section["title"] if section else topic, section is None
    if topic.startswith(PEOPLE):
        person = people_queries.person(topic.removeprefix(PEOPLE))
        return person["name"] if person else topic, person is None
    story = queries.story(topic.removeprefix("/stories/"))
    return story["title"] if story else topic, story is None or story["closed"]


def _told(follower: Follower) -> list[dict[str, str]]:
    newest = list(Broadcast.objects.order_by("-seq")[:TOLD_AT_MOST])
    books = ledgers(newest)
    return [
        {"about": where, "what": row.nature, "at": iso(row.asked_at)}
        for row in newest
        if follower.pk in books[row.pk].told
        for where in _about(row)
    ]


def _about(row: Broadcast) -> list[str]:
    """The addresses of what a broadcast was about: one, but for a digest."""
    if row.posts:
        return [absolute(post_path(post_id)) for post_id in row.posts]
    return [row.message["notification"]["navigate"]]
