"""How often a broadcast's notices were pressed, and by nobody in particular.

An alert brings thousands within a minute, and each click would be a write beside the
broadcast that is still being sent. So they are added up in memory and written together;
what a killed process had not written yet is lost. It is an estimate all the same: a
browser may keep its word to itself, and a stranger may say what is not so. The number
stays within what can be: a click counts for COUNTED_FOR, from one network only so fast
(push/requests.py), and no more are shown than were told (push/queries.py).
"""

from __future__ import annotations

import logging
import threading
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import DatabaseError, connection
from django.db.models import F

from stoppress.lib.clock import now
from stoppress.lib.transactions import atomic
from stoppress.push.models import Broadcast, Clicks

if TYPE_CHECKING:
    from collections.abc import Iterable

log = logging.getLogger(__name__)

# Between a click and the write that holds it.
WRITE_AFTER = 2.0  # seconds

# A push service keeps an alert for a day, and a desktop leaves it standing as long as its
# reader does; after this nobody's click is about the news.
COUNTED_FOR = timedelta(days=3)

# Broadcasts added up at once. Stops a stranger who makes numbers up from filling the
# memory; a newsroom has a few alerts an hour.
AT_ONCE = 1_000


class Adding:
    """Clicks that are not written yet. Safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counted: Counter[int] = Counter()
        self._timer: threading.Timer | None = None

    def count(self, broadcast: int) -> None:
        """One more; it is written within WRITE_AFTER."""
        with self._lock:
            if len(self._counted) >= AT_ONCE and broadcast not in self._counted:
                return
            self._counted[broadcast] += 1
            if self._timer is None:
                self._timer = threading.Timer(WRITE_AFTER, self._due)
                self._timer.daemon = True
                self._timer.start()

    def write(self) -> None:
        """Writes what was counted. What the database does not take is not counted."""
        with self._lock:
            counted, self._counted, self._timer = self._counted, Counter(), None
        fresh = Broadcast.objects.filter(asked_at__gte=now() - COUNTED_FOR)
        with atomic():
            known = fresh.filter(pk__in=counted).order_by("pk")
            for number in list(known.values_list("pk", flat=True)):
                Clicks.objects.get_or_create(broadcast_id=number)
                row = Clicks.objects.filter(broadcast_id=number)
                row.update(count=F("count") + counted[number])

    def _due(self) -> None:
        try:
            self.write()
        except DatabaseError as error:
            log.warning("Some clicks on notices were not counted: %s", error)
        finally:
            connection.close()


COUNTER = Adding()


def counted(broadcasts: Iterable[int]) -> dict[int, int]:
    """The clicks on these broadcasts, by their numbers; where there are none, nothing."""
    rows = Clicks.objects.filter(broadcast__in=broadcasts)
    return dict(rows.values_list("broadcast_id", "count"))
