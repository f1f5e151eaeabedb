"""What other rooms may know of followers and broadcasts: counts, never who."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TypedDict

from stoppress.lib.clock import iso, now
from stoppress.push import audience, canary, clicks, ledger, vapid_key
from stoppress.push.ledger import Ledger, bits
from stoppress.push.models import Broadcast, Courier, Follower, Share
from stoppress.push.vapid_key import public as public_key
from stoppress.push.watch import alarm

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pyroaring import BitMap

__all__ = [
    "BroadcastView",
    "Meant",
    "Reach",
    "SentView",
    "alarm",
    "broadcast_of",
    "couriers",
    "followers",
    "is_ours",
    "meant",
    "newest",
    "open_broadcasts",
    "public_key",
    "reach",
    "sent_of",
    "told",
]


class BroadcastView(TypedDict):
    """One broadcast in numbers; `done` is False while it is being sent. Of an alert,
    `held` were held back from it and `waiting` of them wait still. `clicks` is an
    estimate (push/clicks.py). Seconds from its publishing until nine in ten had it, and
    until the canary had; None: not yet."""

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
    ninety_after: float | None
    canary_after: float | None
    canary: str


class SentView(BroadcastView):
    """The same with the moment that it was asked for, and how many readers it is for,
    resting or not. Whoever let go of everything before they were told is not in it."""

    asked_at: str
    meant: int


class Resting(TypedDict):
    """Of some followers, who is in quiet hours now, who had enough for their day, and who
    had at least one, two, three alerts in the last 24 hours."""

    quiet: int
    enough: int
    had: list[int]


class Meant(Resting):
    """Whom an alert would be for now, and who of them rests."""

    meant: int


class Reach(Resting):
    """Whom an alert would reach now: of a key event, of an ordinary post; and who of the
    first rests."""

    key_event: int
    ordinary: int


def followers() -> int:
    """How many browsers follow anything."""
    return Follower.objects.count()


def is_ours(public: str) -> bool:
    """Whether this newsroom has the key with this public half; a page that something in
    front has kept may carry an older one."""
    return vapid_key.id_of(public) in vapid_key.pairs()


def reach(topics: Sequence[str]) -> Reach:
    """Whom an alert of a post with these topics would reach, each counted once."""
    everyone = audience.followers_of(topics, key_event=True)
    ordinary = everyone and audience.followers_of(topics, key_event=False)
    return {
        "key_event": len(everyone),
        "ordinary": len(ordinary),
        **_resting(everyone),
    }


def meant(topics: Sequence[str], *, key_event: bool) -> Meant:
    """Whom an alert of such a post with these topics would be for, each counted once."""
    everyone = audience.followers_of(topics, key_event=key_event)
    return {"meant": len(everyone), **_resting(everyone)}


def told(post_id: int) -> int:
    """How many have this post's alert, or may have it, by whichever way it came."""
    rows = Broadcast.objects.filter(post_id=post_id, nature=Broadcast.Nature.ALERT)
    alert = rows.first()
    if alert is None:
        return 0
    carriers = Broadcast.objects.filter(pk__in=alert.carried)
    return canary.readers(ledger.told([alert, *carriers]))


def couriers() -> dict[str, int]:
    """How many shares of the followers each process that sends has (push/shares.py)."""
    held = Counter(Share.objects.values_list("owner", flat=True))
    names = Courier.objects.order_by("owner").values_list("owner", flat=True)
    return {owner: held[owner] for owner in names}


def open_broadcasts() -> int:
    """How many broadcasts are still being sent."""
    return Broadcast.objects.filter(done_at=None).count()


def broadcast_of(post_id: int) -> list[BroadcastView]:
    """What followers were told about this post alone: the alert, then what chased it."""
    rows = Broadcast.objects.filter(post_id=post_id).order_by("seq")
    return [view for _, _, view in _views(rows)]


def sent_of(post_id: int) -> list[SentView]:
    """The same, with when each was asked for and for how many it is. While an alert is
    being sent, these are found anew by what they follow, as in `reach`."""
    rows = Broadcast.objects.filter(post_id=post_id).order_by("seq")
    return [
        {
            **view,
            "asked_at": iso(row.asked_at),
            "meant": canary.readers(_audience(row, books)),
        }
        for row, books, view in _views(rows)
    ]


def newest(many: int) -> list[tuple[int, BroadcastView]]:
    """The newest broadcasts about one post, newest first, each with its post's id."""
    rows = Broadcast.objects.filter(post_id__isnull=False).order_by("-seq")[:many]
    return [
        (row.post_id, view) for row, _, view in _views(rows) if row.post_id is not None
    ]


def _resting(everyone: BitMap) -> Resting:
    if not everyone:
        return {"quiet": 0, "enough": 0, "had": [0] * 3}
    moment = now()
    quiet = everyone & audience.in_quiet_hours(moment)
    had = audience.had_today(moment)
    return {
        "quiet": len(quiet),
        "enough": len((everyone & audience.had_enough(moment)) - quiet),
        "had": [len(everyone & some) for some in had],
    }


def _audience(row: Broadcast, books: Ledger) -> BitMap:
    """Whom it is for. Once it is done its books know; by then some follow other things."""
    found = books.settled | books.unsure | bits(row.held)
    if row.done_at is None or audience.is_named(row):
        found |= audience.audience(row)
    return found


def _views(
    rows: Iterable[Broadcast],
) -> list[tuple[Broadcast, Ledger, BroadcastView]]:
    rows = list(rows)
    books = ledger.ledgers(rows)
    pressed = clicks.counted(row.pk for row in rows)
    return [
        (row, books[row.pk], _view(row, books[row.pk], pressed.get(row.pk, 0)))
        for row in rows
    ]


def _view(row: Broadcast, books: Ledger, pressed: int) -> BroadcastView:
    return {
        "nature": row.nature,
        "handed": canary.readers(books.handed),
        "unsure": canary.readers(books.unsure),
        "gone": canary.readers(books.gone),
        "refused": canary.readers(books.refused),
        "missed": canary.readers(books.missed),
        "held": len(bits(row.held)),
        "waiting": len(bits(row.waiting)),
        # Whoever was told may press; more is made up.
        "clicks": min(pressed, canary.readers(books.told)),
        "done": row.done_at is not None,
        "ninety_after": row.ninety_after,
        "canary_after": row.canary_after,
        "canary": row.canary,
    }
