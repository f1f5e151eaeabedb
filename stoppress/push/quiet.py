"""A reader's own time: quiet hours, and where their day begins.

The theory. Quiet hours are two times of a clock on a wall, not two moments: "22:00 to
7:00" stays so when the clocks change, in a zone that nobody at the newsroom has heard of.
So the zone's name and minutes after midnight are kept, never an offset from UTC, and what
the reader's clock shows is asked of the moment. That answer always exists, once; the way
back, from a clock's time to a moment, does not when clocks are turned.

Every clock in use shows whole quarters of an hour when UTC does (Nepal is 5:45 ahead), and
quiet hours begin and end at quarters. So who rests changes at quarters only.
"""

from __future__ import annotations

import functools
import re
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from stoppress.push.errors import BadRest

QUARTER = 15  # minutes
DAY = 24 * 60  # minutes
ONE_DAY = timedelta(days=1)

# A reader's day of alerts begins here, not at midnight: what was too much for one day
# comes as a digest when the next begins, and must not wake them. No zone turns its clocks
# at this hour.
MORNING = time(7)

# An IANA name is short, and a path below a folder of this machine.
MAX_NAME = 40
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}\Z")


def zone(name: str) -> ZoneInfo:
    """The zone of this IANA name. BadRest when there is none."""
    if len(name) > MAX_NAME or not _NAME.match(name):
        raise BadRest("This is not the name of a time zone.")
    try:
        return _zone(name)
    except (KeyError, OSError, ValueError) as error:
        raise BadRest(
            f"This site does not know the time zone {name}. Its operator can renew the "
            "machine's time zones (the package tzdata)."
        ) from error


def minute(name: str, moment: datetime) -> int:
    """What the clock of this zone shows at the moment, in minutes after midnight."""
    local = moment.astimezone(zone(name))
    return local.hour * 60 + local.minute


def within(at: int, start: int, end: int) -> bool:
    """Whether the minute `at` lies from `start` until before `end`, past midnight when
    `end` is the smaller."""
    return start <= at < end if start < end else at >= start or at < end


def day_began(name: str, moment: datetime) -> datetime:
    """When the day of alerts that this moment belongs to began in this zone."""
    there = zone(name)
    local = moment.astimezone(there)
    day = local.date()
    if local.time() < MORNING:
        day -= timedelta(days=1)
    return datetime.combine(day, MORNING, there).astimezone(UTC)


def quarter(moment: datetime) -> int:
    """The number of the quarter of an hour that the moment lies in."""
    return int(moment.timestamp()) // (QUARTER * 60)


@functools.cache
def _zone(name: str) -> ZoneInfo:
    # No file is read twice, and there are some 600 names that can come this far.
    return ZoneInfo(name)
