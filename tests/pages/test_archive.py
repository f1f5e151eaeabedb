"""A page costs the same however many stories and posts there are."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from stoppress.pages import views
from stoppress.posts import people, sections, stories
from tests.pages.conftest import Newsroom


def test_every_page_asks_the_database_as_often_in_a_large_newsroom(
    client, newsroom, monkeypatch
):
    """With four times the stories, posts, key events and corrections, no page asks one
    question more."""
    monkeypatch.setattr(views, "COLUMN_POSTS", 3)
    sections.make_section("world", "World")
    stories.amend_story("harbour", section="world")
    people.make_person("Ann Moor")
    post = _fill(newsroom, 4)
    story = "/stories/harbour"
    addresses = (
        "/",
        "/sections/world",
        story,
        f"{story}?before={post}",
        f"/posts/{post}",
        "/people/ann-moor",
        f"/people/ann-moor?before={post}",
    )
    small = {address: _asked(client, address) for address in addresses}
    _fill(newsroom, 16)
    large = {address: _asked(client, address) for address in addresses}
    assert all(0 < large[address] <= small[address] <= 16 for address in addresses), (
        small,
        large,
    )


def _fill(newsroom: Newsroom, count: int) -> int:
    """Lets this much of everything happen; the last post that was put right."""
    key = 0
    for _ in range(count):
        key = newsroom.post(key_event=True, people=("ann-moor",))
        newsroom.correct(key, "The second boxes are open.", "Not the first.")
        newsroom.retract(newsroom.post(), "It was not so.")
        slug = newsroom.story(f"story-{key}", f"Story {key}")
        stories.amend_story(slug, section="world")
        newsroom.post(story=slug)
    return key


def _asked(client: Any, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)
