"""`doctor` says what is wrong, also where much is."""

from __future__ import annotations

import os
import resource
import shutil
from types import SimpleNamespace

import pytest
from pyroaring import BitMap

from stoppress.cli import doctor, tailing
from stoppress.cli.arguments import parser
from stoppress.cli.findings import Finding
from stoppress.cli.newsroom import NotReady
from stoppress.lib.clock import now
from stoppress.live.listening import KEPT_FREE
from stoppress.push.ledger import enter, stored
from stoppress.push.models import Broadcast, Courier, Share
from stoppress.wire import reading
from stoppress.wire.models import Cursor, Parked
from stoppress.wire.ownership import owner_name
from tests.builders import a_post

pytestmark = pytest.mark.django_db


def follower_ids(many: int) -> BitMap:
    return BitMap(range(1, many + 1))


def looked() -> dict[str, Finding]:
    return {finding.what: finding for finding in doctor._look_over()}


def test_a_newsroom_without_a_database_is_looked_over_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What does not lie in the database is told also when that is missing or old."""

    def missing() -> None:
        raise NotReady("It is older than this program.")

    monkeypatch.setattr(doctor, "must_exist", missing)
    found = looked()
    assert found["database"] == Finding(
        "database", "bad", "It is older than this program."
    )
    assert {"data folder", "push", "readers", "address"} <= found.keys()
    assert {"wire", "followers"}.isdisjoint(found)


def test_a_tail_that_never_ran_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """A tail without a cursor is told by `doctor`, with what starts it, and by
    `tail --list`."""
    a_post()
    found = looked()["tail push"]
    assert found.state == "mind"
    behind = reading.head()
    assert behind
    assert found.says.startswith(f"it has never run, {behind} behind; run: stoppress ")
    tailing.tail(parser().parse_args(["tail", "--list"]))
    assert capsys.readouterr().out == f"push  has never run, {behind} behind\n"


def test_who_sends_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """`tail --list` names each process that sends, and how many shares are its."""
    for owner in ("one", "two"):
        Courier.objects.create(owner=owner, held_until=now())
    Share.objects.create(number=0, owner="two")
    tailing.tail(parser().parse_args(["tail", "--list"]))
    said = capsys.readouterr().out.splitlines()
    assert said[1:] == [
        "push  one sends to 0 of the followers' shares",
        "push  two sends to 1 of the followers' shares",
    ]


def test_a_tail_is_told_by_its_owner() -> None:
    """A tail whose owner lives is good; one that nobody follows is to be started."""
    Cursor.objects.create(tail="push", owner=owner_name())
    assert looked()["tail push"] == Finding("tail push", "good", "0 behind")
    Cursor.objects.update(owner="")
    assert looked()["tail push"].says.startswith("nobody follows it")


def test_a_parked_entry_comes_with_the_command_that_tries_it_again() -> None:
    """What is parked is bad, and the command can be typed as it is told."""
    Parked.objects.create(tail="push", seq=7, at=now(), error="No such key.")
    says = looked()["parked 7"].says
    assert says.startswith("No such key. Run: stoppress tail push --retry 7 --data /")


def test_the_newest_broadcasts_tell_whom_they_did_not_reach() -> None:
    """Broadcasts are told newest first with what became of them; one that was refused
    or missed by somebody is to be minded."""
    for seq in range(1, 6):
        alert = Broadcast.objects.create(
            seq=seq,
            post_id=seq,
            nature=Broadcast.Nature.ALERT,
            message={},
            asked_at=now(),
            done_at=None if seq == 5 else now(),
        )
        refused = stored(follower_ids(2 if seq == 5 else 0))
        handed = stored(follower_ids(4))
        enter(alert.pk, "a courier", handed=handed, refused=refused)
    found = looked()
    told = [what for what in found if what.startswith("alert")]
    assert told == ["alert of post 5", "alert of post 4", "alert of post 3"]
    assert found["alert of post 5"].state == "mind"
    assert "4 handed over" in found["alert of post 5"].says
    assert "2 refused, 0 missed; under way; the server's log" in (
        found["alert of post 5"].says
    )
    assert found["alert of post 4"].state == "good"


def test_the_readers_that_there_is_room_for_are_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As many readers are told as the limit of open files leaves room for."""
    limits = (1024, 1024)
    monkeypatch.setattr(resource, "getrlimit", lambda _: limits)
    found = looked()["readers"]
    assert found.state == "mind"
    assert found.says.startswith(f"room for {1024 - KEPT_FREE} at once")
    assert "LimitNOFILE" in found.says


@pytest.mark.parametrize(
    ("free", "state"), [(10**12, "good"), (100 * 2**20, "mind"), (2**20, "bad")]
)
def test_a_disk_that_runs_full_is_told_in_time(
    monkeypatch: pytest.MonkeyPatch, free: int, state: str
) -> None:
    """How much is free on the folder's disk is told, and minded before it is too late."""
    used = SimpleNamespace(free=free)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: used)
    found = looked()["data folder"]
    assert found.state == state
    assert f"{free // 2**20:,} MB free" in found.says
    assert ("make room" in found.says) is (state != "good")


def test_a_folder_that_cannot_be_written_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A folder that is closed to this user's writing is bad, though it can be read."""
    # Root, as whom tests may run, is refused nothing.
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert looked()["data folder"].state == "bad"
