"""The chief's page: who works here, and what they may do."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from stoppress.staff import people, signing_in
from stoppress.staff.models import Role, User
from tests.desk.steps import page, send, words


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def test_all_are_shown(chief: Client, ada: User, reporter: Client) -> None:
    """The page names everyone with their role, and leads to a page for each."""
    shown = words(chief.get("/desk/people"))
    for name in ("boss", "ada", "rex"):
        assert f">{name}</a>" in shown
    assert "Never signed in" in shown
    assert "Chief: everything, and who works here" in shown
    assert "settings" not in shown
    assert "ada" in words(chief.get(f"/desk/people/{ada.pk}"))
    assert chief.get("/desk/people/999").status_code == 404


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("people", {"username": "eve", "role": "chief"}),
        ("people/{ada}/role", {"role": "chief"}),
        ("people/{ada}/leaving", {}),
        ("people/{ada}/returning", {}),
        ("people/{ada}/sign-in-link", {}),
    ],
)
def test_it_is_the_chiefs_alone(
    editor: Client,
    reporter: Client,
    stranger: Client,
    ada: User,
    path: str,
    fields: dict[str, str],
) -> None:
    """Neither an editor nor a reporter nor a stranger sees it or does any of it, not even
    about themselves."""
    path = path.format(ada=ada.pk)
    before = list(User.objects.order_by("pk").values())
    for client in (editor, reporter):
        assert client.get("/desk/people").status_code == 403
        assert client.get(f"/desk/people/{ada.pk}").status_code == 403
        answer = send(client, path, **fields)
        assert answer.status_code == 403
        assert "Only the chief may" in words(answer)
        assert "/desk/people" not in words(client.get("/desk/"))
    assert stranger.get("/desk/people").status_code == 302
    assert send(stranger, path, **fields).status_code == 403
    assert list(User.objects.order_by("pk").values()) == before
    assert not ada.signinlink_set.exists()


def test_brought_in_by_a_link(chief: Client, stranger: Client) -> None:
    """Someone new is brought in, gets a link that is shown once and nowhere kept, and
    comes in with it, in the role that was given."""
    answer = send(chief, "people", username="eve", role="reporter")
    assert answer.status_code == 303
    there = answer["Location"].partition("?")[0]
    assert "They may work here." in words(chief.get(answer["Location"]))
    made = send(chief, f"{there.removeprefix('/desk/')}/sign-in-link")
    assert made.status_code == 200
    assert "no-store" in made["Cache-Control"]
    [link] = re.findall(r"http://testserver(/desk/sign-in/[\w-]+)<", words(made))
    assert link not in words(chief.get(there))
    assert link not in str(dict(chief.session))
    assert stranger.post(link).status_code == 303
    assert "eve" in words(stranger.get("/desk/"))
    assert "reporter" in words(stranger.get("/desk/"))


@pytest.mark.parametrize(
    ("fields", "status", "why"),
    [
        ({"username": "", "role": "editor"}, 422, "Everyone here has a name."),
        ({"username": "a b", "role": "editor"}, 422, "cannot be a name here"),
        ({"username": "eve", "role": "owner"}, 422, "Select a valid choice"),
        ({"username": "Boss", "role": "editor"}, 409, "is here already"),
    ],
)
def test_who_cannot_be_brought_in(
    chief: Client, fields: dict[str, str], status: int, why: str
) -> None:
    """It is refused beside the field, and nobody is brought in."""
    answer = send(chief, "people", **fields)
    assert answer.status_code == status
    assert why in words(answer)
    assert User.objects.count() == 1


def test_a_role_counts_at_once(chief: Client, reporter: Client, story: str) -> None:
    """Who was made an editor publishes with the page that they have open, and who is a
    reporter again does not."""
    rex = User.objects.get(username="rex")
    for role, status in (("editor", 303), ("reporter", 403)):
        done = send(chief, f"people/{rex.pk}/role", role=role)
        assert done.status_code == 303
        answer = send(reporter, f"stories/{story}/posts", text=f"By the {role}.")
        assert answer.status_code == status


def test_shut_out_at_once(chief: Client, editor: Client, ada: User, story: str) -> None:
    """The next request of who was shut out finds them signed out on every browser; let in
    again, they are still signed out and need a new link."""
    other = Client()
    other.force_login(ada)
    assert send(chief, f"people/{ada.pk}/leaving").status_code == 303
    for client in (editor, other):
        assert client.get("/desk/").status_code == 302
        answer = send(client, f"stories/{story}/posts", text="I was here.")
        assert answer.status_code == 403
    refused = send(chief, f"people/{ada.pk}/sign-in-link")
    assert refused.status_code == 409
    assert "Nobody called" in words(refused)
    assert send(chief, f"people/{ada.pk}/returning").status_code == 303
    for client in (editor, other):
        assert client.get("/desk/").status_code == 302
    assert editor.post(signing_in.make_link("ada")).status_code == 303
    assert editor.get("/desk/").status_code == 200


@pytest.mark.parametrize(
    ("verb", "fields"), [("leaving", {}), ("role", {"role": "editor"})]
)
def test_the_last_chief_stays(
    chief: Client, boss: User, verb: str, fields: dict[str, str]
) -> None:
    """The only chief is told why not, and goes on working."""
    answer = send(chief, f"people/{boss.pk}/{verb}", **fields)
    assert answer.status_code == 409
    assert "is the only chief" in words(answer)
    assert (fresh(boss).is_active, fresh(boss).role) == (True, Role.CHIEF)
    assert chief.get("/desk/people").status_code == 200


@pytest.mark.parametrize(
    ("verb", "fields", "then"),
    [("leaving", {}, 302), ("role", {"role": "editor"}, 200)],
)
def test_a_chief_may_go_where_another_stays(
    chief: Client, boss: User, verb: str, fields: dict[str, str], then: int
) -> None:
    """Who shuts out themselves, or makes themselves less, is led where they still may
    be."""
    people.bring_in("second", Role.CHIEF)
    answer = send(chief, f"people/{boss.pk}/{verb}", **fields)
    assert answer["Location"].partition("?")[0] == "/desk/"
    assert chief.get(answer["Location"]).status_code == then


def test_nothing_that_is_so_already(chief: Client, ada: User) -> None:
    """A press that would change nothing says so; a second press of one form is one."""
    same = send(chief, f"people/{ada.pk}/role", role="editor")
    assert (same.status_code, "editor already" in words(same)) == (409, True)
    assert send(chief, f"people/{ada.pk}/returning").status_code == 409
    presses = [send(chief, f"people/{ada.pk}/leaving", form="abc") for _ in range(2)]
    assert [press.status_code for press in presses] == [303, 303]


def test_the_form_shows_the_role_there_is(chief: Client, ada: User) -> None:
    """The role that someone has is the one chosen on their page."""
    tags = page(chief.get(f"/desk/people/{ada.pk}")).tags
    chosen = [
        held["value"] for tag, held in tags if tag == "option" and "selected" in held
    ]
    assert chosen == ["editor"]
