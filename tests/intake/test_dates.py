"""Dates that editors give and that pages carry; none is ever guessed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stoppress.intake import errors
from stoppress.intake.dates import Dated, machine_date, published_on, written_day

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
MINSK = ZoneInfo("Europe/Minsk")


def on(value: str, zone: tzinfo = UTC) -> Dated:
    return published_on(value, now=NOW, zone=zone)


def test_a_day_is_a_day_and_stays_one_in_the_newsrooms_zone():
    """A date without a clock stands for noon where the newsroom is."""
    dated = on("2006-01-25", MINSK)
    assert dated == (datetime(2006, 1, 25, 12, tzinfo=MINSK).astimezone(UTC), True)
    assert dated.at.tzinfo is UTC


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2006-01-25T10:00", datetime(2006, 1, 25, 7, tzinfo=UTC)),
        ("2006-01-25 10:00:30", datetime(2006, 1, 25, 7, 0, 30, tzinfo=UTC)),
        ("2006-01-25T10:00Z", datetime(2006, 1, 25, 10, tzinfo=UTC)),
        ("2006-01-25T10:00+05:00", datetime(2006, 1, 25, 5, tzinfo=UTC)),
        (" 2006-01-25T10:00-0330 ", datetime(2006, 1, 25, 13, 30, tzinfo=UTC)),
    ],
)
def test_a_time_is_in_its_own_zone_or_the_newsrooms(value, moment):
    """A clock time is read in the zone it names, else in the newsroom's."""
    zone = ZoneInfo("Etc/GMT-3")
    assert on(value, zone) == (moment, False)


@pytest.mark.parametrize(
    "value", ["2006-02-30", "2006-13-01", "2006-01-25T25:00", "1204-01-01"]
)
def test_an_impossible_date_says_what_is_wrong(value):
    """A date that no calendar or no newspaper has is refused with the reason."""
    with pytest.raises(
        errors.NotADateError, match=r"must be in|out of range|no newspaper"
    ):
        on(value)


@pytest.mark.parametrize(
    "value", ["", "yesterday", "25 January 2006", "2006", "2006-1-25", "27/07/2016"]
)
def test_another_way_of_writing_is_answered_with_the_right_one(value):
    """What is not year-month-day is refused, and the message shows how to write it."""
    with pytest.raises(errors.NotADateError, match="Give it as 2006-01-25"):
        on(value)


@pytest.mark.parametrize("value", ["07/08/2016", "7/8/16", "07-08-2016"])
def test_a_date_with_two_meanings_is_not_guessed(value):
    """The seventh of August or the eighth of July: the editor must say."""
    with pytest.raises(errors.AmbiguousDateError, match="two different days"):
        on(value)


def test_tomorrow_is_refused_and_today_is_not_ahead_of_now():
    """Today's day is no later than now; what lies more than a day ahead is refused."""
    assert on("2026-11-24") == (NOW, True)
    assert on("2026-11-25T09:00Z").at == datetime(2026, 11, 25, 9, tzinfo=UTC)
    with pytest.raises(errors.FutureDateError, match="has not come yet"):
        on("2026-11-25T09:31Z")
    with pytest.raises(errors.FutureDateError):
        on("2027-01-25")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2024-03-07T09:30:00+01:00", datetime(2024, 3, 7, 8, 30, tzinfo=UTC)),
        ("2024-03-07T09:30:00.123Z", datetime(2024, 3, 7, 9, 30, tzinfo=UTC)),
        ("2024-03-07", datetime(2024, 3, 7, 12, tzinfo=UTC)),
        ("20240307", datetime(2024, 3, 7, 12, tzinfo=UTC)),
        ("1970-01-01T00:00:00Z", None),
        ("0001-01-01T00:00:00", None),
        ("2999-01-01", None),
        ("2024-02-31", None),
        ("7 March 2024", None),
        ("", None),
    ],
)
def test_a_pages_date_for_machines_is_read_or_left(value, expected):
    """ISO dates are read; a database's zero, the future and other forms are not."""
    dated = machine_date(value, now=NOW, zone=UTC)
    assert (dated.at if dated else None) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Wednesday, 25 January 2006, 16:24 GMT", date(2006, 1, 25)),
        ("Jan. 25, 2006", date(2006, 1, 25)),
        ("January 25th 2006", date(2006, 1, 25)),
        ("25 января 2006 года", date(2006, 1, 25)),
        ("3. März 2011", date(2011, 3, 3)),
        ("le 3 mars 2011 à 10h05", date(2011, 3, 3)),
        ("12 de marzo de 2011", date(2011, 3, 12)),
        ("2006-01-25 10:00", date(2006, 1, 25)),
        ("07/27/2016", date(2016, 7, 27)),
        ("27/07/2016", date(2016, 7, 27)),
        ("07.08.2016", date(2016, 8, 7)),
        ("07/08/2016", None),
        ("31 February 2006", None),
        ("25 Smarch 2006", None),
        ("at noon", None),
    ],
)
def test_a_day_shown_to_people_is_read_only_where_it_has_one_meaning(text, expected):
    """Written dates of several languages are read, ambiguous and impossible ones not."""
    assert written_day(text) == expected


@given(st.dates(date(1700, 1, 1), date(2026, 11, 1)), st.times())
def test_every_moment_of_the_past_comes_back(day, clock):
    """A moment written as ISO 8601 is read as that moment, to the second."""
    moment = datetime.combine(day, clock.replace(microsecond=0), UTC)
    assert on(moment.isoformat()) == (moment, False)


@given(
    st.dates(date(1700, 1, 1), date(2026, 11, 1)),
    st.sampled_from(["Asia/Tokyo", "America/Lima", "UTC"]),
)
def test_every_day_is_the_same_day_in_the_newsroom(day, zone):
    """A day given is the day that the newsroom's readers will see."""
    dated = on(day.isoformat(), ZoneInfo(zone))
    assert dated.at.astimezone(ZoneInfo(zone)).date() == day


@given(st.text(max_size=40))
def test_no_text_is_anything_but_a_date_or_a_named_error(text):
    """Whatever is typed, the answer is a date of the past or an error in words."""
    try:
        assert on(text).at <= NOW + timedelta(days=1)
    except errors.IntakeError as error:
        assert str(error)  # noqa: PT017
