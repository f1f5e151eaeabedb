"""A reader's own time: what their clock shows, whatever is done to it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stoppress.push import quiet
from stoppress.push.errors import BadRest
from stoppress.push.rest import MOST_A_DAY, Rest

ZONES = (
    "Europe/Minsk",
    "America/New_York",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Australia/Lord_Howe",
    "America/St_Johns",
    "UTC",
)
moments = st.datetimes(
    datetime(2011, 12, 1),  # noqa: DTZ001  as hypothesis wants it
    datetime(2040, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
zones = st.sampled_from(ZONES)
quarters = st.integers(0, 95).map(lambda number: number * quiet.QUARTER)


def at(moment: str, zone: str) -> int:
    return quiet.minute(zone, datetime.fromisoformat(moment))


@pytest.mark.parametrize(
    ("moment", "zone", "clock"),
    [
        ("2027-07-01T04:00Z", "Europe/Minsk", "07:00"),
        (
            "2010-07-01T04:00Z",
            "Europe/Minsk",
            "07:00",
        ),  # summer time, for the last time
        ("2010-12-01T04:00Z", "Europe/Minsk", "06:00"),
        ("2027-03-14T06:59Z", "America/New_York", "01:59"),
        ("2027-03-14T07:00Z", "America/New_York", "03:00"),
        ("2027-11-07T05:59Z", "America/New_York", "01:59"),
        ("2027-11-07T06:00Z", "America/New_York", "01:00"),
        ("2027-11-07T07:00Z", "America/New_York", "02:00"),
        ("2027-01-01T18:30Z", "Asia/Kolkata", "00:00"),
        ("2027-01-01T18:15Z", "Asia/Kathmandu", "00:00"),
        ("2011-12-30T09:59Z", "Pacific/Apia", "23:59"),  # then 30 December was left out
        ("2011-12-30T10:00Z", "Pacific/Apia", "00:00"),
        ("2027-01-01T11:00Z", "Pacific/Apia", "00:00"),
    ],
)
def test_the_clock_on_the_wall(moment, zone, clock):
    """What the reader's clock shows is right around each change of the clocks."""
    hour, minute = map(int, clock.split(":"))
    assert at(moment, zone) == hour * 60 + minute


def test_quiet_nights_are_as_long_as_the_clock_says():
    """Quiet from 22:00 to 7:00 in New York: eight hours in the spring night that loses
    one, ten in the autumn night that has one more, nine in any other."""

    def hours(noon: str) -> float:
        begin = datetime.fromisoformat(noon)
        step = timedelta(minutes=quiet.QUARTER)
        quarters = [begin + step * number for number in range(96)]
        shown = [quiet.minute("America/New_York", each) for each in quarters]
        return sum(quiet.within(each, 22 * 60, 7 * 60) for each in shown) / 4

    assert hours("2027-03-13T17:00Z") == 8
    assert hours("2027-11-06T16:00Z") == 10
    assert hours("2027-06-01T16:00Z") == 9


@given(st.integers(0, 1439), quarters, quarters)
def test_within_and_without_make_a_day(at, start, end):
    """Each minute is either in the quiet hours or in the others, never in both."""
    if start != end:
        assert quiet.within(at, start, end) != quiet.within(at, end, start)


@given(moments, zones)
def test_a_day_has_begun_and_lasts_a_day(moment, zone):
    """The day of alerts began at seven by the reader's clock, no more than a day and a
    turn of the clocks ago. (Where a date was left out of the calendar, two.)"""
    began = quiet.day_began(zone, moment)
    longest = timedelta(hours=49 if zone == "Pacific/Apia" else 26)
    assert timedelta() <= moment - began < longest
    assert began.astimezone(ZoneInfo(zone)).time() == quiet.MORNING


@given(moments, zones, quarters, quarters)
def test_rest_begins_and_ends_at_quarters(moment, zone, start, end):
    """Who rests is the same all through a quarter of an hour of UTC: that is why one
    look in a quarter is enough."""
    if start == end:
        return
    first = datetime.fromtimestamp(quiet.quarter(moment) * quiet.QUARTER * 60, UTC)
    last = first + timedelta(minutes=quiet.QUARTER, seconds=-1)
    rests = {
        quiet.within(quiet.minute(zone, each), start, end)
        for each in (first, moment, last)
    }
    assert len(rests) == 1
    assert quiet.day_began(zone, first) == quiet.day_began(zone, last)


@pytest.mark.parametrize(
    "name",
    [
        *("", "Mars/Base", "Europe", "../../etc/passwd", "/etc/passwd"),
        *("Europe/../UTC", "A" * 41, "Europe/Minsk\n", "Europe/Minsk\x00"),
        *("tzdata.zi", "leapseconds"),
    ],
)
def test_other_names_are_no_zones(name):
    """No path and no other file of this machine is taken for a time zone."""
    with pytest.raises(BadRest):
        quiet.zone(name)


@pytest.mark.parametrize(
    "given",
    [
        None,
        [],
        {},
        {"zone": "UTC", "from": 60, "to": None, "most": 0},
        {"zone": "UTC", "from": 60, "to": 60, "most": 0},
        {"zone": "UTC", "from": 61, "to": 120, "most": 0},
        {"zone": "UTC", "from": 1440, "to": 120, "most": 0},
        {"zone": "UTC", "from": -15, "to": 120, "most": 0},
        {"zone": "UTC", "from": True, "to": 120, "most": 0},
        {"zone": "UTC", "from": "60", "to": 120, "most": 0},
        {"zone": "UTC", "from": None, "to": None, "most": 4},
        {"zone": "UTC", "from": None, "to": None, "most": True},
        {"zone": "UTC", "from": None, "to": None, "most": [3]},
        {"zone": 7, "from": 60, "to": 120, "most": 0},
        {"zone": "Nowhere", "from": None, "to": None, "most": 3},
    ],
)
def test_rest_that_cannot_be_kept_is_refused(given):
    """Whatever a stranger sends that the page does not offer gets a sentence."""
    with pytest.raises(BadRest):
        Rest.read(given)


def test_the_zone_is_kept_only_where_it_is_needed():
    """Without quiet hours and a limit, where the reader lives is nobody's business."""
    off = {"zone": "Europe/Minsk", "from": None, "to": None, "most": 0}
    assert Rest.read(off) == Rest()
    for most in MOST_A_DAY[1:]:
        assert Rest.read({**off, "most": most}).zone == "Europe/Minsk"
