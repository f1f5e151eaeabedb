"""Dates of HTTP in their three forms."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stoppress.protocols.http_date import seconds

NOW = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp())
moments = st.integers(631152000, 3345062399).map(  # 1990 to 2075
    lambda moment: datetime.fromtimestamp(moment, UTC)
)


@pytest.mark.parametrize(
    "text",
    [
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
    ],
)
def test_the_standards_example(text):
    """RFC 9110 5.6.7: the same moment in all three forms."""
    assert seconds(text, NOW) == 784111777


@given(moments)
def test_all_moments_in_all_forms(moment):
    """Every moment of these decades is read from every form."""
    expected = int(moment.timestamp())
    assert seconds(moment.strftime("%a, %d %b %Y %H:%M:%S GMT"), NOW) == expected
    assert seconds(moment.strftime("%A, %d-%b-%y %H:%M:%S GMT"), NOW) == expected
    assert seconds(moment.strftime("%a %b %e %H:%M:%S %Y"), NOW) == expected


def test_two_digit_years():
    """A year more than fifty years ahead means the century before."""
    assert seconds("Friday, 01-Jan-76 00:00:00 GMT", NOW) == 3345062400  # 2076
    assert seconds("Saturday, 01-Jan-77 00:00:00 GMT", NOW) == 220924800  # 1977


def test_a_leap_second():
    """A leap second is read, as the second before it."""
    leap = seconds("Sat, 31 Dec 2016 23:59:60 GMT", NOW)
    assert leap == seconds("Sat, 31 Dec 2016 23:59:59 GMT", NOW)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "120",
        "Sun, 06 Nov 1994 08:49:37",
        "Sun, 06 Nov 1994 08:49:37 CET",
        "Sun, 06 Nov 1994 08:49:37 GMT ",
        "sun, 06 nov 1994 08:49:37 gmt",
        "Sun, 6 Nov 1994 08:49:37 GMT",
        "Sun, 31 Jun 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:00:00 GMT",
        "Sun, 06 Nov 1994 08:49:61 GMT",
        "Sun, 06 Nov 0000 08:49:37 GMT",
        "Sun, ٠٦ Nov 1994 08:49:37 GMT",
        "1994-11-06T08:49:37Z",
    ],
)
def test_what_is_no_date(text):
    """Other texts, and days that never were, are no date."""
    assert seconds(text, NOW) is None


@given(st.text())
def test_any_text(text):
    """No text makes the reader fail."""
    seconds(text, NOW)
