"""Who works here: brought in, given another role, shut out, let in again."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import pytest

from stoppress.lib.transactions import atomic
from stoppress.staff import people, signing_in
from stoppress.staff.models import Role, User
from stoppress.staff.people import BadName, LastChief, NameTaken, ThatAlready
from stoppress.staff.signing_in import NoSuchEditor
from tests.builders import an_editor
from tests.support.threads import Queue, beside
from tests.support.waiting import until

pytestmark = pytest.mark.django_db


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def test_brought_in():
    """Someone new has the name and the role that were given, and comes in by a link."""
    people.bring_in("ada", Role.EDITOR)
    [ada] = people.everyone()
    assert (ada.username, ada.role, ada.is_active) == ("ada", "editor", True)
    assert not ada.has_usable_password()
    assert signing_in.make_link("ada")


@pytest.mark.parametrize("name", ["", "ada brook", "a/b", "<b>", "x" * 151, "a\n"])
def test_a_name_that_cannot_be(name):
    """What would not fit a list or an address is no name."""
    with pytest.raises(BadName):
        people.bring_in(name, Role.EDITOR)
    assert people.everyone() == []


@pytest.mark.parametrize("name", ["ada", "Ada"])
def test_two_of_one_name_cannot_be_told_apart(name):
    """A name is taken, also in other letters, and also by who has left."""
    an_editor("boss", Role.CHIEF)
    ada = an_editor("ada", Role.REPORTER)
    people.shut_out(ada.pk)
    with pytest.raises(NameTaken):
        people.bring_in(name, Role.CHIEF)
    assert fresh(ada).role == Role.REPORTER


def test_another_role():
    """Each role can be given to anyone, as long as there is another chief."""
    boss, ada = an_editor("boss", Role.CHIEF), an_editor("ada", Role.REPORTER)
    for role in (Role.EDITOR, Role.CHIEF):
        people.give_role(ada.pk, role)
        assert fresh(ada).role == role
    people.give_role(boss.pk, Role.REPORTER)
    assert fresh(boss).role == Role.REPORTER
    with pytest.raises(ThatAlready):
        people.give_role(boss.pk, Role.REPORTER)


def test_shut_out_and_let_in_again():
    """Who is shut out can neither use a link nor get one; let in again, they have their
    role but none of their old links and signs of having been in."""
    an_editor("boss", Role.CHIEF)
    ada = an_editor("ada", Role.EDITOR)
    token = signing_in.make_link("ada").rpartition("/")[2]
    proof = ada.get_session_auth_hash()
    people.shut_out(ada.pk)
    assert not fresh(ada).is_active
    assert signing_in.whose(token) is None
    with pytest.raises(NoSuchEditor):
        signing_in.make_link("ada")
    with pytest.raises(ThatAlready):
        people.shut_out(ada.pk)
    people.let_in(ada.pk)
    assert (fresh(ada).is_active, fresh(ada).role) == (True, Role.EDITOR)
    assert signing_in.whose(token) is None
    assert fresh(ada).get_session_auth_hash() != proof
    with pytest.raises(ThatAlready):
        people.let_in(ada.pk)


@pytest.mark.parametrize(
    "less",
    [
        people.shut_out,
        lambda number: people.give_role(number, Role.EDITOR),
        lambda number: people.give_role(number, Role.REPORTER),
    ],
    ids=["shut out", "editor", "reporter"],
)
def test_the_last_chief_stays(less: Any) -> None:
    """The only chief can neither leave nor be made less; one who is shut out does not
    count as another."""
    boss, other = an_editor("boss", Role.CHIEF), an_editor("other", Role.CHIEF)
    people.shut_out(other.pk)
    with pytest.raises(LastChief, match="boss is the only chief"):
        less(boss.pk)
    assert (fresh(boss).is_active, fresh(boss).role) == (True, Role.CHIEF)
    people.let_in(other.pk)
    less(boss.pk)
    with pytest.raises(LastChief):
        less(other.pk)


def test_who_is_no_chief_can_always_leave():
    """The rule for the last chief holds nobody else back."""
    an_editor("boss", Role.CHIEF)
    ada = an_editor("ada", Role.EDITOR)
    people.shut_out(ada.pk)
    people.give_role(ada.pk, Role.REPORTER)
    assert [user.username for user in people.everyone()] == ["boss", "ada"]


@pytest.mark.django_db(transaction=True)
def test_two_chiefs_cannot_shut_out_each_other():
    """Of two at the same moment the second waits for the first, and is refused."""
    first, second = an_editor("one", Role.CHIEF), an_editor("two", Role.CHIEF)
    refused: list[LastChief] = []

    def answer() -> None:
        try:
            people.shut_out(first.pk)
        except LastChief as error:
            refused.append(error)

    queue = Queue(answer)
    with ExitStack() as stack, atomic():
        people.shut_out(second.pk)
        stack.enter_context(beside(queue))
        until(queue.waits, "the second in the queue")
    assert len(refused) == 1
    assert [user.is_active for user in people.everyone()] == [True, False]
