"""Whoever was not seen for the named time is let go, and nobody else."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.test import Client

from stoppress.lib.clock import now
from stoppress.push import following, silence
from stoppress.push.models import Follower
from stoppress.push.rest import Rest
from stoppress.push.silence import Silence, look
from tests.push.conftest import STORY, Desk
from tests.support.pushfar import Answer

LONG_AGO = timedelta(days=366)
QUIET = Rest("UTC", 0, 23 * 60 + 45)


def away(long: timedelta = LONG_AGO) -> None:
    """Nobody has visited for so long."""
    Follower.objects.update(seen_at=now() - long)


def looked() -> int:
    """How many a whole look lets go."""
    return sum(look())


def test_who_is_neither_here_nor_reached_is_let_go(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    """One has visited, one's service took a message, one's refuses: only the last goes,
    and the log has the number and no more."""
    visitor, told, lost = (desk.reader(name) for name in ("Anna", "Ben", "Cleo"))
    for one in (visitor, lost):
        desk.far.always(Answer(400), to=one.name)
    away()
    following.state(following.subscription(visitor.subscription))
    desk.publish()
    desk.settle()
    assert looked() == 1
    left = [
        following.known(following.subscription(r.subscription))
        for r in (visitor, told, lost)
    ]
    assert [one is not None for one in left] == [True, True, False]
    assert "1 followers were let go: not seen for 365 days." in caplog.text
    assert looked() == 0


def test_the_time_is_the_settings(desk: Desk, settings: Any) -> None:
    """A day before it is up nobody goes; with 0 nobody ever does."""
    desk.reader("Anna")
    desk.far.always(Answer(400), to="Anna")
    desk.reader("Ben")
    desk.publish()
    desk.settle()
    settings.PUSH_SILENT_DAYS = 30
    away(timedelta(days=29, hours=23))
    assert looked() == 0
    away(timedelta(days=31))
    settings.PUSH_SILENT_DAYS = 0
    assert looked() == 0
    settings.PUSH_SILENT_DAYS = 30
    assert looked() == 1


def test_a_message_taken_too_long_ago_does_not_count(desk: Desk) -> None:
    """What a service took before that time is no sign of life; what it took since is."""
    with time_machine.travel(now() - LONG_AGO, tick=True):
        reader = desk.reader("Anna")
        desk.publish("Long ago.")
        desk.settle()
    assert len(desk.far.of(reader.name)) == 1
    desk.reader("Ben", STORY)
    desk.far.always(Answer(400), to="Anna")
    desk.publish("Today.")
    desk.settle()
    assert looked() == 1


def test_a_newsroom_that_said_nothing_lets_nobody_go(desk: Desk) -> None:
    """Without one message taken in all that time, silence is the newsroom's own."""
    desk.reader("Anna")
    away()
    assert looked() == 0
    desk.far.always(Answer(400))
    desk.publish()
    desk.settle()
    assert looked() == 0


def test_who_is_about_to_be_told_is_waited_for(desk: Desk) -> None:
    """While an alert is under way, or waits for a reader's morning, they stay."""
    desk.reader("Anna")
    desk.reader("Ben")
    desk.resting("Cleo", QUIET)
    away()
    desk.far.hold()
    desk.publish()
    desk.along.step()
    steps = look()
    assert [next(steps) for _ in range(5)] == [0] * 5
    desk.far.release()
    desk.settle()
    assert sum(steps) == 0
    assert Follower.objects.count() == 3


def test_a_visit_during_the_look_counts(desk: Desk) -> None:
    """Whoever comes between being found and being let go stays."""
    gone, back = desk.reader("Anna"), desk.reader("Ben")
    desk.reader("Cleo")
    for one in (gone, back):
        desk.far.always(Answer(400), to=one.name)
    desk.publish()
    desk.settle()
    away()
    steps = look()
    next(steps)
    following.state(following.subscription(back.subscription))
    assert sum(steps) == 1
    assert following.known(following.subscription(back.subscription))


def test_a_look_goes_in_small_steps(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tail does one step at a time: so many rows, so many books, so many deletions."""
    monkeypatch.setattr(silence, "LOOKED_AT", 2)
    monkeypatch.setattr(silence, "LET_GO", 1)
    for number in range(4):
        desk.reader(f"silent {number}")
        desk.far.always(Answer(400), to=f"silent {number}")
    desk.reader("told")
    desk.publish()
    desk.settle()
    away()
    assert list(look()) == [0, 0, 0, 0, 1, 1, 1, 1]


def test_the_tail_looks_once_a_day(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not at once when a process starts, then step by step, then not for a day."""
    found: list[float] = []
    clock = [1000.0]
    monkeypatch.setattr(silence, "time", SimpleNamespace(monotonic=lambda: clock[0]))

    def counted() -> Any:
        found.append(clock[0])
        yield 0
        yield 0

    monkeypatch.setattr(silence, "look", counted)
    ours = Silence()
    for _ in range(2 * 24 * 60):
        ours.work()
        clock[0] += 60
    assert len(found) == 2
    assert found[0] - 1000 >= silence.FIRST_LOOK
    assert found[1] - found[0] >= silence.LOOK_EVERY


def test_the_page_says_when_all_is_deleted(
    client: Client, db: None, settings: Any
) -> None:
    """Readers are told the time, as long as there is one."""
    assert "365 days" in client.get("/follow").content.decode()
    settings.PUSH_SILENT_DAYS = 0
    assert (
        "days, and its delivery service" not in client.get("/follow").content.decode()
    )
