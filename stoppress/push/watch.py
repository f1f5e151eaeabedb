"""The watch: whether the canary hears each broadcast, and the alarm when it does not.

The tail looks once a second at the broadcasts that the canary was not heard of yet. Who
changes a row from awaited to silent, by conditional update, raises the alarm: once for
each broadcast, whatever crashes and however many send. What a tail that stands still
cannot say of itself, the desk and the metrics find in the rows and on the wire: they ask
`alarm`, and need no process for it.
"""

from __future__ import annotations

import logging
import math
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from stoppress.lib.clock import iso, now
from stoppress.push import canary, webhook
from stoppress.push.ledger import Ledger
from stoppress.push.models import Broadcast
from stoppress.wire import reading

log = logging.getLogger(__name__)

# A canary that has heard nothing of a broadcast for so long is silent. It is told first,
# so this is a multiple of what a slow machine takes, and of one silence on the line.
SILENT_AFTER = timedelta(seconds=60)

LOOK = 1.0  # seconds between two looks

# Among so many broadcasts the newest that was heard or not is looked for.
BACK = 50

# The tail that tells followers (push/tail.py).
TAIL = "push"

State = Broadcast.Canary
Nature = Broadcast.Nature


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something keeps alerts from readers, or may. `untaken`: nobody has begun to tell
    followers; else the canary has not heard the broadcast."""

    post_id: int | None
    nature: str
    since: str  # ISO 8601
    untaken: bool


class Watch:
    """Looks now and then. Lives in the push tail's thread."""

    def __init__(self) -> None:
        self._looked = -math.inf

    def look(self) -> None:
        """Looks, unless that was done within the last second."""
        if time.monotonic() - self._looked >= LOOK:
            self._looked = time.monotonic()
            judge()


def judge() -> None:
    """Gives each broadcast that is awaited its verdict, if there is one."""
    for row in Broadcast.objects.filter(canary=State.AWAITED).order_by("seq"):
        verdict = _verdict(row)
        awaited = Broadcast.objects.filter(pk=row.pk, canary=State.AWAITED)
        if verdict and awaited.update(canary=verdict) and verdict == State.SILENT:
            _raise_alarm(row)


def alarm() -> Alarm | None:
    """What editors must know now: followers whom nobody tells, or the newest verdict if
    that is silence. A later broadcast that is heard ends it."""
    return _untaken() or _silence()


def _verdict(row: Broadcast) -> State | None:
    if not canary.reached_at():
        return State.OFF
    books = Ledger.of(row)
    if canary.NUMBER in books.refused | books.gone | books.missed:
        return State.SILENT
    if row.done_at is not None:
        return State.OFF  # a later one took its place, before or while it was sent
    return State.SILENT if now() - row.asked_at > SILENT_AFTER else None


def _raise_alarm(row: Broadcast) -> None:
    seconds = (now() - row.asked_at).total_seconds()
    log.error(
        "The canary is silent: it has not read %s, %.0f s after it was taken up. "
        "Followers may not be getting it either. Run: stoppress doctor",
        row,
        seconds,
    )
    webhook.tell(_said(row, seconds))


def _said(row: Broadcast, seconds: float) -> dict[str, Any]:
    """What the webhook is told. Nothing of any reader is in it."""
    return {
        "alarm": "canary-silent",
        "nature": row.nature,
        "post": row.post_id,
        "asked_at": iso(row.asked_at),
        "seconds": round(seconds),
    }


def _silence() -> Alarm | None:
    if not canary.reached_at():
        return None
    newest = Broadcast.objects.order_by("-pk")
    rows = newest.values_list("canary", "post_id", "nature", "asked_at")[:BACK]
    for state, post_id, nature, since in rows:
        if state == State.SILENT:
            return Alarm(post_id, nature, iso(since), untaken=False)
        if state == State.HEARD:
            break
    return None


def _untaken() -> Alarm | None:
    """An alert that the tail should have taken up long ago."""
    cursor = next((one for one in reading.cursors() if one.tail == TAIL), None)
    late = now() - SILENT_AFTER
    for entry in reading.after(cursor.seq if cursor else 0, limit=BACK):
        if entry.at <= late and entry.payload.get("push") and "post" in entry.payload:
            post_id = entry.payload["post"]["id"]
            return Alarm(post_id, entry.kind, iso(entry.at), untaken=True)
    return None
