"""Sealed subscriptions are found by number, however the numbers lie."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from stoppress.lib.clock import now
from stoppress.push import canary, directory
from stoppress.push.models import Follower

pytestmark = pytest.mark.django_db

COUNT = 300


@pytest.fixture(autouse=True)
def enrolled(db: None) -> None:
    """Followers with the numbers from 1 to COUNT, but for each tenth."""
    Follower.objects.bulk_create(
        Follower(
            pk=number,
            address=f"{number:064}",
            sealed=str(number).encode(),
            vapid=f"k{number % 3}",
            since=now(),
            seen_at=now(),
        )
        for number in range(1, COUNT + 1)
        if number % 10
    )


def _asked(followers: BitMap) -> tuple[dict[int, tuple[bytes, str]], str]:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        found = directory.sealed(followers)
    [query] = queries.captured_queries
    return found, query["sql"]


@given(st.sets(st.integers(1, COUNT + 50), min_size=1))
def test_each_has_its_own_subscription(numbers: set[int]) -> None:
    """Whoever is there is found with its own row, and who is no more is missing, for any
    set of numbers."""
    found = directory.sealed(BitMap(numbers))
    there = {number for number in numbers if number % 10 and number <= COUNT}
    assert there <= found.keys()
    assert not (numbers - there) & found.keys()
    for number, row in found.items():
        assert row == (str(number).encode(), f"k{number % 3}")


def test_runs_are_read_as_stretches() -> None:
    """Those who stand together are asked for by their first and last number."""
    found, sql = _asked(BitMap([*range(1, 120), *range(200, 290)]))
    assert sql.count("BETWEEN") == 2
    assert len(found) == 119 - 11 + 90 - 9


@pytest.mark.parametrize("step", [5, 20])
def test_scattered_numbers_are_named(step: int) -> None:
    """Stretches that would read much more than is asked for are not read."""
    found, sql = _asked(BitMap(range(1, COUNT, step)))
    assert "BETWEEN" not in sql
    assert found.keys() == {each for each in range(1, COUNT, step) if each % 10}


def test_the_canary_has_no_row() -> None:
    """Its subscription is made, beside those that were looked up."""
    found = directory.sealed(BitMap([canary.NUMBER, 1, 2]))
    assert found.keys() == {canary.NUMBER, 1, 2}


def test_nobody_is_asked_for() -> None:
    """Without followers the database is not asked."""
    with CaptureQueriesContext(connection) as queries:
        assert directory.sealed(BitMap()) == {}
    assert not queries.captured_queries
