"""Signing in with a link, out again, and back to where one was going."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from stoppress.lib.clock import now
from stoppress.staff.models import User
from stoppress.staff.signing_in import make_link
from tests.desk.steps import words

INSIDE = [
    "/desk/",
    "/desk/stories",
    "/desk/stories/harbour-vote",
    "/desk/stories/harbour-vote?before=7",
    "/desk/posts/1",
]
OUTSIDE = [
    "",
    "/",
    "/follow",
    "//evil.example/desk/",
    "https://evil.example/desk/",
    "http:///evil.example/desk/",
    "/\\evil.example/desk/",
    "javascript:alert(1)//desk/",
    "/desk/sign-out",
    "/desk/sign-in",
    "/desk\\@evil.example",
    "\x01/desk/",
    "/desk/" + 600 * "a",
]


def test_looking_at_a_link_leaves_it_good(stranger: Client, ada: User) -> None:
    """A link that was only looked at still lets its editor in."""
    link = make_link("ada")
    for _ in range(3):
        seen = stranger.get(link)
        assert seen.status_code == 200
        assert "Sign in as ada" in words(seen)
    assert stranger.get("/desk/").status_code == 302
    assert stranger.post(link).status_code == 303
    assert stranger.get("/desk/").status_code == 200


def test_a_link_is_good_once(stranger: Client, ada: User) -> None:
    """A link that was used lets nobody in again."""
    link = make_link("ada")
    assert Client().post(link).status_code == 303
    for answer in (stranger.get(link), stranger.post(link)):
        assert answer.status_code == 404
        assert "stoppress sign-in" in words(answer)
    assert stranger.get("/desk/").status_code == 302


def test_a_link_is_good_for_a_day(stranger: Client, ada: User) -> None:
    """A link of the day before yesterday lets nobody in."""
    link = make_link("ada")
    with time_machine.travel(now() + timedelta(hours=25), tick=False):
        assert stranger.post(link).status_code == 404


def test_an_unknown_link_lets_nobody_in(stranger: Client) -> None:
    """A made-up link is answered as a spent one is."""
    assert stranger.post("/desk/sign-in/made-up").status_code == 404


@pytest.mark.parametrize("going", INSIDE)
def test_back_to_where_one_was_going(stranger: Client, ada: User, going: str) -> None:
    """Who was sent to the sign-in comes back to the page they had asked for."""
    sent = stranger.get(going)
    assert sent.status_code == 302
    assert sent["Location"].startswith("/desk/sign-in?next=%2Fdesk%2F")
    assert "stoppress sign-in" in words(stranger.get(sent["Location"]))
    assert stranger.post(make_link("ada"))["Location"] == going


@pytest.mark.parametrize("going", OUTSIDE)
def test_never_to_another_site(stranger: Client, ada: User, going: str) -> None:
    """An address outside the desk is not gone to after the sign-in."""
    assert stranger.get("/desk/sign-in", {"next": going}).status_code == 200
    assert stranger.post(make_link("ada"))["Location"] == "/desk/"


@pytest.mark.parametrize("going", OUTSIDE)
def test_a_forged_cookie_is_no_better(stranger: Client, ada: User, going: str) -> None:
    """The address is judged again when it is used, wherever it came from."""
    stranger.cookies["desk-next"] = going
    assert stranger.post(make_link("ada"))["Location"] == "/desk/"


@pytest.mark.parametrize(
    "going", ["/desk/stories/é\u20ac", "/desk/a\r\nSet-Cookie: x=y"]
)
def test_an_odd_address_breaks_nothing(stranger: Client, ada: User, going: str) -> None:
    """Characters that no header can hold are written in one that can."""
    answer = stranger.get("/desk/sign-in", {"next": going})
    assert answer.status_code == 200
    assert str(answer.cookies["desk-next"]).isascii()
    location = stranger.post(make_link("ada"))["Location"]
    assert location.startswith("/desk/")
    assert "\n" not in location


def test_signed_in_goes_straight_on(editor: Client) -> None:
    """Who is signed in needs no sign-in page."""
    answer = editor.get("/desk/sign-in", {"next": "/desk/stories"})
    assert answer["Location"] == "/desk/stories"


def test_signing_out(editor: Client) -> None:
    """After signing out the desk is closed to this browser."""
    assert editor.post("/desk/sign-out")["Location"] == "/desk/sign-in"
    assert editor.get("/desk/").status_code == 302


def test_signing_out_takes_a_press(editor: Client) -> None:
    """A link or a picture on some page cannot sign an editor out."""
    assert editor.get("/desk/sign-out").status_code == 405
    assert editor.get("/desk/").status_code == 200


def test_who_left_the_newsroom_is_out(editor: Client, ada: User) -> None:
    """An editor who no longer works here is signed out with their next request."""
    ada.is_active = False
    ada.save()
    assert editor.get("/desk/").status_code == 302


def test_cookies_stay_at_the_desk(stranger: Client, ada: User) -> None:
    """Readers' pages get no cookie of the desk: it is sent to /desk alone."""
    link = make_link("ada")
    cookies = stranger.get(link).cookies | stranger.post(link).cookies
    assert {cookie["path"] for cookie in cookies.values()} == {"/desk"}
    assert cookies["sessionid"]["httponly"]
