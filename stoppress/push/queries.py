"""What other rooms may know of followers and broadcasts: counts, never who."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from stoppress.protocols.mercure import EVERYTHING
from stoppress.push.ledger import bits
from stoppress.push.models import Broadcast, Follow, Follower
from stoppress.push.vapid_key import public as public_key

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "BroadcastView",
    "broadcast_of",
    "count",
    "followers",
    "newest",
    "open_broadcasts",
    "public_key",
]


class BroadcastView(TypedDict):
    """One broadcast in numbers; `done` is False while it is being sent."""

    nature: str
    handed: int
    unsure: int
    gone: int
    refused: int
    missed: int
    done: bool


def followers() -> int:
    """How many browsers follow anything."""
    return Follower.objects.count()


def count(topics: Sequence[str]) -> int:
    """How many would be told of a post with these topics, each counted once."""
    follows = Follow.objects.filter(topic__in=[*topics, EVERYTHING])
    return follows.values("follower_id").distinct().count()


def open_broadcasts() -> int:
    """How many broadcasts are still being sent."""
    return Broadcast.objects.filter(done_at=None).count()


def broadcast_of(post_id: int) -> list[BroadcastView]:
    """What followers were told about this post: the alert, then what chased it."""
    return [_view(row) for row in Broadcast.objects.filter(post_id=post_id)]


def newest(many: int) -> list[tuple[int, BroadcastView]]:
    """The newest broadcasts of all, newest first, each with its post's id."""
    rows = Broadcast.objects.order_by("-seq")[:many]
    return [(row.post_id, _view(row)) for row in rows]


def _view(row: Broadcast) -> BroadcastView:
    def size(page: bytes | memoryview) -> int:
        return len(bits(page))

    return {
        "nature": row.nature,
        "handed": size(row.handed),
        "unsure": size(row.unsure),
        "gone": size(row.gone),
        "refused": size(row.refused),
        "missed": size(row.missed),
        "done": row.done_at is not None,
    }
