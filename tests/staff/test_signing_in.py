"""Signing in by a link: good for one sign-in and one day, and only its digest is kept."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from stoppress.lib.transactions import atomic
from stoppress.staff import signing_in
from stoppress.staff.models import Role, SignInLink, User
from stoppress.staff.signing_in import GOOD_FOR, NoSuchEditor
from tests.builders import an_editor
from tests.support.threads import Queue, beside
from tests.support.waiting import until

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def a_token(name: str = "ada") -> str:
    path = signing_in.make_link(name)
    assert path.startswith("/desk/sign-in/")
    return path.removeprefix("/desk/sign-in/")


def test_a_link_lets_its_editor_in_once():
    """The first use gives the editor, every later one nobody."""
    ada = an_editor()
    token = a_token()
    assert signing_in.use(token) == ada
    assert signing_in.use(token) is None
    assert signing_in.whose(token) is None


def test_looking_at_a_link_does_not_use_it_up():
    """Whom a link would let in can be asked as often as one likes."""
    ada = an_editor()
    token = a_token()
    assert signing_in.whose(token) == signing_in.whose(token) == ada
    assert signing_in.use(token) == ada


def test_a_link_is_good_for_a_day():
    """Until its last moment a link lets in, after it no more."""
    ada = an_editor()
    with time_machine.travel(NOON, tick=False):
        token, other = a_token(), a_token()
    with time_machine.travel(NOON + GOOD_FOR, tick=False):
        assert signing_in.use(token) == ada
    with time_machine.travel(NOON + GOOD_FOR + timedelta(seconds=1), tick=False):
        assert signing_in.whose(other) is None
        assert signing_in.use(other) is None


@pytest.mark.parametrize("token", ["", "x", "../..", "é", "a" * 5000])
def test_an_invented_link_lets_nobody_in(token):
    """What was never made lets nobody in and spends nobody's link."""
    an_editor()
    real = a_token()
    assert signing_in.use(token) is None
    assert signing_in.use(real) is not None


def test_what_is_kept_does_not_let_in():
    """Who reads the database finds digests, with which nobody gets in."""
    an_editor()
    token = a_token()
    kept = SignInLink.objects.get()
    assert token not in str(kept.__dict__)
    assert signing_in.use(kept.digest) is None
    assert len(token) >= 32
    assert a_token() != token


def test_old_links_are_swept_away():
    """Making a link forgets those that have run out, and no others."""
    an_editor()
    with time_machine.travel(NOON, tick=False):
        a_token()
    with time_machine.travel(NOON + timedelta(hours=12), tick=False):
        fresh = a_token()
    with time_machine.travel(NOON + timedelta(hours=25), tick=False):
        a_token()
        assert SignInLink.objects.count() == 2
        assert signing_in.whose(fresh) is not None


def test_who_has_left_gets_no_link_and_is_not_let_in():
    """An editor who does not work here any more gets no link, and an older one of
    theirs lets nobody in."""
    ada = an_editor()
    token = a_token()
    ada.is_active = False
    ada.save()
    assert signing_in.whose(token) is None
    assert signing_in.use(token) is None
    with pytest.raises(NoSuchEditor, match="Nobody called 'ada' works here"):
        signing_in.make_link("ada")


def test_an_unknown_name_is_answered_with_those_there_are():
    """Asking for a stranger's link names who works here; where nobody does, it says so."""
    with pytest.raises(NoSuchEditor, match="Known: nobody yet"):
        signing_in.make_link("eve")
    an_editor("bo")
    an_editor("ada")
    with pytest.raises(NoSuchEditor, match="Known: ada, bo"):
        signing_in.make_link("eve")


def test_the_first_editor_is_a_chief_and_there_is_one():
    """A new newsroom gets one chief; where anyone works already it gets nobody."""
    first = signing_in.first_editor()
    assert first is not None
    assert (first.username, first.role) == ("editor", Role.CHIEF)
    assert signing_in.first_editor() is None
    assert User.objects.count() == 1


def test_an_editor_is_made_once_and_keeps_the_role():
    """The same name is the same editor, whose role does not change by asking."""
    ada = an_editor("ada", Role.REPORTER)
    assert an_editor("ada", Role.CHIEF) == ada
    ada.refresh_from_db()
    assert ada.role == Role.REPORTER
    assert not ada.has_usable_password()
    assert not ada.is_staff
    assert not ada.is_superuser


@pytest.mark.parametrize(
    ("role", "may"), [(Role.REPORTER, False), (Role.EDITOR, True), (Role.CHIEF, True)]
)
def test_who_may_publish(role, may):
    """Editors and chiefs publish, reporters do not."""
    assert an_editor(role=role).may_publish is may


def test_nobody_is_more_than_a_reporter_by_default():
    """A user of whom nothing is said may write and no more."""
    assert User.objects.create(username="new").role == Role.REPORTER


def test_an_editor_is_called_by_name():
    """Readers of the desk see the full name, or the user name where there is none."""
    ada = an_editor()
    assert str(ada) == "ada"
    ada.first_name, ada.last_name = "Ada", "Brook"
    assert str(ada) == "Ada Brook"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_use_a_link_at_once_one_is_let_in():
    """Who comes with a link while another's use of it is not yet through is not let in."""
    ada, let_in = an_editor(), []
    token = a_token()
    second = Queue(lambda: let_in.append(signing_in.use(token)))
    with ExitStack() as stack, atomic():
        first = signing_in.use(token)
        stack.enter_context(beside(second))
        until(second.waits, "the second in the queue")
    assert first == ada
    assert let_in == [None]
