"""A sample notice for whoever asks: so a notice looks, and this browser gets them.

It goes by itself, past the broadcasts, for it is about no post and in nobody's books. One
browser gets one in a minute, and only a few are sent at once: each holds a thread for as
long as its push service takes to answer, and strangers may ask for many.
"""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Q

from stoppress.lib.clock import now
from stoppress.posts.addresses import absolute
from stoppress.protocols import declarative
from stoppress.protocols.declarative import Notification
from stoppress.protocols.push_request import Outcome, Urgency
from stoppress.push import sending, vault
from stoppress.push.errors import BadSubscription, PushError
from stoppress.push.following import known
from stoppress.push.messages import MESSAGE_AT_MOST
from stoppress.push.models import Follower
from stoppress.push.webpush.sender import Message

if TYPE_CHECKING:
    from stoppress.push.vault import Subscription

EVERY = timedelta(minutes=1)
AT_ONCE = 4

# Who pressed is waiting before the screen; later it would only startle them.
TTL = 60  # seconds

TAG = "sample"

_gate = threading.BoundedSemaphore(AT_ONCE)


class TooSoon(PushError):
    """A sample was sent to this browser within the last minute, or too many are on
    their way to others."""


class NotTaken(PushError):
    """The push service did not take the sample."""


def send(sub: Subscription) -> None:
    """Sends a sample to this follower, and returns when its push service has it.

    BadSubscription for whom we do not know, TooSoon for the second in a minute.
    """
    follower = known(sub)
    if follower is None:
        raise BadSubscription("This browser follows nothing here.")
    _claim(follower)
    if not _gate.acquire(blocking=False):
        raise TooSoon("Too many samples are on their way. Try again in a minute.")
    try:
        answer = sending.send(_letter(follower), follower.vapid)
    finally:
        _gate.release()
    if answer.outcome is Outcome.GONE:
        # By its address too: it may have moved while this was under way.
        Follower.objects.filter(pk=follower.pk, address=follower.address).delete()
    if answer.outcome is not Outcome.DELIVERED:
        raise NotTaken(
            "Your browser's delivery service did not take the sample "
            f"({answer.status or 'no answer'}). Load this page again, then try once more."
        )


def _claim(follower: Follower) -> None:
    """By conditional update: of two presses at once, one gets it."""
    free = Q(sample_at=None) | Q(sample_at__lte=now() - EVERY)
    if not Follower.objects.filter(free, pk=follower.pk).update(sample_at=now()):
        raise TooSoon("A sample was sent within the last minute. Try again soon.")


def _letter(follower: Follower) -> Message:
    notification = Notification(
        title=f"A sample from {settings.SITE_NAME}",
        body="So a notice looks. Nothing has happened.",
        navigate=absolute("/follow"),
        tag=TAG,
        lang=settings.LANGUAGE_CODE,
        # The worker shows aloud what is newer than what it showed before.
        data={"seq": int(now().timestamp()), "kind": TAG},
    )
    sub = vault.unseal(bytes(follower.sealed))
    return Message(
        endpoint=sub.endpoint,
        p256dh=sub.p256dh,
        auth=sub.auth,
        text=declarative.message(notification, limit=MESSAGE_AT_MOST),
        topic=TAG,
        urgency=Urgency.NORMAL,
        ttl=TTL,
    )
