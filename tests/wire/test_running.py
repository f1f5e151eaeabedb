"""The tails of a process: threads that follow, stand by, and outlive trouble."""

from __future__ import annotations

import threading
from contextlib import ExitStack

import pytest
from django.db import OperationalError, connection

from stoppress.lib.transactions import atomic
from stoppress.wire import reading
from stoppress.wire import running as room
from stoppress.wire.append import append
from tests.support.waiting import until
from tests.wire.following import (
    KIND,
    Failing,
    Recorder,
    an_entry,
    cursor,
    entries,
    running,
)
from tests.wire.notebook import noted, remarks


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    """Nobody waits long for the database or for another owner."""
    monkeypatch.setattr(room, "STAND_BY", 0.05)
    monkeypatch.setattr(room, "DATABASE_PAUSE", 0.05)


def test_what_comes_is_handled(wire):
    """A running tail handles what was there and what comes, each once."""
    numbers = entries(2)
    with running(Recorder()):
        until(lambda: noted("recorder") == numbers, "what was there")
        numbers += entries(2)
        until(lambda: noted("recorder") == numbers, "what came")
    assert noted("recorder") == numbers


def test_a_stop_leaves_nothing_behind(wire):
    """After a stop the tail is closed once, its cursor is free, its thread has ended."""
    with running(tail := Recorder()):
        until(lambda: tail.works, "the first step")
    assert tail.closed == 1
    assert cursor().owner == ""
    assert not [t for t in threading.enumerate() if t.name.startswith("tail-")]


def test_each_tail_has_its_thread(wire):
    """A tail that is held up does not hold up another."""
    held, go_on = threading.Event(), threading.Event()

    class Stuck(Recorder):
        def work(self) -> bool:
            held.set()
            go_on.wait()
            return False

    with running(Stuck("stuck"), Recorder()):
        try:
            assert held.wait(10)
            numbers = entries(1)
            until(lambda: noted("recorder") == numbers, "the other tail")
        finally:
            go_on.set()


def test_of_two_that_follow_one_handles(wire):
    """Two that run the same tail do not both handle an entry: one does, all."""
    with running(Recorder(remark="one")), running(Recorder(remark="other")):
        numbers = entries(10)
        until(lambda: noted("recorder") == numbers, "all ten")
    assert noted("recorder") == numbers
    assert len(remarks("recorder")) == 1


def test_who_stands_by_goes_on_when_the_other_stops(wire):
    """The one that stood by handles what comes after the first has stopped."""
    with running(Recorder(remark="first")):
        numbers = entries(2)
        until(lambda: noted("recorder") == numbers, "the first two")
        second = running(Recorder(remark="second"))
        second.__enter__()
    try:
        numbers += entries(2)
        until(lambda: noted("recorder") == numbers, "all four")
    finally:
        second.__exit__(None, None, None)
    assert noted("recorder") == numbers
    assert remarks("recorder") == {"first", "second"}


def test_a_database_that_comes_back_finds_the_tail_there(wire):
    """A tail whose database fails waits, and goes on when it is back."""
    fails = Failing(OperationalError("gone away"), times=3)
    with running(Recorder(after=fails)):
        numbers = entries(2)
        until(lambda: noted("recorder") == numbers, "both entries")
    assert reading.parked() == []


def test_a_tail_that_stumbles_goes_on(wire):
    """A tail whose work fails is called again, and still handles what comes."""

    class Clumsy(Recorder):
        def work(self) -> bool:
            super().work()
            if self.works == 1:
                raise RuntimeError("tripped")
            return False

    with running(tail := Clumsy()):
        until(lambda: tail.works > 1, "the second step")
        numbers = entries(1)
        until(lambda: noted("recorder") == numbers, "the entry")


def test_a_tail_that_cannot_close_gives_its_cursor_back(wire):
    """When closing fails the cursor is free all the same."""

    class Stiff(Recorder):
        def close(self) -> None:
            super().close()
            raise RuntimeError("stuck")

    with running(tail := Stiff()):
        until(lambda: tail.works, "the first step")
    assert tail.closed == 1
    assert cursor().owner == ""


def test_a_stop_during_a_pause_is_heard_at_once(wire, monkeypatch):
    """A tail that waits to try again stops without waiting, and without giving up."""
    monkeypatch.setattr("stoppress.wire.tail.BACK_OFF", (3600.0,))
    failed = threading.Event()

    def fail(_: object) -> None:
        failed.set()
        raise RuntimeError("bad")

    number = an_entry()
    with running(Recorder(after=fail)):
        assert failed.wait(10)
    assert reading.parked() == []
    assert cursor().seq < number


def test_being_asked_to_stop_ends_the_wait(wire):
    """Who waits for the tails to be asked to stop, from a signal perhaps, comes back."""
    with running(Recorder()) as there:
        asker = threading.Thread(target=there.ask_to_stop)
        asker.start()
        there.wait()
        asker.join()


def terminate_the_others() -> None:
    """Ends every other connection to this database, as a restart of it would."""
    with connection.cursor() as ours:
        ours.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


if connection.vendor == "postgresql":

    def test_a_tail_outlives_the_end_of_its_connections(wire, caplog):
        """When PostgreSQL ends all connections, the tail comes back on new ones."""
        with running(tail := Recorder()):
            until(lambda: tail.works, "the first step")
            terminate_the_others()
            until(lambda: "waits for the database" in caplog.text, "the warning")
            numbers = entries(2)
            until(lambda: noted("recorder") == numbers, "both entries")
        assert reading.parked() == []

else:

    def test_a_tail_outlives_a_locked_database(wire, caplog, monkeypatch):
        """While somebody keeps SQLite locked the tail waits; afterwards it goes on."""
        monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0.05)
        with ExitStack() as stack:
            with atomic():
                number = append(KIND, [], {}).seq
                # Its first step writes: it takes the cursor.
                stack.enter_context(running(Recorder()))
                until(lambda: "waits for the database" in caplog.text, "the warning")
            until(lambda: noted("recorder") == [number], "the entry")
        assert reading.parked() == []
