"""Waking: who waits for the wire hears of an entry, from wherever it was written."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from django.db.transaction import set_rollback

from stoppress.lib.transactions import atomic
from stoppress.wire import reading, waking
from tests.support.programs import Program
from tests.support.threads import beside
from tests.support.waiting import PATIENCE, Noticeboard, until
from tests.wire.following import an_entry

FOR_EVER = 3600.0  # seconds


class Sleeper(Noticeboard):
    """Waits to be woken, and counts."""

    def __init__(self) -> None:
        super().__init__()
        self.woken = 0

    def __call__(self) -> None:
        self.woken += 1
        self.changed()

    def wakes_after(self, count: int) -> None:
        self.wait(lambda: self.woken > count, f"a wake after {count}")


def watchers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "wire-watch"]


@pytest.fixture
def sleeper(wire):
    """Someone who listens until the test ends."""
    sleeper = Sleeper()
    leave = waking.listen(sleeper)
    yield sleeper
    leave()
    assert watchers() == []


@pytest.fixture
def blind(monkeypatch):
    """The watch sees nothing: only who is in the same process can be woken."""
    monkeypatch.setattr(waking, "_changes", lambda stop, told: iter(stop.wait, True))


@pytest.fixture
def no_slow_look(monkeypatch):
    """Nothing stands behind a lost wake."""
    monkeypatch.setattr(waking, "SLOW_LOOK", FOR_EVER)


def test_an_entry_wakes_its_own_process_at_commit(blind, sleeper):
    """Who listens in the writer's process is woken at the commit, not before."""
    with atomic():
        an_entry()
        assert sleeper.woken == 0
    assert sleeper.woken == 1


def test_what_was_undone_wakes_nobody(blind, sleeper):
    """An entry that never was wakes nobody in its process."""
    with atomic():
        an_entry()
        set_rollback(True)
    assert sleeper.woken == 0


def test_a_listener_that_fails_harms_nobody(blind, sleeper, caplog):
    """A listener that raises keeps neither the others from hearing nor the writer from
    its entry, and the log says so."""

    def broken() -> None:
        raise ValueError("not awake")

    leave = waking.listen(broken)
    second = Sleeper()
    leave_second = waking.listen(second)
    number = an_entry()
    leave()
    leave_second()
    assert [entry.seq for entry in reading.after(0)] == [number]
    assert (sleeper.woken, second.woken) == (1, 1)
    assert "A listener could not be woken" in caplog.text


def test_an_entry_of_another_process_wakes(no_slow_look, sleeper):
    """Who listens is woken by what another process writes, though nobody looks."""
    with Program("tests.wire.program", "write", "1") as writer:
        assert writer.says() == "ready"
        sleeper.wakes_after(0)
        before = sleeper.woken
        writer.hears()
        sleeper.wakes_after(before)
        assert reading.head() == int(writer.says())


def test_an_entry_of_another_thread_wakes_though_its_own_wake_is_lost(
    no_slow_look, sleeper, monkeypatch
):
    """The watch sees what another connection of this process commits."""
    monkeypatch.setattr("stoppress.wire.append.wake", lambda seq: None)
    sleeper.wakes_after(0)
    before = sleeper.woken
    with beside(an_entry):
        sleeper.wakes_after(before)


def test_a_lost_wake_costs_a_slow_look(monkeypatch, wire):
    """Though nothing tells of a change, who listens is woken to look, again and again."""
    monkeypatch.setattr(waking, "SLOW_LOOK", 0.01)
    sleeper = Sleeper()
    leave = waking.listen(sleeper)
    sleeper.wakes_after(4)
    leave()


def test_who_has_left_hears_nothing(wire):
    """After leaving no wake comes; when the last one has left, nobody watches."""
    stays, goes = Sleeper(), Sleeper()
    leave_staying, leave_going = waking.listen(stays), waking.listen(goes)
    leave_going()
    heard = goes.woken
    before = stays.woken
    an_entry()
    stays.wakes_after(before)
    assert goes.woken == heard
    assert len(watchers()) == 1
    leave_staying()
    assert watchers() == []
    leave_staying()


def test_a_new_listener_is_watched_for_again(no_slow_look, wire, monkeypatch):
    """Who begins to listen after all had left is woken by others' entries too."""
    monkeypatch.setattr("stoppress.wire.append.wake", lambda seq: None)
    waking.listen(Sleeper())()
    again = Sleeper()
    leave = waking.listen(again)
    again.wakes_after(0)
    before = again.woken
    with beside(an_entry):
        again.wakes_after(before)
    leave()


def test_a_listener_may_leave_when_it_is_woken(wire):
    """Leaving from inside a wake, in whatever thread it comes, holds nothing up."""
    left = threading.Event()

    def once() -> None:
        leave()
        left.set()

    leave = waking.listen(once)
    assert left.wait(PATIENCE)
    until(lambda: not watchers(), "the watch's end")


@pytest.fixture
def trouble(monkeypatch):
    """Takes the watch's connection away, once, and is called to do so."""
    monkeypatch.setattr(waking, "RETRY_AFTER", 0.01)
    if connection.vendor == "sqlite":
        return _fail_the_next_look(monkeypatch)
    return _end_the_listening_connection


def _fail_the_next_look(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    failing, look = threading.Event(), waking._versions

    def versions(stop: threading.Event, told: Callable[[], int]) -> Iterator[int]:
        for change in look(stop, told):
            yield change
            if failing.is_set():
                failing.clear()
                raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(waking, "_versions", versions)
    monkeypatch.setattr(waking, "SLOW_LOOK", 0.01)

    def fail() -> None:
        failing.set()
        until(lambda: not failing.is_set(), "the failed look")

    return fail


def _end_the_listening_connection() -> None:
    listening = "FROM pg_stat_activity WHERE query LIKE 'LISTEN %%'"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_terminate_backend(pid) {listening}")
        assert cursor.fetchall() == [(True,)]


def test_a_watch_that_lost_the_database_watches_again(
    trouble, sleeper, monkeypatch, caplog
):
    """When the watch's own connection breaks, it says so, and wakes again after it."""
    monkeypatch.setattr("stoppress.wire.append.wake", lambda seq: None)
    sleeper.wakes_after(0)
    trouble()
    until(lambda: "The wire cannot be watched" in caplog.text, "the warning")
    sleeper.wakes_after(sleeper.woken)
    before = sleeper.woken
    with beside(an_entry):
        sleeper.wakes_after(before)
