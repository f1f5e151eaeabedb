"""Reading the wire."""

from __future__ import annotations

import pytest

from stoppress.lib.clock import now
from stoppress.wire import reading
from stoppress.wire.models import Cursor, Entry, Parked
from tests.wire.following import entries

# What a stranger's Last-Event-ID may hold: more than the database's integer.
HUGE = 10**30


def test_an_empty_wire_begins_and_ends_at_nought(quick_wire):
    """Without an entry, head and oldest are 0 and nothing comes after anything."""
    assert (reading.head(), reading.oldest()) == (0, 0)
    assert reading.after(0) == reading.after(5) == []
    assert reading.entry(1) is None


def test_the_wire_is_read_from_a_place_on(quick_wire):
    """What comes after a number is everything above it, in order, up to the limit."""
    numbers = entries(7)
    assert (reading.oldest(), reading.head()) == (numbers[0], numbers[-1])
    assert [entry.seq for entry in reading.after(numbers[2])] == numbers[3:]
    assert [entry.seq for entry in reading.after(numbers[2], limit=2)] == numbers[3:5]
    assert reading.after(numbers[-1]) == []


def test_reading_on_from_the_last_reads_each_once(quick_wire):
    """Page by page, each entry comes exactly once."""
    numbers, seen = entries(11), [0]
    while page := reading.after(seen[-1], limit=3):
        seen += [entry.seq for entry in page]
    assert seen[1:] == numbers


def test_what_is_kept_begins_at_the_oldest(quick_wire):
    """When the first entries are gone, the oldest is the first that is left."""
    numbers = entries(4)
    Entry.objects.filter(seq__lte=numbers[1]).delete()
    assert reading.oldest() == numbers[2]
    assert [entry.seq for entry in reading.after(0)] == numbers[2:]


@pytest.mark.parametrize("seq", [HUGE, 2**63, 2**63 - 1])
def test_a_number_that_no_database_holds_is_only_a_late_one(quick_wire, seq):
    """After a number beyond all there is nothing, and it is no error."""
    entries(1)
    assert reading.after(seq) == []
    assert reading.entry(seq) is None


@pytest.mark.parametrize("seq", [-1, -HUGE])
def test_a_number_below_nought_is_the_beginning(quick_wire, seq):
    """After a number below all there is everything."""
    numbers = entries(2)
    assert [entry.seq for entry in reading.after(seq)] == numbers


def test_an_entry_is_found_by_its_number(quick_wire):
    """One entry is found by its number."""
    first, second = entries(2)
    found = reading.entry(second)
    assert found is not None
    assert found.payload == {"number": 1}
    assert reading.entry(first - 1) is None


def test_places_and_parked_entries_are_listed(quick_wire):
    """Whoever looks after the newsroom sees each tail's place and what was set aside."""
    for tail in ("push", "feeds"):
        Cursor.objects.create(tail=tail, seq=3)
        Parked.objects.create(tail=tail, seq=2, at=now(), error="Boom")
    assert [str(place) for place in reading.cursors()] == ["feeds at 3", "push at 3"]
    assert [row.tail for row in reading.parked("push")] == ["push"]
    assert len(reading.parked()) == 2
    assert str(reading.parked("push")[0]) == "push could not handle 2"
