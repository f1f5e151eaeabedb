"""One owner for a cursor: who may take it, and when it is lost."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest
import time_machine

from stoppress.wire import ownership
from stoppress.wire.errors import CursorLost, CursorTaken
from stoppress.wire.models import Cursor
from stoppress.wire.ownership import LEASE, Claim, alive, owner_name
from tests.support.threads import at_once
from tests.wire.following import cursor

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
ELSEWHERE = "othermachine.b007.4026531836/17/4711/abcd1234"


def claim(owner: str = "") -> Claim:
    return Claim("recorder", owner or owner_name())


def at(leases: float) -> time_machine.travel:
    """The clock so many leases after noon, standing still."""
    return time_machine.travel(NOON + leases * LEASE, tick=False)


def test_no_two_owners_have_one_name():
    """Each follower's name is its own, also in the same process."""
    names = {owner_name() for _ in range(100)}
    assert len(names) == 100
    assert all(len(name) <= 200 for name in names)


def test_this_process_lives():
    """A name of this very process is alive."""
    assert alive(owner_name())


def test_of_another_machine_nothing_is_known():
    """An owner elsewhere, or one with a name of another form, may be alive."""
    assert alive(ELSEWHERE)
    assert alive("")
    assert alive("by hand")


@pytest.fixture
def ended():
    """The name that a process had which has ended, as far as the kernel is concerned,
    but whose parent has not yet asked how."""
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    machine, _pid, _started, rest = owner_name().split("/")
    started = ownership._started(child.pid)
    name = f"{machine}/{child.pid}/{started}/{rest}"
    assert alive(name)
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    yield name
    child.communicate()


def test_an_ended_process_is_dead_before_its_parent_knows(ended):
    """A zombie follows nothing any more."""
    assert not alive(ended)


def test_a_process_that_is_gone_is_dead():
    """A process number that nobody bears is a dead owner."""
    child = subprocess.Popen([sys.executable, "-c", ""])
    machine, _, started, rest = owner_name().split("/")
    child.wait()
    assert not alive(f"{machine}/{child.pid}/{started}/{rest}")


def test_a_number_that_was_given_out_again_is_another_process():
    """A process with the owner's number that started at another time is not the owner."""
    machine, pid, started, rest = owner_name().split("/")
    assert alive(f"{machine}/{pid}/{started}/{rest}")
    assert not alive(f"{machine}/{pid}/{int(started) - 1}/{rest}")


def test_where_processes_cannot_be_seen_all_may_be_alive(tmp_path, monkeypatch):
    """On a machine that does not show its processes, nobody is taken for dead."""
    monkeypatch.setattr(ownership, "_PROC", tmp_path / "nothing")
    assert alive(owner_name())


def test_the_first_takes_a_new_cursor(quick_wire):
    """A cursor that was never there is made and taken, at the beginning of the wire."""
    taken = claim("me").take()
    assert (taken.seq, taken.owner) == (0, "me")


def test_a_held_cursor_is_refused_and_the_holder_named(quick_wire):
    """While someone may be alive who holds the cursor, another is refused."""
    claim(ELSEWHERE).take()
    with pytest.raises(CursorTaken, match=ELSEWHERE):
        claim().take()
    assert cursor().owner == ELSEWHERE


def test_a_cursor_given_back_is_free(quick_wire):
    """Who gives the cursor back lets the next one begin at once."""
    first = claim()
    first.take()
    first.release()
    assert claim("next").take().owner == "next"


def test_a_dead_owner_is_followed_at_once(quick_wire, ended):
    """The cursor of a process of this machine that has ended is free at once."""
    claim(ended).take()
    assert claim("next").take().owner == "next"


def test_an_owner_elsewhere_is_followed_only_after_its_lease(quick_wire):
    """Of another machine's owner only silence tells, and it must last a whole lease."""
    with at(0):
        claim(ELSEWHERE).take()
    with at(0.999), pytest.raises(CursorTaken):
        claim().take()
    with at(1.001):
        assert claim("next").take().owner == "next"


def test_who_keeps_stepping_keeps_the_cursor(quick_wire):
    """An owner that steps, though nothing happens, is never silent for a lease."""
    owner = claim(ELSEWHERE)
    for tenth in range(30):
        with at(tenth / 10):
            owner.take()
            with pytest.raises(CursorTaken):
                claim().take()


def test_a_lease_is_renewed_by_what_the_owner_does(quick_wire):
    """Advancing and waiting both say that the owner lives."""
    owner = claim(ELSEWHERE)
    with at(0):
        owner.take()
    with at(0.9):
        owner.advance(3)
    with at(1.8):
        owner.renew()
    with at(2.7), pytest.raises(CursorTaken):
        claim().take()
    assert cursor().seq == 3


def test_a_former_owner_can_do_nothing(quick_wire):
    """Who lost the cursor neither moves nor renews it, nor gives the new owner's back."""
    former, new = claim(ELSEWHERE), claim("new")
    with at(0):
        former.take()
    with at(2):
        new.take()
        with pytest.raises(CursorLost):
            former.advance(9)
        with pytest.raises(CursorLost):
            former.renew()
        former.release()
    assert (cursor().owner, cursor().seq) == ("new", 0)


def test_of_many_who_reach_for_it_one_has_it(wire):
    """When several take a free cursor at the same moment, exactly one gets it."""
    won: list[str] = []
    refused: list[str] = []

    def reach() -> None:
        mine = claim()
        try:
            won.append(mine.take().owner)
        except CursorTaken:
            refused.append(mine.owner)

    at_once(*[reach] * 5)
    assert (len(won), len(refused)) == (1, 4)
    assert cursor().owner == won[0]
    assert Cursor.objects.count() == 1
