"""Dates that people and pages write, and which of them may be believed.

A date is never guessed. 07/08/2016 is the seventh of August to one reader and the eighth
of July to the next; it stays a stamp. A date without a clock time is a day and stays one:
inside it stands for noon in the newsroom's zone, so that no later change of the zone
makes another day of it.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from stoppress.intake import errors

# How far ahead of now a date may lie: further east the day has begun already.
MAX_AHEAD = timedelta(days=1)

# The first newspaper. What is older is a typing error, or zero in a database.
FIRST_YEAR = 1605

NOON = time(12)

# Within a day of a database's zero a page's date is a missing one.
EPOCH = date(1970, 1, 1)

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan января январь студзеня січня januar januari janvier enero gennaio",
            "february feb февраля февраль лютага лютого februar février febrero febbraio",
            "march mar марта март сакавіка березня märz mars marzo",
            "april apr апреля апрель красавіка квітня avril abril aprile",
            "may мая май травня mai mayo maggio",
            "june jun июня июнь чэрвеня червня juni juin junio giugno",
            "july jul июля июль ліпеня липня juli juillet julio luglio",
            "august aug августа август жніўня серпня août agosto",
            "september sep sept сентября сентябрь верасня вересня septembre septiembre",
            "october oct октября октябрь кастрычніка жовтня oktober octobre octubre",
            "november nov ноября ноябрь лістапада листопада novembre noviembre",
            "december dec декабря декабрь снежня грудня dezember décembre diciembre",
        ),
        start=1,
    )
    for name in names.split()
}

_ISO = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})"
    r"(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?\s*(Z|[+-]\d{2}:?\d{2})?)?"
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_NUMERIC = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})")
_DAY_FIRST = re.compile(
    r"\b(\d{1,2})(?:st|nd|rd|th|\.|º)?\s+(?:de\s+)?([^\W\d_]+)\.?,?\s+(?:de\s+)?(\d{4})\b"
)
_MONTH_FIRST = re.compile(r"\b([^\W\d_]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\b")


class Dated(NamedTuple):
    """A moment, aware; with `day_only` its clock time means nothing."""

    at: datetime
    day_only: bool


def published_on(value: str, *, now: datetime, zone: tzinfo) -> Dated:
    """What an editor gave as the publication date: `2006-01-25`, `2006-01-25T10:00`,
    the latter also with a zone; without one it is in the newsroom's `zone`.

    Raises NotADateError, AmbiguousDateError or FutureDateError.
    """
    text = value.strip()
    if _NUMERIC.fullmatch(text) and written_day(text) is None:
        raise errors.AmbiguousDateError(value=text)
    found = _ISO.fullmatch(text)
    if not found:
        reason = "it is not written as year-month-day"
        raise errors.NotADateError(value=text, reason=reason)
    try:
        dated = _not_ahead(_from_iso(found, zone), now, zone)
    except (ValueError, OverflowError) as wrong:
        raise errors.NotADateError(value=text, reason=str(wrong)) from None
    if dated.at.year < FIRST_YEAR:
        reason = f"there was no newspaper before {FIRST_YEAR}"
        raise errors.NotADateError(value=text, reason=reason)
    if dated.at > now + MAX_AHEAD:
        raise errors.FutureDateError(value=text)
    return dated


def machine_date(value: str, *, now: datetime, zone: tzinfo) -> Dated | None:
    """A date that a page gives to machines (ISO 8601); None when it is of another form,
    impossible, ahead of now, or a database's zero."""
    text = value.strip()
    found = _ISO.match(text) or _COMPACT.fullmatch(text)
    if not found:
        return None
    try:
        dated = _not_ahead(_from_iso(found, zone), now, zone)
    except (ValueError, OverflowError):
        return None
    day = dated.at.date()
    is_zero = abs(day - EPOCH) <= timedelta(days=1) or day.year < FIRST_YEAR
    return None if is_zero or dated.at > now + MAX_AHEAD else dated


def written_day(text: str) -> date | None:
    """The day in what a page shows to people, such as `Wednesday, 25 January 2006`; None
    when there is none or it can be read in two ways."""
    for pattern, order in (
        (_ISO, (1, 2, 3)),
        (_DAY_FIRST, (3, 2, 1)),
        (_MONTH_FIRST, (3, 1, 2)),
    ):
        found = pattern.search(text)
        if found:
            year, month, day = (found[place] for place in order)
            return _day(int(year), _month(month), int(day))
    return _numeric_day(text)


def _from_iso(found: re.Match[str], zone: tzinfo) -> Dated:
    parts = [*found.groups(), *[None] * 4][:7]
    year, month, day, hour, minute, second = (int(part or 0) for part in parts[:6])
    if parts[3] is None:
        at = datetime.combine(date(year, month, day), NOON, zone)
        return Dated(at.astimezone(UTC), day_only=True)
    own = _zone(parts[6]) or zone
    at = datetime(year, month, day, hour, minute, second, tzinfo=own)
    return Dated(at.astimezone(UTC), day_only=False)


def _not_ahead(dated: Dated, now: datetime, zone: tzinfo) -> Dated:
    """Today's day stands for now while it is not noon yet: else what comes in on the
    wire before noon would stand below it."""
    today = dated.at.astimezone(zone).date() == now.astimezone(zone).date()
    if dated.day_only and today:
        return Dated(min(dated.at, now), day_only=True)
    return dated


def _zone(text: str | None) -> tzinfo | None:
    if not text:
        return None
    if text == "Z":
        return UTC
    return datetime.strptime(text.replace(":", ""), "%z").tzinfo


def _numeric_day(text: str) -> date | None:
    """A numeric date whose day cannot be a month, such as 07/27/2016."""
    found = _NUMERIC.search(text)
    if not found or len(found[3]) != len("2016"):
        return None
    first, second, year = int(found[1]), int(found[2]), int(found[3])
    if "." in found[0] or first == second:  # with dots the day comes first everywhere
        return _day(year, second, first)
    either = [_day(year, first, second), _day(year, second, first)]
    possible = [day for day in either if day]
    return possible[0] if len(possible) == 1 else None


def _month(name: str) -> int:
    return int(name) if name.isdigit() else MONTHS.get(name.casefold(), 0)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
