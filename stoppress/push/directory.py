"""The directory: followers' sealed subscriptions, looked up by number.

Letters are drawn as runs of followers who stand together in the table (push/campaign.py),
and a stretch of the table is read in half the time of the same rows named one by one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from stoppress.push import canary, vapid_key
from stoppress.push.models import Follower

if TYPE_CHECKING:
    from pyroaring import BitMap

# A stretch goes on over so many numbers that are not asked for; twice as many rows read
# as asked for cost as much as naming them.
GAP = 4
TWICE = 2

# More stretches than this in one question are no longer quick to find.
STRETCHES = 8


def sealed(followers: BitMap) -> dict[int, tuple[bytes, str]]:
    """Their subscriptions, as they lie in the database, and the keys they are under; also
    of some others who stand between them. Who is no more is missing."""
    if not followers:
        return {}
    rows = Follower.objects.filter(_numbered(followers)).order_by()
    asked = rows.values_list("pk", "sealed", "vapid")
    found = {pk: (bytes(sealed), key) for pk, sealed, key in asked}
    if canary.NUMBER in followers:
        found[canary.NUMBER] = (canary.sealed(), vapid_key.current().id)
    return found


def _numbered(followers: BitMap) -> Q:
    stretches = _stretches(followers)
    rows = sum(last - first + 1 for first, last in stretches)
    if len(stretches) > STRETCHES or rows > TWICE * len(followers):
        return Q(pk__in=list(followers))
    found = Q()
    for stretch in stretches:
        found |= Q(pk__range=stretch)
    return found


def _stretches(followers: BitMap) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    first = last = followers.min()
    for number in followers:
        if number - last > GAP:
            found.append((first, last))
            first = number
        last = number
    return [*found, (first, last)]
