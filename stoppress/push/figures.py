"""How a broadcast went: seconds from its publishing until nine in ten had it, and until
the canary had read it.

They are worked out in memory from what is entered into the ledger anyway, and written into
the row with it. Publishing is the moment of the wire's entry, so what a tail that was
away has cost is in them; a digest was asked for by no entry, and counts from when it was
due.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stoppress.lib.clock import now
from stoppress.push import canary
from stoppress.push.models import Broadcast
from stoppress.wire import reading

if TYPE_CHECKING:
    from datetime import datetime

    from pyroaring import BitMap

    from stoppress.push.ledger import Ledger

# The part of those who can be told that stands for the crowd: the last ones wait for
# whichever push service has troubles today.
MOST = 0.9


class Figures:
    """One broadcast's, in memory until they are known and written."""

    def __init__(self, row: Broadcast, everyone: BitMap) -> None:
        """`everyone`: whom it is for."""
        self._readers = canary.readers(everyone)
        self._since = _published(row)
        self._heard: datetime | None = None

    def heard(self, moment: datetime | None) -> None:
        """The canary had read it by then."""
        self._heard = moment

    def write(self, row: Broadcast, ledger: Ledger) -> None:
        """Writes what is known by now and was not, in the caller's transaction."""
        news: dict[str, Any] = {}
        if row.ninety_after is None and self._most_have_it(ledger):
            news["ninety_after"] = self._after(now())
        if row.canary_after is None and self._heard is not None:
            news["canary_after"] = self._after(self._heard)
            news["canary"] = Broadcast.Canary.HEARD
        if news:
            Broadcast.objects.filter(pk=row.pk).update(**news)
            for name, value in news.items():
                setattr(row, name, value)

    def _most_have_it(self, ledger: Ledger) -> bool:
        # Whoever is gone could not be told by anybody.
        there = self._readers - canary.readers(ledger.gone)
        return there > 0 and canary.readers(ledger.handed) >= MOST * there

    def _after(self, moment: datetime) -> float:
        return max(0.0, (moment - self._since).total_seconds())


def _published(row: Broadcast) -> datetime:
    entry = None
    if row.nature != Broadcast.Nature.DIGEST:
        entry = reading.entry(row.seq)
    return entry.at if entry else row.asked_at
