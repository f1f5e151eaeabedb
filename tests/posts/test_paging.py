"""A story's column, page by page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stoppress.posts import publishing, queries
from stoppress.posts.models import Post
from tests.builders import STORY, WRONG, a_draft, a_post, a_story

pytestmark = pytest.mark.django_db

DAY = datetime(2026, 11, 20, tzinfo=UTC)


def pages(limit: int) -> list[list[int]]:
    """The whole column as a reader gets it who asks for one page after the other."""
    column: list[list[int]] = []
    before: int | None = None
    while page := queries.of_story(STORY, limit=limit, before=before):
        column.append([post["id"] for post in page])
        before = page[-1]["id"]
    return column


def test_the_newest_news_comes_first():
    """Posts stand by the date of the news, not by when they came; of one moment, the
    later comes first."""
    old, new, twin = (a_post(published_at=DAY + timedelta(hours=h)) for h in (1, 9, 9))
    imported = a_post(published_at=DAY + timedelta(hours=5))
    expected = [post.post_id for post in (twin, new, imported, old)]
    assert pages(50) == [expected]
    assert [post["id"] for post in queries.latest()] == expected


def test_pinned_posts_stand_on_top():
    """What is pinned comes before what is newer."""
    old, new = a_post(published_at=DAY), a_post()
    publishing.pin(old.post_id)
    assert pages(50) == [[old.post_id, new.post_id]]
    publishing.pin(old.post_id, pinned=False)
    assert pages(50) == [[new.post_id, old.post_id]]


def test_a_page_of_pinned_posts_loses_nothing_behind_it():
    """When a whole page is pinned, the next has the rest of them and then all others,
    those that are newer too."""
    old, older = a_post(published_at=DAY), a_post(published_at=DAY - timedelta(days=1))
    new = a_post()
    publishing.pin(old.post_id)
    publishing.pin(older.post_id)
    assert pages(1) == [[old.post_id], [older.post_id], [new.post_id]]


def test_an_unknown_place_has_nothing_behind_it():
    """Behind a post that is not in the story, not there, or a draft, there is nothing."""
    a_post()
    elsewhere = a_post(story="bridge").post_id
    draft = a_draft(published_at=DAY + timedelta(hours=1)).post_id
    for before in (elsewhere, draft, 0, 10**30):
        assert queries.of_story(STORY, before=before) == []


def test_what_comes_meanwhile_moves_no_page():
    """A post that comes while someone reads on neither repeats nor hides an older one."""
    numbers = [a_post(published_at=DAY + timedelta(hours=h)).post_id for h in range(4)]
    first = queries.of_story(STORY, limit=2)
    a_post()
    second = queries.of_story(STORY, limit=2, before=first[-1]["id"])
    assert [post["id"] for post in [*first, *second]] == numbers[::-1]


a_column = st.lists(
    st.tuples(
        st.integers(0, 3),  # hours: several of one moment
        st.booleans(),  # pinned
        st.sampled_from(["published", "published", "retracted", "draft"]),
    ),
    max_size=8,
)


@given(a_column, st.integers(1, 6))
@settings(max_examples=25)
def test_every_post_is_on_exactly_one_page(column, limit):
    """Whatever the dates, pins and page size: page by page comes each post that readers
    may see, once, pinned before others, newer before older."""
    Post.objects.all().delete()
    if queries.story(STORY) is None:
        a_story()
    expected = []
    for hours, pinned, state in column:
        date = DAY + timedelta(hours=hours)
        act = a_draft if state == "draft" else a_post
        number = act(published_at=date).post_id
        if state == "draft":
            continue
        if pinned:
            publishing.pin(number)
        if state == "retracted":
            publishing.retract(number, WRONG)
        top = pinned and state != "retracted"
        expected.append((top, hours, number))
    column_in_order = [number for *_, number in sorted(expected, reverse=True)]
    got = pages(limit)
    assert [number for page in got for number in page] == column_in_order
    assert all(len(page) == limit for page in got[:-1])
