"""`stoppress api-token`: what is printed once, what is listed, how it ends."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
import time_machine

from stoppress.cli.exits import Exit
from stoppress.staff import machines
from stoppress.staff.models import Machine
from tests.cli.test_posting import run

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def ready(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test's database is the newsroom's."""
    monkeypatch.setattr("stoppress.cli.newsroom.must_exist", lambda: None)


def test_a_token_is_printed_once(capsys):
    """It is all that is on standard output; until when it is good is said beside it; no
    list has it."""
    with time_machine.travel(NOON, tick=False):
        assert run("api-token", "make", "cms", "--for", "90d") == Exit.DONE
        said = capsys.readouterr()
        token = said.out.removesuffix("\n")
        assert machines.whose(token) is not None
        assert "until 2027-02-22 12:00 UTC" in said.err
        assert token not in said.err
        run("api-token", "list")
        run("api-token", "list", "--json")
        assert token not in capsys.readouterr().out
    assert Machine.objects.get().until == datetime(2027, 2, 22, 12, tzinfo=UTC)


def test_without_an_end_it_is_good_until_revoked(capsys):
    """Nothing ends it by itself; the list says so too."""
    run("api-token", "make", "cms")
    assert "until it is revoked" in capsys.readouterr().err
    assert Machine.objects.get().until is None
    run("api-token", "list")
    assert "cms  valid  made " in capsys.readouterr().out


def test_a_program_makes_one(capsys):
    """With --json the token is in one object, with its machine and its end."""
    run("api-token", "make", "cms", "--json")
    said = capsys.readouterr()
    made = json.loads(said.out)
    assert machines.whose(made["token"]) is not None
    assert (made["name"], made["until"]) == ("cms", None)
    assert said.err == ""


def test_machines_are_listed(capsys):
    """For people a line each with what it is worth, for programs one list; the revoked
    come last."""
    with time_machine.travel(NOON, tick=False):
        machines.give_token("old", until=NOON)
        machines.give_token("gone")
        machines.revoke("gone")
        token = machines.give_token("cms")
        machines.whose(token)
        run("api-token", "list")
        assert capsys.readouterr().out.splitlines() == [
            "cms  valid  made 2026-11-24 12:00 UTC  last used 2026-11-24 12:00 UTC",
            "old  ended 2026-11-24 12:00 UTC  made 2026-11-24 12:00 UTC  never used",
            "gone  revoked 2026-11-24 12:00 UTC  made 2026-11-24 12:00 UTC  never used",
        ]
        run("api-token", "list", "--json")
    found = json.loads(capsys.readouterr().out)
    noon = "2026-11-24T12:00:00.000Z"
    assert [one["state"] for one in found] == ["valid", "ended", "revoked"]
    assert found[0] == {
        "name": "cms",
        "state": "valid",
        "made_at": noon,
        "used_at": noon,
        "until": None,
        "revoked_at": None,
    }


def test_one_is_revoked(capsys):
    """It is void at once; what is left is listed."""
    token = machines.give_token("cms")
    assert run("api-token", "revoke", "cms") == Exit.DONE
    assert machines.whose(token) is None
    said = capsys.readouterr()
    assert said.out.startswith("cms  revoked ")
    assert "next request is refused" in said.err


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("make", Exit.USAGE),
        ("revoke", Exit.USAGE),
        ("list cms", Exit.USAGE),
        ("list --for 1d", Exit.USAGE),
        ("revoke cms --for 1d", Exit.USAGE),
        ("make c/m/s", Exit.USAGE),
        ("revoke app", Exit.NOT_FOUND),
        ("make cms", Exit.REFUSED),
    ],
)
def test_what_cannot_be_done_has_its_code_and_changes_nothing(line, code, capsys):
    """Slips of the command line, who is not there, who is there already."""
    token = machines.give_token("cms")
    assert run("api-token", *line.split()) == code
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("stoppress: ")
    assert [one.name for one in machines.all_machines()] == ["cms"]
    assert machines.whose(token) is not None
