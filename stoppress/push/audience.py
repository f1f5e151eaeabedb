"""Who is meant: everyone who follows any of an entry's topics, each once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyroaring import BitMap

from stoppress.protocols.mercure import EVERYTHING
from stoppress.push.ledger import bits
from stoppress.push.models import Broadcast, Follow

if TYPE_CHECKING:
    from collections.abc import Sequence

# Rows fetched at once: bounds memory with a million followers.
CHUNK = 10_000


def followers_of(topics: Sequence[str], *, through: int) -> BitMap:
    """The ids of all who follow one of the topics, or everything, by a follow up to
    number `through`: who comes later was not meant."""
    rows = Follow.objects.filter(topic__in=[*topics, EVERYTHING], pk__lte=through)
    ids = rows.values_list("follower_id", flat=True).order_by()
    return BitMap(ids.iterator(chunk_size=CHUNK))


def meant(broadcast: Broadcast) -> BitMap:
    """The ids of all whom the broadcast is for."""
    if broadcast.nature != Broadcast.Nature.ALERT:
        return bits(broadcast.named)
    return followers_of(broadcast.topics, through=broadcast.through)
