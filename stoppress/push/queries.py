"""What other rooms may know of followers and broadcasts: counts, never who."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from stoppress.lib.clock import now
from stoppress.push import audience, clicks
from stoppress.push.ledger import Ledger, bits
from stoppress.push.models import Broadcast, Follower
from stoppress.push.vapid_key import public as public_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = [
    "BroadcastView",
    "Reach",
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
    `held` were held back from it and `waiting` of them wait still. `clicks` is an
    estimate (push/clicks.py)."""

    nature: str
    handed: int
    unsure: int
    gone: int
    refused: int
    missed: int
    held: int
    waiting: int
    clicks: int
    done: bool


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
    return len(everyone)


def open_broadcasts() -> int:
    """How many broadcasts are still being sent."""
    return Broadcast.objects.filter(done_at=None).count()


def broadcast_of(post_id: int) -> list[BroadcastView]:
    """What followers were told about this post alone: the alert, then what chased it."""
    return _views(Broadcast.objects.filter(post_id=post_id).order_by("seq"))


def newest(many: int) -> list[tuple[int, BroadcastView]]:
    """The newest broadcasts about one post, newest first, each with its post's id."""
    rows = Broadcast.objects.filter(post_id__isnull=False).order_by("-seq")[:many]
    posts = [row.post_id for row in rows if row.post_id is not None]
    return list(zip(posts, _views(rows), strict=True))


def _views(rows: Iterable[Broadcast]) -> list[BroadcastView]:
    found = list(rows)
    pressed = clicks.counted(row.pk for row in found)
    return [_view(row, pressed.get(row.pk, 0)) for row in found]


def _view(row: Broadcast, pressed: int) -> BroadcastView:
    def size(page: bytes | memoryview) -> int:
        return len(bits(page))

    return {
        "nature": row.nature,
        "handed": size(row.handed),
        "unsure": size(row.unsure),
        "gone": size(row.gone),
        "refused": size(row.refused),
        "missed": size(row.missed),
        "held": size(row.held),
        "waiting": size(row.waiting),
        # Whoever was told may press; more is made up.
        "clicks": min(pressed, len(Ledger.of(row).told)),
        "done": row.done_at is not None,
    }
