"""What a notice brings beside its words: a picture and buttons; and that it fits."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stoppress.posts import publishing, queries, stories
from stoppress.posts.copy import Change, Copy
from stoppress.posts.models import MAX_HEADLINE, MAX_SLUG, MAX_TITLE
from stoppress.push import messages
from stoppress.push.models import Broadcast
from tests.builders import a_photo
from tests.push.conftest import STORY, Desk

LONG_SITE = f"https://{'a' * 60}.{'b' * 60}.{'c' * 60}.example:8443"


def notices(desk: Desk) -> list[dict[str, Any]]:
    return [one.notification for one in desk.far.of("a")]


def test_the_posts_photo_is_in_the_notice(desk, settings, tmp_path, client):
    """Its address is whole, and the picture is there; a correction shows it as well; a
    retraction, which takes the picture back, does not."""
    settings.PHOTOS = tmp_path
    desk.reader("a")
    posted = desk.publish(photo=a_photo())
    desk.settle()
    publishing.correct(posted.post_id, Change(text="On Friday."), "It was wrong.")
    desk.settle()
    alert, corrected = notices(desk)
    assert alert["image"].startswith(f"{settings.SITE_URL}/photos/")
    assert corrected["image"] == alert["image"]
    path = alert["image"].removeprefix(settings.SITE_URL)
    assert client.get(path)["Content-Type"].startswith("image/")
    publishing.retract(posted.post_id, "Nothing of it is true.")
    desk.settle()
    assert "image" not in notices(desk)[-1]


def test_a_post_without_a_photo_names_none(desk):
    """No picture, no word of one."""
    desk.reader("a")
    desk.publish()
    desk.settle()
    assert "image" not in notices(desk)[0]


def test_buttons_lead_to_where_the_choice_is(desk, settings):
    """A browser that shows the notice by itself opens the story's page at its choice."""
    desk.reader("a")
    desk.publish()
    desk.settle()
    buttons = notices(desk)[0]["actions"]
    choice = f"{settings.SITE_URL}{STORY}#follow-title"
    assert [(one["action"], one["title"]) for one in buttons] == [
        ("follow", "Follow story"),
        ("mute", "Not this story"),
    ]
    assert {one["navigate"] for one in buttons} == {choice}


def test_the_address_of_a_press_is_the_posts_own(desk, client):
    """The parameter that says a notice was pressed changes nothing in the page: not its
    bytes, not its canonical address."""
    desk.reader("a")
    posted = desk.publish()
    desk.settle()
    number = Broadcast.objects.get().pk
    plain = client.get(f"/posts/{posted.post_id}")
    pressed = client.get(f"/posts/{posted.post_id}?{messages.PRESSED}={number}")
    assert pressed.content == plain.content


@pytest.mark.parametrize("letter", ["a", "П", "😀", '"'])
def test_the_longest_notice_fits(settings, tmp_path, db, letter):
    """Longest headline, story, slug and address, with a photo: still within what
    bridges between push services take, with its picture, its buttons and a whole title."""
    settings.SITE_URL, settings.PHOTOS = LONG_SITE, tmp_path
    slug, headline = "s" * MAX_SLUG, letter * MAX_HEADLINE
    stories.open_story(slug, letter * MAX_TITLE)
    words = {"story": slug, "headline": headline, "photo": a_photo()}
    posted = publishing.publish(
        Copy(text="Word after word. " * 90, **words), push=False
    )
    post = queries.post(posted.post_id)
    assert post is not None
    text = messages.plaintext(messages.compose(post, "alert", 10**12), 10**12)
    assert len(text) <= messages.MESSAGE_AT_MOST
    shown = json.loads(text)["notification"]
    assert shown["title"] == headline
    assert shown["image"].startswith(LONG_SITE)
    assert len(shown["actions"]) == 2
