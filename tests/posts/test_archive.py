"""Reading costs the same however much there is: plans, questions, rows, counts kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model
from django.db.models.signals import post_init
from hypothesis import given, settings
from hypothesis import strategies as st

from stoppress.posts import people, people_queries, publishing, queries, section_queries
from stoppress.posts.copy import Change
from stoppress.posts.errors import PostsError
from stoppress.posts.models import Post, Revision, Story
from stoppress.posts.stories import close_story
from tests.builders import STORY, WRONG, a_draft, a_photo, a_post, a_section, a_story

pytestmark = pytest.mark.django_db

DAY = datetime(2026, 11, 20, tzinfo=UTC)

LISTS: dict[str, Callable[[int], object]] = {
    "stories": lambda _: queries.stories(),
    "story": lambda _: queries.story(STORY),
    "front": lambda _: queries.front(limit=10, lead=4, others=2),
    "section": lambda _: section_queries.section("world"),
    "stories of a section": lambda _: queries.stories(section="world"),
    "front of a section": lambda _: queries.front(
        limit=10, lead=4, others=2, section="world"
    ),
    "rail of a section": lambda _: queries.rail("world", stories=10, limit=6),
    "latest": lambda _: queries.latest(),
    "column": lambda _: queries.of_story(STORY),
    "later page": lambda mark: queries.of_story(STORY, before=mark),
    "latest of a story": lambda _: queries.latest_of(STORY, limit=3),
    "key events": lambda _: queries.key_events(STORY),
    "corrected": lambda _: queries.corrected(STORY),
    "people": lambda _: people_queries.people(limit=3),
    "later people": lambda _: people_queries.people(after="bo-ek", limit=3),
    "person": lambda _: people_queries.person("ann-moor"),
    "column of a person": lambda _: people_queries.of_person("ann-moor"),
    "later page of a person": lambda mark: people_queries.of_person(
        "ann-moor", before=mark
    ),
    "drafts": lambda _: queries.drafts(),
    "post": queries.post,
}


@pytest.fixture
def mark() -> int:
    """A post in the middle of an archive that has something for every list."""
    a_section()
    a_story(section="world")
    a_story("empty", "Empty", section="world")
    numbers = []
    for name in ("Ann Moor", "Bo Ek", "Cy Lind"):
        people.make_person(name)
    for day in range(6):
        post = a_post(
            people=("ann-moor", "bo-ek"),
            published_at=DAY - timedelta(days=day),
            key_event=bool(day % 2),
        ).post_id
        numbers.append(post)
        a_post(story="bridge")
        a_draft()
    publishing.pin(numbers[4])
    for post in numbers[:2]:
        publishing.correct(post, Change(text="Right."), WRONG)
    publishing.retract(numbers[5], WRONG)
    return numbers[2]


@pytest.mark.parametrize("ask", LISTS.values(), ids=LISTS)
def test_no_list_reads_or_sorts_the_archive(ask, mark):
    """Each list is read from an index in its own order: the database never goes through
    a whole table of posts or revisions, and never sorts."""
    for plan in plans(lambda: ask(mark)):
        assert "Seq Scan" not in plan, plan
        assert "SCAN posts_post\n" not in plan, plan
        assert "SCAN posts_revision" not in plan, plan
        if "posts_revision" not in plan:  # a few rows of posts at hand may be sorted
            assert "ORDER BY" not in plan, plan
            assert "Sort" not in plan, plan


@pytest.mark.parametrize("ask", LISTS.values(), ids=LISTS)
def test_a_list_costs_the_same_number_of_questions(ask, mark):
    """The database is asked as often for a long list as for a short one."""
    small = len(plans(lambda: ask(mark)))
    for number in range(12):
        post = a_post(key_event=True, photo=a_photo(b"", alt="")).post_id
        publishing.correct(post, Change(text="Right."), WRONG)
        a_post(story=f"story-{number}")
        a_draft()
    assert 1 <= len(plans(lambda: ask(mark))) <= small <= 7


def test_of_a_post_only_what_is_shown_is_read():
    """Of a post that changed all day the last revision and the corrections are read, and
    no text but the last one's HTML."""
    post = a_post().post_id
    publishing.correct(post, Change(text="Right."), WRONG)
    for number in range(8):
        publishing.amend(post, Change(text=f"Update {number}."))
    with read(Revision) as rows:
        queries.post(post)
        queries.latest()
        queries.of_story(STORY)
    assert [row.number for row in rows] == [10, 2] * 3
    assert all("text" in row.get_deferred_fields() for row in rows)
    assert all("html" in row.get_deferred_fields() for row in rows if row.number == 2)


