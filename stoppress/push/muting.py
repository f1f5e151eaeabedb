"""Not this story: no more alerts of it, whatever else this browser follows.

Where the story is followed, that ends. Where everything is, a section or a person, the story is
muted: kept here with these follows, and gone with the last of them. It counts for sections
that the story does not stand in as well, for it may be moved there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stoppress.lib.clock import now
from stoppress.lib.transactions import atomic
from stoppress.push.errors import BadTopic
from stoppress.push.following import (
    MAX_FOLLOWS,
    is_wide,
    known,
    state,
    story_of,
    unfollow,
)
from stoppress.push.models import Follower, Mute

if TYPE_CHECKING:
    from stoppress.push.vault import Subscription


def mute(sub: Subscription, topic: str) -> list[str]:
    """No more alerts of this story; returns what is followed still. TopicOver when there
    is no such story, BadTopic for one too many."""
    story_of(topic)
    with atomic():
        left = unfollow(sub, topic)
        follower = known(sub) if any(map(is_wide, left)) else None
        if follower is not None:
            Follower.objects.select_for_update().get(pk=follower.pk)
            if follower.mutes.exclude(topic=topic).count() >= MAX_FOLLOWS:
                raise BadTopic(f"A browser can mute {MAX_FOLLOWS} stories at most.")
            Mute.objects.get_or_create(
                follower=follower, topic=topic, defaults={"since": now()}
            )
        return left


def unmute(sub: Subscription, topic: str) -> list[str]:
    """Alerts of this story again, for whoever follows more than it."""
    if follower := known(sub):
        follower.mutes.filter(topic=topic).delete()
    return state(sub)


def muted(sub: Subscription) -> list[str]:
    """The stories that this browser muted, by their paths."""
    follower = known(sub)
    if follower is None:
        return []
    return list(follower.mutes.order_by("pk").values_list("topic", flat=True))
