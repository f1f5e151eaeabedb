"""Whoever was not seen for a long time is let go.

Seen is who visited, and whose push service took a message. The first stands in the
follower's row. The second is written for nobody, for that would be a million writes an
alert; the ledgers say it, and a look takes whoever stands in one out of the silent.

Silence means something only where somebody spoke: a newsroom that has had nothing taken by
any push service in all that time lets nobody go. Nor is anybody let go while a broadcast is
under way, which may be the first that they hear of in a year.

A look goes over all followers in small steps, each a short query, so that nothing has to
wait for it.
"""

from __future__ import annotations

import logging
import time
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from pyroaring import BitMap

from stoppress.lib.clock import now
from stoppress.push import canary
from stoppress.push.ledger import bits, ledgers
from stoppress.push.models import Broadcast, Follower

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

log = logging.getLogger(__name__)

# Between two looks, and before the first of a process that has just started.
LOOK_EVERY = 24 * 3600.0  # seconds
FIRST_LOOK = 600.0  # seconds

# Between two steps, so that a look of a million takes some minutes and is not felt.
STEP_EVERY = 1.0  # seconds

# What is done in one step: rows read, books read, followers let go.
LOOKED_AT = 10_000
BOOKS = 50
LET_GO = 500


class Silence:
    """Looks after those who are silent. Lives in the push tail's thread."""

    def __init__(self) -> None:
        self._steps: Iterator[int] | None = None
        self._due = time.monotonic() + FIRST_LOOK

    def work(self) -> None:
        """One step, when it is time for one."""
        if time.monotonic() < self._due:
            return
        self._steps = self._steps or look()
        more = next(self._steps, None) is not None
        if not more:
            self._steps = None
        self._due = time.monotonic() + (STEP_EVERY if more else LOOK_EVERY)


def look() -> Iterator[int]:
    """Lets the silent go, step by step; each step yields how many it let go."""
    days = settings.PUSH_SILENT_DAYS
    if not days:
        return
    since = now() - timedelta(days=days)
    silent = BitMap()
    for some in _not_here(since):
        silent |= some
        yield 0
    heard = _Heard(since)
    gone = 0
    while silent:
        # What is under way is waited for: its books are read once, when they are whole.
        if Broadcast.objects.filter(done_at=None).exists() or heard.reads(silent):
            yield 0
            continue
        if not heard.anybody:
            break
        some = silent[:LET_GO]
        silent -= some
        count = _let_go(some, since)
        gone += count
        yield count
    if gone:
        log.info("%d followers were let go: not seen for %d days.", gone, days)


class _Heard:
    """Reads the books since then, and strikes whoever stands in one out of the silent."""

    def __init__(self, since: datetime) -> None:
        self._since = since
        self._last = 0
        self.anybody = False

    def reads(self, silent: BitMap) -> bool:
        """Reads a few books; False when there are no more."""
        rows = Broadcast.objects.filter(pk__gt=self._last, asked_at__gte=self._since)
        found = list(rows.order_by("pk").only("pk", "waiting")[:BOOKS])
        books = ledgers(found)
        for row in found:
            self._last = row.pk
            handed = books[row.pk].handed
            self.anybody |= canary.readers(handed) > 0
            silent -= handed
            silent -= bits(row.waiting)
        return bool(found)


def _not_here(since: datetime) -> Iterator[BitMap]:
    """Those who have not visited since then, block by block."""
    last = 0
    rows = Follower.objects.order_by("pk").values_list("pk", "seen_at")
    while block := list(rows.filter(pk__gt=last)[:LOOKED_AT]):
        last = block[-1][0]
        yield BitMap(pk for pk, seen_at in block if seen_at < since)


def _let_go(some: BitMap, since: datetime) -> int:
    """Removes them, unless they have visited meanwhile."""
    rows = Follower.objects.filter(pk__in=list(some), seen_at__lt=since)
    count = rows.count()
    rows.delete()
    return count
