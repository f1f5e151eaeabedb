"""Back-off and parking: one bad entry never keeps the others from the readers."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime

import pytest
import time_machine

from stoppress.wire import reading
from stoppress.wire.errors import NotParked
from stoppress.wire.models import Entry, Parked
from stoppress.wire.tail import BACK_OFF, MAX_ERROR, retry
from tests.support.threads import at_once
from tests.wire.following import (
    Failing,
    Pauses,
    Recorder,
    a_follower,
    an_entry,
    cursor,
    entries,
)
from tests.wire.notebook import noted

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def fails_on(number: int, error: Exception) -> Recorder:
    """A tail that cannot handle the entry with this number."""
    fail = Failing(error)

    def choose(entry: Entry) -> None:
        if entry.seq == number:
            fail(entry)

    return Recorder(after=choose)


def a_parked_entry() -> int:
    number = an_entry()
    a_follower(fails_on(number, ValueError("bad"))).step()
    assert reading.parked()
    return number


def test_what_fails_is_tried_again_with_growing_pauses(quick_wire):
    """A failing entry is tried once more after each pause, and the pauses grow."""
    tries: list[int] = []
    number, pauses = an_entry(), Pauses()
    tail = Recorder(
        before=lambda entry: tries.append(entry.seq), after=Failing(ValueError("bad"))
    )
    a_follower(tail, pauses).step()
    assert pauses == list(BACK_OFF) == sorted(BACK_OFF)
    assert tries == [number] * (len(BACK_OFF) + 1)


def test_what_fails_for_good_is_parked_and_the_others_go_on(quick_wire):
    """After the last try the entry is set aside with its error and its moment; those
    behind it are handled in the same step."""
    first, bad, last = entries(3)
    with time_machine.travel(NOON, tick=False):
        a_follower(fails_on(bad, ValueError("no such bridge"))).step()
    assert noted("recorder") == [first, last]
    (parked,) = reading.parked("recorder")
    assert (parked.seq, parked.at) == (bad, NOON)
    assert parked.error == "ValueError: no such bridge"
    assert cursor().seq == last


def test_a_trouble_that_passes_parks_nothing(quick_wire):
    """An entry whose last try succeeds is handled once and not parked."""
    number = an_entry()
    tail = Recorder(after=Failing(ValueError("bad"), times=len(BACK_OFF)))
    a_follower(tail).step()
    assert noted("recorder") == [number]
    assert reading.parked() == []


def test_a_stop_is_no_reason_to_give_an_entry_up(quick_wire):
    """When the tail is asked to stop while it waits, the failing entry is neither tried
    at once nor parked: the next owner finds it where it was."""
    first, bad, last = entries(3)
    pauses: list[float] = []

    def cut_short(seconds: float) -> bool:
        pauses.append(seconds)
        return True

    stopped = a_follower(fails_on(bad, ValueError("bad")), cut_short)
    assert stopped.step() is False
    stopped.release()
    assert pauses == [BACK_OFF[0]]
    assert reading.parked() == []
    assert cursor().seq == first
    a_follower(Recorder()).step()
    assert noted("recorder") == [first, bad, last]


@pytest.mark.parametrize("words", ["x" * 10_000, "a\0b\ud800c", ""])
def test_any_error_can_be_written_down(quick_wire, words):
    """An error of any length and with any characters parks the entry like another, and
    its end, which says most, is kept."""
    number = an_entry()
    a_follower(fails_on(number, ValueError(words + "the end"))).step()
    (parked,) = reading.parked()
    assert parked.error.endswith("the end")
    assert len(parked.error) <= MAX_ERROR


def test_an_entry_that_breaks_a_rule_of_the_database_is_parked(quick_wire):
    """A row that the database refuses for what is in it is the entry's fault."""
    number = an_entry()

    def twice(_: Entry) -> None:
        for _again in range(2):
            Parked.objects.create(tail="x", seq=1, at=NOON, error="")

    a_follower(Recorder(after=twice)).step()
    (parked,) = reading.parked("recorder")
    assert parked.seq == number
    assert parked.error.startswith("IntegrityError: ")
    assert reading.parked("x") == []


def test_a_parked_entry_can_be_retried(quick_wire):
    """A retry that succeeds handles the entry and takes it off the list; the cursor
    does not move for it."""
    number = a_parked_entry()
    (later,) = entries(1)
    a_follower_place = cursor().seq
    retry(Recorder(), number)
    assert noted("recorder") == [number]
    assert reading.parked() == []
    assert cursor().seq == a_follower_place < later


def test_a_retry_that_fails_leaves_it_parked(quick_wire):
    """A retry that fails says why, writes no row and leaves the entry parked."""
    number = a_parked_entry()
    with pytest.raises(ValueError, match="still bad"):
        retry(fails_on(number, ValueError("still bad")), number)
    assert [row.seq for row in reading.parked()] == [number]
    assert noted("recorder") == []


def test_only_what_is_parked_can_be_retried(quick_wire):
    """An entry that is not set aside for this tail is refused by name and not handled."""
    number = a_parked_entry()
    for tail, seq in [(Recorder("other"), number), (Recorder(), number + 1)]:
        with pytest.raises(NotParked, match=f"Entry {seq} is not parked"):
            retry(tail, seq)
    assert noted("other") == noted("recorder") == []


def test_two_retries_at_once_handle_it_once(wire):
    """Of two who retry the same entry at the same moment, one handles it."""
    number, refused = a_parked_entry(), []

    def again() -> None:
        try:
            retry(Recorder(), number)
        except NotParked as error:
            refused.append(error)

    at_once(again, again)
    assert noted("recorder") == [number]
    assert len(refused) == 1
    assert reading.parked() == []


def test_parking_again_is_noted_once(quick_wire):
    """An entry that two owners parked one after the other is on the list once, with the
    last error."""
    number = a_parked_entry()
    row = cursor()
    row.seq, row.owner = number - 1, ""
    row.save()
    with contextlib.suppress(ValueError):
        a_follower(fails_on(number, ValueError("worse"))).step()
    (parked,) = reading.parked()
    assert parked.error == "ValueError: worse"
