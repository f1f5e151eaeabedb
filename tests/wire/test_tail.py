"""A tail's steps along the wire: rows and cursor in one act, each entry once."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine
from django.db import OperationalError

from stoppress.wire.errors import CursorLost, CursorTaken
from stoppress.wire.models import Cursor, Parked
from stoppress.wire.ownership import LEASE, Claim
from stoppress.wire.tail import SOON
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


def test_a_tail_handles_each_entry_once_and_in_order(quick_wire):
    """Step after step, all that came is handled in the wire's order, and nothing twice."""
    order: list[int] = []
    follower = a_follower(Recorder(after=lambda entry: order.append(entry.seq)))
    first = entries(3)
    follower.step()
    second = entries(2)
    follower.step()
    follower.step()
    assert order == noted("recorder") == first + second
    assert cursor().seq == second[-1]


def test_a_new_tail_begins_with_the_oldest_entry(quick_wire):
    """A tail that was never there before reads the wire from its beginning."""
    numbers = entries(2)
    a_follower(Recorder("late")).step()
    assert noted("late") == numbers


def test_each_tail_has_a_place_of_its_own(quick_wire):
    """One tail's steps do not move another's cursor."""
    (first,) = entries(1)
    a_follower(Recorder("one")).step()
    (second,) = entries(1)
    a_follower(Recorder("other")).step()
    assert (cursor("one").seq, cursor("other").seq) == (first, second)


def test_a_mishap_between_the_rows_and_the_commit_leaves_neither(quick_wire):
    """When handling fails after the rows were written, neither they nor the cursor's
    step stay; the next try writes them once."""
    between: list[tuple[int, list[int]]] = []

    def look(_: float) -> bool:
        between.append((cursor().seq, noted("recorder")))
        return False

    first = an_entry()
    a_follower(Recorder()).step()
    Cursor.objects.update(owner="")
    second = an_entry()
    tail = Recorder(after=Failing(RuntimeError("between"), times=2))
    a_follower(tail, look).step()
    assert between == [(first, [first]), (first, [first])]
    assert noted("recorder") == [first, second]
    assert cursor().seq == second


@pytest.mark.parametrize("full", [True, False])
def test_a_step_asks_for_another_when_there_may_be_more(quick_wire, monkeypatch, full):
    """After a full batch there may be more at once; after less there is not."""
    monkeypatch.setattr("stoppress.wire.tail.BATCH", 3)
    numbers = entries(3 if full else 2)
    assert a_follower(Recorder()).step() is full
    assert noted("recorder") == numbers


def test_what_is_not_wanted_is_passed_by(quick_wire):
    """An entry that is nothing for the tail is neither handled nor worked for, and costs
    no writing; when nothing more comes the cursor is moved over it, at once with the next
    that is wanted."""
    numbers = entries(5)
    tail = Recorder(unwanted={numbers[0], numbers[2], numbers[3]})
    follower = a_follower(tail)
    follower.step()
    assert noted("recorder") == [numbers[1], numbers[4]]
    assert cursor().seq == numbers[4]
    (passed,) = entries(1)
    tail.unwanted = {passed}
    works = tail.works
    assert follower.step() is False
    assert (cursor().seq, tail.works) == (numbers[4], works)
    follower.step()
    assert (cursor().seq, tail.works) == (passed, works + 1)
    assert noted("recorder") == [numbers[1], numbers[4]]


def test_who_passed_by_and_was_killed_loses_nothing(quick_wire):
    """Another process reads on from what was written, and handles what it wants."""
    first, second, third = entries(3)
    a_follower(Recorder(unwanted={first, second, third})).step()
    assert cursor().seq == 0
    Cursor.objects.update(owner="")
    a_follower(Recorder(unwanted={second})).step()
    assert noted("recorder") == [first, third]


def test_work_in_hand_goes_on_past_what_is_not_wanted(quick_wire):
    """News of no concern to it does not hold up a tail that has work left."""

    class Worker(Recorder):
        def work(self) -> bool:
            super().work()
            return self.works < 3

    numbers = entries(3)
    follower = a_follower(worker := Worker(unwanted=set(numbers[1:])))
    assert follower.step() is True
    entries(1)
    worker.unwanted = {numbers[-1] + 1}
    assert follower.step() is True
    assert worker.works == 2


