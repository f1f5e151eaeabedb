"""Who is meant: everyone who follows any of an entry's topics, each once; and who of them
rests, so that an alert waits for them.

Who is held back is found out once for each alert, as its sending begins, and written down
before the first letter goes. A process that comes after a crash reads it: asked again at
another hour, the answer would be another, and someone would be told twice, or never.

How many alerts someone had today is kept nowhere. The ledgers say it: a bitmap of those
who had at least one, at least two, at least three, is a few operations on the bitmaps of
a day's alerts, for everybody at once.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from typing import TYPE_CHECKING, TypeVar

from django.db.models import F, Q
from pyroaring import BitMap

from stoppress.lib.clock import now
from stoppress.protocols.mercure_topics import EVERYTHING
from stoppress.push import canary, quiet
from stoppress.push.errors import BadRest
from stoppress.push.ledger import Ledger, bits, stored
from stoppress.push.models import Broadcast, Follow, Follower

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

Answer = TypeVar("Answer")

log = logging.getLogger(__name__)

# Rows fetched at once: bounds memory with a million followers.
CHUNK = 10_000

Nature = Broadcast.Nature

# What counts as an alert that someone had: a digest brings what was no alert.
ALERTS = (Nature.ALERT, Nature.URGENT)


def followers_of(
    topics: Sequence[str], *, key_event: bool, through: int | None = None
) -> BitMap:
    """The ids of all who are told of a post with these topics. `through`: by a follow
    up to this number; who comes later was not meant."""
    rows = Follow.objects.filter(topic__in=[*topics, EVERYTHING])
    if not key_event:
        rows = rows.filter(key_only=False)
    if through is not None:
        rows = rows.filter(pk__lte=through)
    return _ids(rows.values_list("follower_id", flat=True))


def meant(broadcast: Broadcast) -> BitMap:
    """The ids of all whom the broadcast is for now, and the canary's. Of an alert that is
    taken up for the first time, who is held back is written down, in a transaction of
    its own."""
    found = _meant(broadcast)
    if broadcast.canary != Broadcast.Canary.OFF and canary.reached_at():
        found.add(canary.NUMBER)
    return found


def _meant(broadcast: Broadcast) -> BitMap:
    everyone = audience(broadcast)
    if broadcast.nature != Nature.ALERT or broadcast.urgent:
        return everyone
    if not broadcast.sifted:
        _sift(broadcast, everyone)
    return everyone - bits(broadcast.held)


def audience(broadcast: Broadcast) -> BitMap:
    """Whom the broadcast is for, resting or not."""
    if broadcast.nature != Nature.ALERT or broadcast.named:
        return bits(broadcast.named)
    return followers_of(
        broadcast.topics, key_event=broadcast.key_event, through=broadcast.through
    )


def resting(moment: datetime) -> BitMap:
    """Who is not to be alerted at this moment: by the hour, or having had enough."""
    return in_quiet_hours(moment) | had_enough(moment)


def in_quiet_hours(moment: datetime) -> BitMap:
    """Those in whose quiet hours the moment lies."""
    rows = Follower.objects.filter(quiet_from__isnull=False)
    found = BitMap()
    for at, zones in _zones(rows, lambda zone: quiet.minute(zone, moment)).items():
        by_day = Q(quiet_from__lt=F("quiet_to"), quiet_from__lte=at, quiet_to__gt=at)
        by_night = Q(quiet_from__gt=F("quiet_to")) & (
            Q(quiet_from__lte=at) | Q(quiet_to__gt=at)
        )
        some = rows.filter(by_day | by_night, zone__in=zones)
        found |= _ids(some.values_list("pk", flat=True))
    return found


def had_enough(moment: datetime) -> BitMap:
    """Those who had as many alerts in this day of theirs as they want."""
    rows = Follower.objects.filter(most_a_day__gt=0)
    limits = sorted(rows.values_list("most_a_day", flat=True).distinct().order_by())
    days = _zones(rows, lambda zone: quiet.day_began(zone, moment))
    found = BitMap()
    alerts = _alerts(since=min(days)) if days else []
    for began, zones in days.items():
        had = at_least(limits[-1], [told for at, told in alerts if at >= began])
        for most in limits:
            if had[most - 1]:
                some = rows.filter(zone__in=zones, most_a_day=most)
                found |= had[most - 1] & _ids(some.values_list("pk", flat=True))
    return found


def had_today(moment: datetime) -> list[BitMap]:
    """Who had at least one, two, three alerts in the last 24 hours."""
    begun = moment - quiet.ONE_DAY
    return at_least(3, [told for _, told in _alerts(since=begun)])


def at_least(most: int, books: Iterable[BitMap]) -> list[BitMap]:
    """Who is in at least one of the bitmaps, in at least two, up to `most`."""
    had = [BitMap() for _ in range(most)]
    for told in books:
        for number in range(most - 1, 0, -1):
            had[number] |= had[number - 1] & told
        if had:
            had[0] |= told
    return had


def _sift(row: Broadcast, everyone: BitMap) -> None:
    """Notes who is held back. Whoever comes second takes what the first has found."""
    held = everyone & resting(now())
    written = Broadcast.objects.filter(pk=row.pk, sifted=False).update(
        sifted=True, held=stored(held), waiting=stored(held), waits=bool(held)
    )
    if written and held:
        log.info("%s: %d of %d followers rest now.", row, len(held), len(everyone))
    row.refresh_from_db(fields=["sifted", "held", "waiting", "waits"])


def _alerts(*, since: datetime) -> list[tuple[datetime, BitMap]]:
    """The alerts since then, each with those who have it, or are about to."""
    rows = Broadcast.objects.filter(nature__in=ALERTS, asked_at__gte=since)
    return [(row.asked_at, _having(row)) for row in rows]


def _having(row: Broadcast) -> BitMap:
    books = Ledger.of(row)
    if row.done_at is not None:
        return books.told
    if row.nature == Nature.ALERT and not (row.sifted or row.urgent):
        return BitMap()  # it is this one that is being taken up, or one after it
    return (audience(row) - bits(row.held) - books.settled) | books.told


def _zones(
    rows: QuerySet[Follower], ask: Callable[[str], Answer]
) -> dict[Answer, list[str]]:
    """The zones of these followers, by what is the same in them: some 400 zones show no
    more than 40 times. A zone that this machine has lost since is left out: better told
    by night than never."""
    found: dict[Answer, list[str]] = defaultdict(list)
    for zone in rows.values_list("zone", flat=True).distinct().order_by():
        try:
            found[ask(zone)].append(zone)
        except BadRest as error:
            log.warning("%s", error)
    return found


def _ids(rows: QuerySet[Follow, int] | QuerySet[Follower, int]) -> BitMap:
    return BitMap(rows.order_by().iterator(chunk_size=CHUNK))