VERBS: tuple[Callable[[int, int], object], ...] = (
    lambda post, n: publishing.amend(post, Change(text=f"Text {n}.")),
    lambda post, n: publishing.correct(post, Change(text=f"Text {n}."), WRONG),
    lambda post, n: publishing.correct(post, Change(text="Text."), WRONG),
    lambda post, n: publishing.retract(post, WRONG),
    lambda post, n: publishing.publish_draft(post),
    lambda post, n: publishing.pin(post),
)


@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from(VERBS)), max_size=10))
@settings(max_examples=25)
def test_counts_never_lie(history):
    """Whatever is done in whatever order, what a story says of its posts and corrections
    is what there is, and what was put right is marked."""
    Post.objects.all().delete()
    Story.objects.all().delete()
    posts = [a_post().post_id, a_draft().post_id, a_draft(story="bridge").post_id]
    for number, (which, verb) in enumerate(history):
        try:
            verb(posts[which], number)
        except PostsError:
            continue
    for story in queries.stories():
        seen = Post.objects.filter(story__slug=story["slug"]).exclude(state="draft")
        wrong = Revision.objects.filter(post__in=seen, nature="correction")
        assert (story["posts"], story["corrections"]) == (seen.count(), wrong.count())
    for post in Post.objects.all():
        natures = set(post.revisions.values_list("nature", flat=True))
        assert bool(post.put_right_at) == bool(natures & {"correction", "retraction"})


def test_the_front_shows_the_top_of_each_column():
    """Of the story that changed last as many posts as a lead has, of others fewer, each
    from the top of its column with what is pinned; an empty story comes last."""
    a_story("empty", "Empty")
    old = a_post(published_at=DAY).post_id
    ours = [a_post().post_id for _ in range(3)]
    theirs = [a_post(story="bridge").post_id for _ in range(5)]
    publishing.pin(old)
    shown = [
        (story["slug"], [post["id"] for post in posts])
        for story, posts in queries.front(limit=10, lead=3, others=2)
    ]
    assert shown == [
        ("bridge", theirs[:1:-1]),
        (STORY, [old, ours[-1]]),
        ("empty", []),
    ]
    assert len(queries.front(limit=1, lead=3, others=2)) == 1


def test_a_live_story_leads():
    """The live story that changed last comes first, also from behind as many closed ones
    as are shown; only where none is live does a closed one lead."""
    a_story("empty", "Empty")
    for slug in (STORY, "bridge", "ferry"):
        a_post(story=slug)
    close_story("ferry")
    assert slugs(3) == ["bridge", "ferry", STORY]
    close_story("bridge")
    assert slugs(3) == [STORY, "ferry", "bridge"]
    assert slugs(1) == [STORY]
    close_story(STORY)
    assert slugs(4) == ["ferry", "bridge", STORY, "empty"]


def slugs(limit: int) -> list[str]:
    found = queries.front(limit=limit, lead=3, others=2)
    return [story["slug"] for story, _ in found]


def plans(ask: Callable[[], object]) -> list[str]:
    """How the database goes about each question that is asked, in its own words."""
    asked: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        ask()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Of a few rows PostgreSQL would read all, whatever index there is.
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
            cursor.execute("SET LOCAL enable_sort = off")
        explain = (
            "EXPLAIN " if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN "
        )
        found = []
        for sql, params in asked:
            cursor.execute(explain + sql, params)
            found.append("\n".join(str(row[-1]) for row in cursor.fetchall()) + "\n")
    return found


@contextmanager
def read(kind: type[Model]) -> Iterator[list[Any]]:
    """The rows of this kind that are read within the block."""
    rows: list[Any] = []

    def seen(instance: Model, **_: object) -> None:
        rows.append(instance)

    post_init.connect(seen, sender=kind)
    try:
        yield rows
    finally:
        post_init.disconnect(seen, sender=kind)
