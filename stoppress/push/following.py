"""Follow and unfollow: a browser says what it wants to be told.

There is no account. The subscription is the identity: who shows the same endpoint and
the same secret is the same follower, and only they can look at or change what it follows.
"""

from __future__ import annotations

import hmac
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from stoppress.lib.clock import now
from stoppress.lib.transactions import atomic
from stoppress.posts import people_queries, queries, section_queries
from stoppress.posts.addresses import PEOPLE, SECTIONS
from stoppress.protocols import push_encryption
from stoppress.protocols.mercure_topics import EVERYTHING
from stoppress.push import vapid_key, vault
from stoppress.push.errors import BadSubscription, BadTopic, KeyRetired, TopicOver
from stoppress.push.models import Follow, Follower, Mute
from stoppress.push.rest import Rest
from stoppress.push.services import service_of
from stoppress.push.vault import Subscription

if TYPE_CHECKING:
    from stoppress.posts.views import StoryView

# What one browser may follow: more is a program filling the table.
MAX_FOLLOWS = 100

# A visit is noted once in this time: an alert brings everybody at once, and each note
# is a write.
SEEN_ANEW = timedelta(days=1)

# The fields that say when a follower rests.
RESTING = ("zone", "quiet_from", "quiet_to", "most_a_day")

STORY = re.compile(r"/stories/([-a-zA-Z0-9_]+)")
SECTION = re.compile(rf"{SECTIONS}([-a-zA-Z0-9_]+)")
PERSON = re.compile(rf"{PEOPLE}([-a-zA-Z0-9_]+)")

# 65 octets, an uncompressed point, as base64url.
KEY = re.compile(r"B[A-Za-z0-9_-]{86}=?")

# An endpoint or a topic has some hundred characters; the rest is noise.
MAX_TEXT = 2048


def subscription(given: Any) -> Subscription:
    """A browser's `PushSubscription.toJSON()`, checked; with it may come the
    `applicationServerKey` that it was made under. BadSubscription when it is not one,
    UnknownService when its push service is not known here."""
    if not isinstance(given, dict) or not isinstance(given.get("keys"), dict):
        raise BadSubscription("The browser sent no push subscription.")
    keys = given["keys"]
    endpoint, p256dh, auth = given.get("endpoint"), keys.get("p256dh"), keys.get("auth")
    parts = (endpoint, p256dh, auth)
    if not all(isinstance(part, str) and part for part in parts):
        raise BadSubscription("The browser's push subscription is not complete.")
    found = Subscription(str(endpoint), str(p256dh), str(auth), _under(given))
    service_of(found.endpoint)
    try:
        push_encryption.receiver(found.p256dh, found.auth)
    except push_encryption.EncryptionError as error:
        raise BadSubscription(
            f"The subscription's keys cannot be used: {error}."
        ) from error
    return found


def _under(given: dict[str, Any]) -> str:
    key = given.get("applicationServerKey")
    if key is None:
        return ""
    if not isinstance(key, str) or not KEY.fullmatch(key):
        raise BadSubscription("The key it was made under is none.")
    return vapid_key.id_of(key)


def known(sub: Subscription) -> Follower | None:
    """The follower with this subscription, secret and all, or None."""
    follower = Follower.objects.filter(address=vault.address(sub.endpoint)).first()
    return follower if follower and _same(follower, sub) else None


def follow(
    sub: Subscription,
    topic: str,
    *,
    key_only: bool | None = None,
    rest: Rest | None = None,
) -> list[str]:
    """Follows `topic` (`*`, or the path of a section, a person or a story) and returns
    all that is followed.

    `key_only`: told of key events alone, or of each alert; `rest`: when not to be told.
    None leaves either as it is. TopicOver for a story that is closed, or for what is not
    there; BadTopic for one too many.
    """
    check_topic(topic)
    with atomic():
        follower = _enrol(sub)
        if follower.follows.exclude(topic=topic).count() >= MAX_FOLLOWS:
            raise BadTopic(
                f"A browser can follow {MAX_FOLLOWS} stories, sections and people at most."
            )
        row, _ = Follow.objects.get_or_create(
            follower=follower, topic=topic, defaults={"since": now()}
        )
        follower.mutes.filter(topic=topic).delete()
        if key_only is not None and row.key_only != key_only:
            row.key_only = key_only
            row.save(update_fields=["key_only"])
        if rest is not None and rest != Rest.of(follower):
            rest.enter(follower)
            follower.save(update_fields=RESTING)
        return _topics(follower)


def choose(sub: Subscription, topic: str, *, key_only: bool) -> list[str]:
    """Key events alone, or each alert, of what is followed already."""
    if follower := known(sub):
        follower.follows.filter(topic=topic).update(key_only=key_only)
        return _topics(follower)
    return []