def test_a_tail_with_work_left_is_called_again(quick_wire):
    """What `work` says, more or no more, is what the step says."""

    class Worker(Recorder):
        def work(self) -> bool:
            super().work()
            return self.works < 3

    follower = a_follower(worker := Worker())
    assert [follower.step() for _ in range(4)] == [True, True, False, False]
    assert worker.works == 4


def test_a_database_that_is_away_parks_nothing(quick_wire):
    """When the database fails, the error comes out as it is, nothing is parked, the
    cursor stays, and the entry is handled when the database is back."""
    numbers = entries(2)
    fails = Failing(OperationalError("server closed the connection"), times=1)
    follower = a_follower(Recorder(after=fails))
    with pytest.raises(OperationalError):
        follower.step()
    assert noted("recorder") == []
    assert not Parked.objects.exists()
    follower.step()
    assert noted("recorder") == numbers


def test_who_lost_the_cursor_stops_writing(quick_wire):
    """From the moment that another has the cursor, its former owner writes no row."""

    def steal(_: object) -> None:
        Cursor.objects.update(owner="elsewhere/1/1/x")

    numbers = entries(3)
    with pytest.raises(CursorLost, match="recorder"):
        a_follower(Recorder(after=steal)).step()
    assert noted("recorder") == numbers[:1]
    assert cursor().seq == numbers[0]
    assert cursor().owner == "elsewhere/1/1/x"
    assert not Parked.objects.exists()


def test_who_lost_the_cursor_while_it_waited_neither_tries_nor_parks(quick_wire):
    """A tail that comes out of its pause and finds the cursor taken leaves the entry
    to the new owner."""
    entries(1)
    tries: list[int] = []

    def steal(_: float) -> bool:
        Cursor.objects.update(owner="elsewhere/1/1/x")
        return False

    failing = Failing(RuntimeError("no"))
    tail = Recorder(before=lambda entry: tries.append(entry.seq), after=failing)
    with pytest.raises(CursorLost):
        a_follower(tail, steal).step()
    assert len(tries) == 1
    assert not Parked.objects.exists()


def test_a_slow_failure_does_not_cost_the_cursor(quick_wire):
    """A tail whose tries take long, and fail, says between them that it lives: nobody
    else takes its cursor meanwhile."""
    an_entry()
    other = Claim("recorder", "elsewhere/1/1/x")
    with time_machine.travel(NOON, tick=False) as clock:

        def fail_slowly(_: object) -> None:
            clock.shift(LEASE * 0.6)
            raise RuntimeError("slow")

        def pause(seconds: float) -> bool:
            clock.shift(seconds)
            with pytest.raises(CursorTaken):
                other.take()
            return False

        a_follower(Recorder(after=fail_slowly), pause).step()
    assert Parked.objects.count() == 1


def test_an_idle_step_writes_nothing(quick_wire, django_assert_num_queries):
    """A step with nothing new only reads: on SQLite a write would wake every process,
    whose steps would wake this one."""
    follower = a_follower(Recorder())
    entries(1)
    follower.step()
    with django_assert_num_queries(2) as asked:
        follower.step()
    assert all(query["sql"].startswith("SELECT") for query in asked.captured_queries)


def test_who_does_not_follow_helps_where_work_is_shared(quick_wire):
    """While another follows, a step of a shared tail does its part of the work and takes
    no entry; while an entry is not handled by the other yet, it looks again in a moment;
    of a tail that is not shared it says who follows."""
    first, helper = a_follower(Recorder()), Recorder()
    entries(1)
    first.step()
    pauses = Pauses()
    second = a_follower(helper, pauses)
    helper.helps = [False, True]
    assert second.step(), "there is more to help with"
    assert not second.step(), "there is not"
    assert pauses == []
    (number,) = entries(1)
    helper.helps = [False]
    assert second.step(), "the other will have handled it soon"
    assert pauses == [SOON]
    with pytest.raises(CursorTaken):
        second.step()
    first.step()
    assert noted("recorder")[-1] == number
    assert (helper.works, helper.helps) == (0, [])
