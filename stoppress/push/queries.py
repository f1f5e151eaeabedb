"""What other rooms may know of followers and broadcasts: counts, never who."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from stoppress.lib.clock import now
from stoppress.push import audience, canary
from stoppress.push.ledger import Ledger, bits
from stoppress.push.models import Broadcast, Follower
from stoppress.push.vapid_key import public as public_key
from stoppress.push.watch import alarm

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "BroadcastView",
    "Reach",
    "alarm",
    "broadcast_of",
    "followers",
    "newest",
    "open_broadcasts",
    "public_key",
    "reach",
    "told",
]


class BroadcastView(TypedDict):
    """One broadcast in numbers; `done` is False while it is being sent. Of an alert,
    `held` were held back from it and `waiting` of them wait still. Seconds from its
    publishing until nine in ten had it, and until the canary had; None: not yet."""

    nature: str
    handed: int
    unsure: int
    gone: int
    refused: int
    missed: int
    held: int
    waiting: int
    done: bool
    ninety_after: float | None
    canary_after: float | None
    canary: str


class Reach(TypedDict):
    """Whom an alert would reach now: of a key event, of an ordinary post; and of the
    first, who is in quiet hours, who had enough for their day, and who had at least one,
    two, three alerts in the last 24 hours."""

    key_event: int
    ordinary: int
    quiet: int
    enough: int
    had: list[int]


def followers() -> int:
    """How many browsers follow anything."""
    return Follower.objects.count()


def reach(topics: Sequence[str]) -> Reach:
    """Whom an alert of a post with these topics would reach, each counted once."""
    everyone = audience.followers_of(topics, key_event=True)
    if not everyone:
        return {"key_event": 0, "ordinary": 0, "quiet": 0, "enough": 0, "had": [0] * 3}
    moment = now()
    quiet = everyone & audience.in_quiet_hours(moment)
    had = audience.had_today(moment)
    return {
        "key_event": len(everyone),
        "ordinary": len(audience.followers_of(topics, key_event=False)),
        "quiet": len(quiet),
        "enough": len((everyone & audience.had_enough(moment)) - quiet),
        "had": [len(everyone & some) for some in had],
    }


def told(post_id: int) -> int:
    """How many have this post's alert, or may have it, by whichever way it came."""
    rows = Broadcast.objects.filter(post_id=post_id, nature=Broadcast.Nature.ALERT)
    alert = rows.first()
    if alert is None:
        return 0
    everyone = Ledger.of(alert).told
    for carrier in Broadcast.objects.filter(pk__in=alert.carried):
        everyone |= Ledger.of(carrier).told
    return canary.readers(everyone)


def open_broadcasts() -> int:
    """How many broadcasts are still being sent."""
    return Broadcast.objects.filter(done_at=None).count()


def broadcast_of(post_id: int) -> list[BroadcastView]:
    """What followers were told about this post alone: the alert, then what chased it."""
    rows = Broadcast.objects.filter(post_id=post_id).order_by("seq")
    return [_view(row) for row in rows]


def newest(many: int) -> list[tuple[int, BroadcastView]]:
    """The newest broadcasts about one post, newest first, each with its post's id."""
    rows = Broadcast.objects.filter(post_id__isnull=False).order_by("-seq")[:many]
    return [(row.post_id, _view(row)) for row in rows if row.post_id is not None]


def _view(row: Broadcast) -> BroadcastView:
    def size(page: bytes | memoryview) -> int:
        return canary.readers(bits(page))

    return {
        "nature": row.nature,
        "handed": size(row.handed),
        "unsure": size(row.unsure),
        "gone": size(row.gone),
        "refused": size(row.refused),
        "missed": size(row.missed),
        "held": size(row.held),
        "waiting": size(row.waiting),
        "done": row.done_at is not None,
        "ninety_after": row.ninety_after,
        "canary_after": row.canary_after,
        "canary": row.canary,
    }
