"""The clock and how moments are written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from stoppress.lib import clock

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_the_clock_can_be_moved():
    """Whoever asks for the time gets the moved time, aware and in UTC."""
    with time_machine.travel(NOON, tick=False):
        assert clock.now() == NOON
        assert clock.now().tzinfo is UTC


def test_a_moment_is_written_in_utc_with_milliseconds():
    """A moment of another zone is written in UTC, with milliseconds and a Z."""
    minsk = timezone(timedelta(hours=3))
    moment = datetime(2026, 11, 24, 15, 0, 0, 123_987, tzinfo=minsk)
    assert clock.iso(moment) == "2026-11-24T12:00:00.123Z"


moments = st.datetimes(
    min_value=datetime(1605, 1, 2),  # noqa: DTZ001  hypothesis adds the zone
    max_value=datetime(9998, 1, 1),  # noqa: DTZ001
    timezones=st.timezones(),
)


@given(moments, moments)
def test_what_is_written_is_read_back_in_the_same_order(one, other):
    """A written moment reads back to its millisecond, and text order is time order."""
    assert timedelta(0) <= one - clock.parse(clock.iso(one)) < timedelta(milliseconds=1)
    if clock.iso(one) < clock.iso(other):
        assert one < other


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01T00:00:00Z"])
def test_what_is_no_moment_is_refused(text):
    """A text that is not ISO 8601 is a ValueError."""
    with pytest.raises(ValueError, match=r".+"):
        clock.parse(text)
