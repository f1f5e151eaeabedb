"""Refusals of our key: who cannot be told, ever, is removed.

RFC 8292 section 4.2 binds a subscription to the key it was made with. So one who was
refused in UNTELLABLE alerts in a row is removed; the reader's page then says that it does
not follow, which is the truth, and offers to. The refusal counts only when the same
service accepted others in the same alert, signed with the same key: when it refuses
everybody, the wrong key is ours, and nobody is removed.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db.models import F
from pyroaring import BitMap

from stoppress.push.models import Follower

if TYPE_CHECKING:
    from collections.abc import Iterator

# Rows changed at once.
CHUNK = 5_000

# Alerts in a row in which a service refused our key for one follower, and accepted it for
# others, before the follower is removed. One could be a service's own bad day.
UNTELLABLE = 3


class Refusals:
    """What one courier heard in one alert, by service and key of ours: where a letter was
    taken, and whom the key was refused for."""

    def __init__(self) -> None:
        self.accepted: set[tuple[str, str]] = set()
        self.refused: dict[tuple[str, str], BitMap] = defaultdict(BitMap)

    def count(self) -> int:
        """Counts, in the caller's transaction, in whose name our key was refused at
        services that accepted it for others. Returns how many were removed."""
        removed = 0
        for service, vapid in self.accepted & self.refused.keys():
            same = Follower.objects.filter(service=service, vapid=vapid)
            for some in _chunks(self.refused[service, vapid]):
                rows = same.filter(pk__in=some)
                rows.update(refusals=F("refusals") + 1)
                removed += rows.filter(refusals__gte=UNTELLABLE).count()
                rows.filter(refusals__gte=UNTELLABLE).delete()
        return removed

    def counted(self) -> None:
        """Begins anew, once the transaction is through: whoever was counted is not
        counted again when another share is taken up."""
        self.refused.clear()


def _chunks(ids: BitMap) -> Iterator[list[int]]:
    wanted = list(ids)
    for start in range(0, len(wanted), CHUNK):
        yield wanted[start : start + CHUNK]
