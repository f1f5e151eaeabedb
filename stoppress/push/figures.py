"""How a broadcast went: seconds from its publishing until nine in ten had it, and until
the canary had read it.

They are worked out in memory from what is entered into the ledger anyway, and written into
the row with it. How many can be told is known only once all were called up, when most have
it already: so it is remembered when how many had it. Where several processes send, each
has its part, and what the row says is the slowest.

Publishing is the moment of the wire's entry, so what a tail that was away has cost is in
them; a digest was asked for by no entry, and counts from when it was due.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from stoppress.lib.clock import now
from stoppress.push.models import Broadcast
from stoppress.wire import reading

if TYPE_CHECKING:
    from datetime import datetime

# The part of those who can be told that stands for the crowd: the last ones wait for
# whichever push service has troubles today.
MOST = 0.9


class Figures:
    """One broadcast's in this process, in memory until they are known and written."""

    def __init__(self, row: Broadcast) -> None:
        self._since = _published(row)
        self._heard: datetime | None = None
        self._passed: list[tuple[datetime, int]] = []  # when so many had it
        self._most = False  # what became of most is written

    def heard(self, moment: datetime | None) -> None:
        """The canary had read it by then."""
        self._heard = moment

    def write(self, row: Broadcast, had: int, there: int | None) -> None:
        """Writes what is known by now and was not, in the caller's transaction. `had`: so
        many readers have it; `there`: of so many who can be told, None until all were
        called up."""
        if not self._most:
            self._passed.append((now(), had))
            self._most = bool(there) and self._note_most(row, MOST * (there or 0))
        if row.canary_after is None and self._heard is not None:
            row.canary_after = self._after(self._heard)
            row.canary = Broadcast.Canary.HEARD
            Broadcast.objects.filter(pk=row.pk).update(
                canary_after=row.canary_after, canary=row.canary
            )

    def _note_most(self, row: Broadcast, most: float) -> bool:
        """Whether so many had it at some moment, which is then written."""
        moment = next((at for at, had in self._passed if had >= most), None)
        if moment is None:
            return False
        after = self._after(moment)
        later = Q(ninety_after=None) | Q(ninety_after__lt=after)
        Broadcast.objects.filter(later, pk=row.pk).update(ninety_after=after)
        return True

    def _after(self, moment: datetime) -> float:
        return max(0.0, (moment - self._since).total_seconds())


def _published(row: Broadcast) -> datetime:
    entry = None
    if row.nature != Broadcast.Nature.DIGEST:
        entry = reading.entry(row.seq)
    return entry.at if entry else row.asked_at
