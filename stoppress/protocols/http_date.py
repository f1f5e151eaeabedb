"""Dates in HTTP headers (RFC 9110 section 5.6.7), in all three forms.

The standard library's reader is for mail: it takes much that is no HTTP date, and pulls in
the socket module.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

_MONTH_NAMES = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_TIME = r"(?P<h>\d\d):(?P<m>\d\d):(?P<s>[0-5]\d|60)"
_MONTH = rf"(?P<month>{_MONTH_NAMES})"
_SHORT = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_LONG = "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_FORMS = [
    re.compile(form, re.ASCII)
    for form in (
        rf"{_SHORT}, (?P<day>\d\d) {_MONTH} (?P<year>\d{{4}}) {_TIME} GMT",
        rf"{_LONG}, (?P<day>\d\d)-{_MONTH}-(?P<year>\d\d) {_TIME} GMT",
        rf"{_SHORT} {_MONTH} (?P<day>[ \d]\d) {_TIME} (?P<year>\d{{4}})",
    )
]
_CENTURY = 100
_AHEAD_AT_MOST = 50  # years: a two-digit year further ahead means the last century
_LAST_SECOND = 59


def seconds(text: str, now: int) -> int | None:
    """The date in seconds since 1970, or None when `text` is not an HTTP date.

    `now` (seconds since 1970) decides the century of the old form with two-digit years.
    A leap second counts as the second before it.
    """
    found = next((match for form in _FORMS if (match := form.fullmatch(text))), None)
    if found is None:
        return None
    year = int(found["year"])
    if len(found["year"]) == 2:  # noqa: PLR2004 - the old form
        this_year = datetime.fromtimestamp(now, UTC).year
        year += this_year - this_year % _CENTURY
        if year > this_year + _AHEAD_AT_MOST:
            year -= _CENTURY
    clock = (int(found["h"]), int(found["m"]), min(int(found["s"]), _LAST_SECOND))
    month = _MONTH_NAMES.index(found["month"]) // 4 + 1
    try:
        moment = datetime(year, month, int(found["day"]), *clock, tzinfo=UTC)
    except ValueError:  # the 31st of June
        return None
    return int(moment.timestamp())