def let_rest(sub: Subscription, rest: Rest) -> list[str]:
    """When this browser is not to be told."""
    if follower := known(sub):
        rest.enter(follower)
        follower.save(update_fields=RESTING)
        return _topics(follower)
    return []


def unfollow(sub: Subscription, topic: str) -> list[str]:
    """Stops following `topic` and returns what is still followed. Who follows nothing
    any more is forgotten."""
    with atomic():
        follower = known(sub)
        if follower is None:
            return []
        follower.follows.filter(topic=topic).delete()
        left = _topics(follower)
        if not any(map(is_wide, left)):
            follower.mutes.all().delete()
        if not left:
            follower.delete()
        return left


def state(sub: Subscription) -> list[str]:
    """What this browser follows; notes that it was here."""
    follower = known(sub)
    if follower is None:
        return []
    stale = Follower.objects.filter(pk=follower.pk, seen_at__lt=now() - SEEN_ANEW)
    stale.update(seen_at=now())
    if sub.vapid and sub.vapid != follower.vapid and sub.vapid in vapid_key.pairs():
        Follower.objects.filter(pk=follower.pk).update(vapid=sub.vapid)
    return _topics(follower)


def story_of(topic: str) -> StoryView:
    """The story with this path. TopicOver when there is none."""
    slug = topic.removeprefix("/stories/")
    story = queries.story(slug) if slug != topic else None
    if story is None:
        raise TopicOver("There is no such story to follow.")
    return story


def move(old_endpoint: str, sub: Subscription) -> list[str]:
    """The browser changed its subscription: same follower, follows kept.

    The old endpoint is known to nobody but the browser, its push service and us, so
    naming it is proof enough.
    """
    with atomic():
        follower = Follower.objects.filter(address=vault.address(old_endpoint)).first()
        if follower is None or not old_endpoint:
            return state(sub)
        _take_in_twin(follower, vault.address(sub.endpoint))
        _write(follower, sub)
        return _topics(follower)


def is_wide(topic: str) -> bool:
    """Whether it brings more than one story, so that a story can be left out of it."""
    return topic == EVERYTHING or topic.startswith((SECTIONS, PEOPLE))


def check_topic(topic: str) -> None:
    """TopicOver unless it is `*`, the path of a section, of a person, or of a story that
    is open."""
    if topic == EVERYTHING:
        return
    if section := SECTION.fullmatch(topic):
        if section_queries.section(section[1]) is None:
            raise TopicOver("There is no such section to follow.")
        return
    if person := PERSON.fullmatch(topic):
        if people_queries.shown(person[1]) is None:
            raise TopicOver("There is no such person to follow.")
        return
    found = STORY.fullmatch(topic)
    story = queries.story(found[1]) if found else None
    if story is None:
        raise TopicOver("There is no such story to follow.")
    if story["closed"]:
        raise TopicOver("This story is closed: nothing more will come of it.")


def _take_in_twin(follower: Follower, address: str) -> None:
    """The new endpoint may have followed something already: one browser, one follower."""
    for twin in Follower.objects.filter(address=address).exclude(pk=follower.pk):
        for row in twin.follows.all():
            Follow.objects.get_or_create(
                follower=follower,
                topic=row.topic,
                defaults={"since": now(), "key_only": row.key_only},
            )
        for mute in twin.mutes.all():
            Mute.objects.get_or_create(
                follower=follower, topic=mute.topic, defaults={"since": now()}
            )
        twin.delete()
        follower.mutes.filter(topic__in=_topics(follower)).delete()


def _enrol(sub: Subscription) -> Follower:
    address = vault.address(sub.endpoint)
    follower = Follower.objects.select_for_update().filter(address=address).first()
    if follower is None:
        follower = Follower(since=now())
        _write(follower, sub)
    elif not _same(follower, sub) or sub.vapid not in ("", follower.vapid):
        # New keys for an endpoint we know: only its browser can have asked for them,
        # for the old ones are of no use to it any more.
        _write(follower, sub)
    return follower


def _write(follower: Follower, sub: Subscription) -> None:
    if sub.vapid and sub.vapid not in vapid_key.pairs():
        raise KeyRetired
    follower.address = vault.address(sub.endpoint)
    follower.sealed = vault.seal(sub)
    follower.service = service_of(sub.endpoint)
    follower.vapid = sub.vapid or vapid_key.current().id
    follower.seen_at = now()
    follower.refusals = 0  # what was refused was the subscription before
    follower.save()


def _same(follower: Follower, sub: Subscription) -> bool:
    kept = vault.unseal(bytes(follower.sealed))
    return hmac.compare_digest(kept.auth, sub.auth) and kept.p256dh == sub.p256dh


def _topics(follower: Follower) -> list[str]:
    return list(follower.follows.order_by("pk").values_list("topic", flat=True))
