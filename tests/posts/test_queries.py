"""The door out: what other rooms may know, and at what price."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st

from stoppress.posts import publishing, queries
from stoppress.posts.copy import Change
from stoppress.posts.errors import PostsError
from stoppress.posts.models import Post
from stoppress.posts.views import PostView
from stoppress.wire import reading
from tests.builders import STORY, WRONG, a_photo, a_post
from tests.posts.looking import last_entry

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)

VERBS = {
    "amend": lambda post, n: publishing.amend(post, Change(text=f"Text {n}.")),
    "edit": lambda post, n: publishing.amend(
        post, Change(headline=f"Headline {n}"), silent=True
    ),
    "correct": lambda post, n: publishing.correct(
        post, Change(text=f"Text {n}.", key_event=bool(n % 2)), f"Note {n}."
    ),
    "pin": lambda post, n: publishing.pin(post),
    "unpin": lambda post, n: publishing.pin(post, pinned=False),
    "retract": lambda post, n: publishing.retract(post, f"Reason {n}."),
}

a_history = st.lists(
    st.tuples(st.integers(0, 1), st.sampled_from(sorted(VERBS))), max_size=8
)


@given(a_history)
@settings(max_examples=25)
def test_each_entry_carries_the_post_as_it_was_then(history):
    """Whatever is done to posts in whatever order, each entry's view is the one that the
    queries gave at that moment, and stays so whatever comes later."""
    start = reading.head()
    posts = [a_post(photo=a_photo(b"", alt="")).post_id for _ in range(2)]
    told: dict[int, PostView | None] = {}
    for step, (which, verb) in enumerate(history):
        with time_machine.travel(NOON + timedelta(minutes=step), tick=False):
            try:
                posted = VERBS[verb](posts[which], step)
            except PostsError:
                continue
        told[posted.seq or 0] = queries.post(posts[which])
        assert queries.as_of(last_entry()) == told[posted.seq or 0]
    for entry in reading.after(start):
        if entry.seq in told:
            assert queries.as_of(entry) == told[entry.seq]
    assert set(told) <= {entry.seq for entry in reading.after(start)}


@given(a_history)
@settings(max_examples=20)
def test_dates_never_lie(history):
    """A post is changed when readers were last told of a change and at no other time,
    and its story when that happened to any of its posts."""
    Post.objects.all().delete()
    with time_machine.travel(NOON, tick=False):
        posts = [a_post().post_id for _ in range(2)]
    changed = [NOON, NOON]
    for step, (which, verb) in enumerate(history, start=1):
        moment = NOON + timedelta(minutes=step)
        with time_machine.travel(moment, tick=False):
            try:
                VERBS[verb](posts[which], step)
            except PostsError:
                continue
        if verb in {"amend", "correct", "retract"}:
            changed[which] = moment
    for number, moment in zip(posts, changed, strict=True):
        view, row = queries.post(number), Post.objects.get(pk=number)
        assert view is not None
        assert row.changed_at == moment
        assert row.posted_at == NOON
    assert Post.objects.latest("changed_at").story.changed_at == max(changed)


def test_what_was_put_right_is_listed_by_when_it_was():
    """Corrected and retracted posts are listed, each once, the one put right last first,
    whatever else was changed since; others are not."""
    with time_machine.travel(NOON, tick=False):
        a_post()
        first, second, third = (a_post().post_id for _ in range(3))
    acts: list[Callable[[], object]] = [
        lambda: publishing.correct(first, Change(text="Two."), WRONG),
        lambda: publishing.retract(second, WRONG),
        lambda: publishing.correct(third, Change(text="Two."), WRONG),
        lambda: publishing.correct(first, Change(text="Three."), WRONG),
        lambda: publishing.amend(third, Change(key_event=True)),
    ]
    for minute, act in enumerate(acts, start=1):
        with time_machine.travel(NOON + timedelta(minutes=minute), tick=False):
            act()
    assert [post["id"] for post in queries.corrected(STORY)] == [first, third, second]
    assert len(queries.corrected(STORY, limit=1)) == 1
    assert queries.corrected("bridge") == []


def test_key_events_are_listed_newest_first():
    """A story's key events are its own, newest first, up to the limit."""
    numbers = [
        a_post(key_event=True, published_at=NOON + timedelta(hours=h)).post_id
        for h in (-3, -1, -2)
    ]
    a_post()
    a_post(story="bridge", key_event=True)
    found = [event["id"] for event in queries.key_events(STORY)]
    assert found == [numbers[1], numbers[2], numbers[0]]
    assert len(queries.key_events(STORY, limit=2)) == 2


def test_what_is_not_there_is_none():
    """A story or post that is not there is None, and a story without posts is empty."""
    assert queries.story("nowhere") is None
    assert queries.post(1) is None
    assert queries.text(1) is None
    assert queries.of_story("nowhere") == []
    assert queries.stories() == []
    assert queries.latest() == queries.drafts() == []
