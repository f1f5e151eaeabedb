"""Machines and their tokens: shown once, kept as a digest, ended by time or by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stoppress.staff import machines
from stoppress.staff.machines import (
    NOTED_ANEW,
    BadMachineName,
    MachineTaken,
    NoSuchMachine,
)
from stoppress.staff.models import Machine

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_a_token_tells_who_asks():
    """Each machine is known by its own token."""
    cms, app = machines.give_token("cms"), machines.give_token("app")
    names = [one.name if one else "" for one in map(machines.whose, (cms, app))]
    assert names == ["cms", "app"]


def test_what_is_kept_does_not_let_in():
    """Who reads the database finds a digest, with which nobody gets in; a token is long,
    another each time, and can be told from other secrets."""
    token = machines.give_token("cms")
    kept = Machine.objects.get()
    assert token not in str(kept.__dict__)
    assert machines.whose(kept.digest) is None
    assert machines.whose(machines.PREFIX + kept.digest) is None
    assert token.startswith("stoppress_")
    assert len(token) >= 50
    assert machines.give_token("app") != token


@pytest.mark.parametrize("token", ["", "x", "stoppress_", "é", "a\0b", "a" * 100_000])
def test_an_invented_token_is_nobodys(token):
    """What was never given is nobody's, whatever it looks like."""
    machines.give_token("cms")
    assert machines.whose(token) is None


def test_a_token_is_good_before_its_end():
    """In its last moment it lets in; at its end it does not any more."""
    with time_machine.travel(NOON, tick=False):
        token = machines.give_token("cms", until=NOON + NOTED_ANEW)
    for moment, state in ((NOTED_ANEW - SECOND, "valid"), (NOTED_ANEW, "ended")):
        with time_machine.travel(NOON + moment, tick=False):
            assert machines.state(Machine.objects.get()) == state
            assert bool(machines.whose(token)) is (state == "valid")


def test_a_revoked_token_is_void_and_its_name_free():
    """It lets in no more, and stays in the list; another token may have its name."""
    old = machines.give_token("cms")
    machines.revoke("cms")
    assert machines.whose(old) is None
    new = machines.give_token("cms")
    assert machines.whose(old) is None
    assert machines.whose(new) is not None
    states = [machines.state(one) for one in machines.all_machines()]
    assert states == ["valid", "revoked"]
    machines.revoke("cms")
    assert machines.whose(new) is None


def test_a_machine_has_one_token():
    """A second of the same name is refused, also when the first has ended; the first is
    as good as before."""
    token = machines.give_token("cms")
    with pytest.raises(MachineTaken, match="Revoke"):
        machines.give_token("cms")
    assert machines.whose(token) is not None
    machines.give_token("app", until=NOON)
    with pytest.raises(MachineTaken):
        machines.give_token("app")


@pytest.mark.parametrize(
    "name", ["", " ", "a b", "-cms", ".", "cms\n", "cms\x1b[2J", "ö", "x" * 61]
)
def test_names_that_cannot_be(name):
    """A name stands in lists and commands: nothing in it that could be taken for more."""
    with pytest.raises(BadMachineName):
        machines.give_token(name)
    assert not Machine.objects.exists()


def test_who_is_not_there_cannot_be_revoked():
    """It is answered with those that there are, which stay as they are."""
    with pytest.raises(NoSuchMachine, match="none yet"):
        machines.revoke("cms")
    machines.give_token("cms")
    machines.give_token("app")
    machines.revoke("app")
    with pytest.raises(NoSuchMachine, match=r"Known: cms\.$"):
        machines.revoke("app")


def test_use_is_noted_by_the_hour():
    """The first use is written down, and another an hour later: what comes between costs
    one look and no write."""
    token = machines.give_token("cms")
    with time_machine.travel(NOON, tick=False):
        machines.whose(token)
    assert Machine.objects.get().used_at == NOON
    with time_machine.travel(NOON + NOTED_ANEW - SECOND, tick=False):
        with CaptureQueriesContext(connection) as asked:
            machines.whose(token)
        assert len(asked) == 1
    assert Machine.objects.get().used_at == NOON
    with time_machine.travel(NOON + NOTED_ANEW, tick=False):
        machines.whose(token)
    assert Machine.objects.get().used_at == NOON + NOTED_ANEW


def test_what_is_refused_is_no_use():
    """Neither a revoked token nor an ended one is noted as used."""
    revoked, ended = machines.give_token("cms"), machines.give_token("app", until=NOON)
    machines.revoke("cms")
    machines.whose(revoked)
    machines.whose(ended)
    assert not Machine.objects.exclude(used_at=None).exists()
