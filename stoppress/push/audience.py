"""Who is meant: everyone who follows any of an entry's topics, each once, but for those
who muted this story and follow everything, its section or people whom it names; and who of
them rests, so that an alert waits for them.

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

from django.db.models import Exists, F, OuterRef, Q
from pyroaring import BitMap

from stoppress.lib.clock import now
from stoppress.posts.addresses import story_path
from stoppress.protocols.mercure_topics import EVERYTHING
from stoppress.push import canary, quiet
from stoppress.push.errors import BadRest
from stoppress.push.ledger import bits, ledgers, stored
from stoppress.push.models import Broadcast, Follow, Follower, Mute

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from stoppress.push.ledger import Ledger

Answer = TypeVar("Answer")

log = logging.getLogger(__name__)

# Rows fetched at once: bounds memory with a million followers.
CHUNK = 10_000

# Followers asked after by number at once.
ASKED_AT_ONCE = 1_000

Nature = Broadcast.Nature

# What counts as an alert that someone had: a digest brings what was no alert.
ALERTS = (Nature.ALERT, Nature.URGENT)


def followers_of(topics: Sequence[str], *, key_event: bool) -> BitMap:
    """The ids of all who are told of a post with these topics."""
    return _who(wanting(topics, key_event=key_event))


def wanting(
    topics: Sequence[str], *, key_event: bool, through: int | None = None
) -> QuerySet[Follow]:
    """The follows by which someone is told of a post with these topics: any but that of its
    story not where the story is muted. `through`: up to this number; who comes later was
    not meant."""
    rows = Follow.objects.filter(topic__in=[*topics, EVERYTHING]).order_by()
    muted = Mute.objects.filter(topic__in=topics, follower=OuterRef("follower"))
    story = [topic for topic in topics if topic.startswith(story_path(""))]
    rows = rows.filter(Q(topic__in=story) | ~Exists(muted))
    if not key_event:
        rows = rows.filter(key_only=False)
    if through is not None:
        rows = rows.filter(pk__lte=through)
    return rows


def awaits_canary(broadcast: Broadcast) -> bool:
    """Whether the canary is to be told as well."""
    return broadcast.canary != Broadcast.Canary.OFF and bool(canary.reached_at())


def wanting_of(broadcast: Broadcast) -> QuerySet[Follow]:
    """The follows by which someone is told of this alert."""
    return wanting(
        broadcast.topics, key_event=broadcast.key_event, through=broadcast.through
    )


def is_named(broadcast: Broadcast) -> bool:
    """Whether it is for those that it names, and not for whoever follows its topics."""
    return broadcast.nature != Nature.ALERT or bool(broadcast.named)


def held_back(broadcast: Broadcast) -> BitMap:
    """Of an alert, who is held back from it. When it is taken up for the first time, this
    is found out and written down, in a transaction of its own."""
    if broadcast.nature != Nature.ALERT:
        return BitMap()
    if not (broadcast.urgent or broadcast.sifted):
        _sift(broadcast)
    return BitMap() if broadcast.urgent else bits(broadcast.held)


def audience(broadcast: Broadcast) -> BitMap:
    """Whom the broadcast is for, resting or not."""
    if is_named(broadcast):
        return bits(broadcast.named)
    return _who(wanting_of(broadcast))


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


def _sift(row: Broadcast) -> None:
    """Notes who is held back, unless it has just become urgent. Whoever comes second
    takes what the first has found."""
    held = _meant_of(row, resting(now()))
    unsifted = Broadcast.objects.filter(pk=row.pk, sifted=False, urgent=False)
    written = unsifted.update(
        sifted=True, held=stored(held), waiting=stored(held), waits=bool(held)
    )
    if written and held:
        log.info("%s: %d of its followers rest now.", row, len(held))
    row.refresh_from_db(fields=["urgent", "sifted", "held", "waiting", "waits"])


def _meant_of(row: Broadcast, some: BitMap) -> BitMap:
    """Who of them the broadcast is for: asked for them alone, as its whole audience may
    be a million when a hundred rest."""
    if is_named(row):
        return bits(row.named) & some
    found = BitMap()
    for start in range(0, len(some), ASKED_AT_ONCE):
        ids = list(some[start : start + ASKED_AT_ONCE])
        found |= _who(wanting_of(row).filter(follower__in=ids))
    return found


def _alerts(*, since: datetime) -> list[tuple[datetime, BitMap]]:
    """The alerts since then, each with those who have it, or are about to."""
    rows = list(Broadcast.objects.filter(nature__in=ALERTS, asked_at__gte=since))
    books = ledgers(rows)
    return [(row.asked_at, _having(row, books[row.pk])) for row in rows]


def _having(row: Broadcast, books: Ledger) -> BitMap:
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


def _who(rows: QuerySet[Follow]) -> BitMap:
    return _ids(rows.values_list("follower_id", flat=True))


def _ids(rows: QuerySet[Follow, int] | QuerySet[Follower, int]) -> BitMap:
    return BitMap(rows.order_by().iterator(chunk_size=CHUNK))
