"""Sections: made, renamed, put in order, deleted; what stands in them bears their topic."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from stoppress.posts import publishing, queries, section_queries, sections, stories
from stoppress.posts.copy import Change
from stoppress.posts.errors import (
    BadCopy,
    BadSlug,
    NoSuchSection,
    Refused,
    SectionInUse,
)
from stoppress.posts.models import MAX_SECTION
from tests.builders import STORY, WRONG, a_draft, a_post, a_section, a_story
from tests.posts.looking import all_refused, last_entry

pytestmark = pytest.mark.django_db

WORLD = {"slug": "world", "title": "World", "url": "/sections/world"}


def order() -> list[str]:
    return [view["slug"] for view in section_queries.sections()]


def test_a_section_that_was_made_is_seen_and_told():
    """It is in the queries and on the wire, the same in both, behind the others."""
    a_section("sport", "Sport")
    seq = sections.make_section("world", " World ")
    assert section_queries.section("world") == WORLD
    assert [view["stories"] for view in section_queries.sections()] == [0, 0]
    assert order() == ["sport", "world"]
    entry = last_entry()
    assert (entry.seq, entry.kind, entry.topics) == (
        seq,
        "section.made",
        ["/sections/world"],
    )
    assert entry.payload == {"section": WORLD}
    all_refused(Refused, lambda: sections.make_section("world", "Another"))


@pytest.mark.parametrize("slug", ["", "World", "a b", "a--b", "a/b", "a\n", "a" * 81])
def test_a_malformed_slug_is_refused(slug):
    """A section's slug is of the form of a story's, and the error says what it is about."""
    all_refused(BadSlug, lambda: sections.make_section(slug, "World"))
    with pytest.raises(BadSlug, match="a section's address"):
        sections.make_section(slug, "World")


@pytest.mark.parametrize("title", ["", " \n", "x" * (MAX_SECTION + 1)])
def test_a_title_out_of_bounds_is_refused(title):
    """A section has a title that fits in a bar with the others."""
    a_section()
    all_refused(
        BadCopy,
        lambda: sections.make_section("sport", title),
        lambda: sections.rename_section("world", title),
    )


def test_a_section_has_another_title():
    """The address stays; the same title again is refused."""
    a_section()
    sections.rename_section("world", "The world")
    assert section_queries.section("world") == {**WORLD, "title": "The world"}
    assert last_entry().kind == "section.renamed"
    assert last_entry().payload["section"]["title"] == "The world"
    all_refused(Refused, lambda: sections.rename_section("world", "The world"))


def test_sections_stand_in_the_order_that_they_are_put_in():
    """One place up or down at a time, and no further than the ends."""
    for slug in ("a", "b", "c"):
        a_section(slug, slug)
    sections.move_section("c", up=True)
    assert order() == ["a", "c", "b"]
    sections.move_section("a", up=False)
    assert order() == ["c", "a", "b"]
    assert last_entry().kind == "section.moved"
    assert last_entry().topics == ["/sections/a"]
    all_refused(
        Refused,
        lambda: sections.move_section("c", up=True),
        lambda: sections.move_section("b", up=False),
    )


def test_only_an_empty_section_is_deleted():
    """While a story stands in it, closed or without a post, it stays; then it goes."""
    a_section()
    a_story(section="world")
    stories.close_story(STORY)
    all_refused(SectionInUse, lambda: sections.delete_section("world"))
    stories.open_story(STORY, "Harbour vote", section="")
    sections.delete_section("world")
    assert last_entry().kind == "section.deleted"
    assert last_entry().payload == {"section": WORLD}
    assert section_queries.sections() == []


def test_a_section_that_is_not_there_is_refused_by_name():
    """The error names those there are, and nothing is left of the attempt."""
    a_section("sport", "Sport")
    a_story()
    all_refused(
        NoSuchSection,
        lambda: sections.rename_section("world", "World"),
        lambda: sections.move_section("world", up=True),
        lambda: sections.delete_section("world"),
        lambda: stories.open_story("bridge", "The bridge", section="world"),
        lambda: stories.amend_story(STORY, section="world"),
    )
    with pytest.raises(NoSuchSection, match="Sections here: sport"):
        sections.delete_section("world")


def test_a_story_names_its_section():
    """A story that was opened in a section has it in its view, on the wire and in topics."""
    a_section()
    a_story(section="world")
    view = queries.story(STORY)
    assert view is not None
    assert view["section"] == WORLD
    assert [view["section"] for view in queries.stories()] == [WORLD]
    assert last_entry().payload["story"]["section"] == WORLD
    assert last_entry().topics == [f"/stories/{STORY}", "/sections/world"]
    assert queries.topics(STORY) == [f"/stories/{STORY}", "/sections/world"]
    assert [view["stories"] for view in section_queries.sections()] == [1]


def test_every_entry_about_a_post_has_the_topic_of_its_section():
    """Published, amended, corrected, pinned, unpinned, retracted: each; without a section,
    none."""
    a_section()
    a_story(section="world")
    post = a_draft().post_id

    def topics() -> list[str]:
        return [t for t in last_entry().topics if t.startswith("/sections/")]

    acts: tuple[Callable[[], object], ...] = (
        lambda: publishing.publish_draft(post),
        lambda: publishing.amend(post, Change(text="More.")),
        lambda: publishing.correct(post, Change(text="Right."), WRONG),
        lambda: publishing.pin(post),
        lambda: publishing.pin(post, pinned=False),
        lambda: publishing.retract(post, WRONG),
    )
    for act in acts:
        act()
        assert topics() == ["/sections/world"], last_entry().kind
    a_post(story="bridge")
    assert topics() == []


def test_a_story_that_is_moved_bears_the_new_section():
    """From then on its entries have the new topic, with all other words as they were; the
    same again is refused; taken out, it has none."""
    a_section()
    a_section("sport", "Sport")
    a_story(section="world", summary="Who counts?")
    post = a_post().post_id
    stories.amend_story(STORY, section="sport")
    assert last_entry().kind == "story.amended"
    view = queries.story(STORY)
    assert view is not None
    assert view["section"] is not None
    assert view["section"]["slug"] == "sport"
    assert (view["title"], view["summary"]) == ("Harbour vote", "Who counts?")
    publishing.correct(post, Change(text="Right."), WRONG)
    assert "/sections/sport" in last_entry().topics
    assert "/sections/world" not in last_entry().topics
    all_refused(Refused, lambda: stories.amend_story(STORY, section="sport"))
    stories.amend_story(STORY, section="")
    assert last_entry().topics == [f"/stories/{STORY}"]


def test_a_story_keeps_its_section_through_closing_and_opening():
    """Opened again without a word about it, it stands where it stood."""
    a_section()
    a_story(section="world")
    stories.close_story(STORY)
    assert "/sections/world" in last_entry().topics
    stories.open_story(STORY, "Harbour vote")
    view = queries.story(STORY)
    assert view is not None
    assert view["section"] == WORLD


def test_readers_are_shown_sections_in_which_there_is_something_to_read():
    """An empty section, and one whose stories have no post, is not among them."""
    for slug in ("world", "sport", "politics"):
        a_section(slug, slug.title())
    a_story(section="world")
    a_story("ferry", "The ferry", section="sport")
    assert section_queries.read_sections() == []
    a_post()
    assert section_queries.read_sections() == [WORLD]


def test_a_sections_front_has_its_stories_alone():
    """Front and list of a section leave out what stands elsewhere; a live one leads."""
    a_section()
    a_section("sport", "Sport")
    for slug in ("old", "over"):
        a_story(slug, slug, section="world")
        a_post(story=slug)
    a_story("empty", "Empty", section="world")
    stories.close_story("over")
    a_story("match", "Match", section="sport")
    a_post(story="match")
    a_post(story="nowhere")

    def slugs(section: str) -> list[str]:
        found = queries.front(limit=9, lead=2, others=1, section=section)
        return [story["slug"] for story, _ in found]

    assert slugs("world") == ["old", "over", "empty"]
    assert slugs("sport") == ["match"]
    listed = [story["slug"] for story in queries.stories(section="world")]
    assert listed == ["over", "old", "empty"]


def test_a_sections_rail_has_its_newest_of_all_its_stories():
    """Key events by the date of the news, corrections by when they were made, of the
    section alone, no more than fit, and no retracted key event."""
    a_section()
    for slug in ("one", "two"):
        a_story(slug, slug, section="world")
    day = datetime(2026, 11, 20, tzinfo=UTC)
    old = a_post(story="one", key_event=True, published_at=day).post_id
    new = [a_post(story="two", key_event=True).post_id for _ in range(2)]
    publishing.retract(a_post(story="two", key_event=True).post_id, WRONG)
    publishing.correct(new[1], Change(text="Right."), WRONG)
    publishing.correct(old, Change(text="Right."), WRONG)
    outside = a_post(key_event=True).post_id
    publishing.correct(outside, Change(text="Right."), WRONG)
    key, right = queries.rail("world", stories=5, limit=3)
    assert [post["id"] for post in key] == [new[1], new[0], old]
    assert [post["id"] for post in right][:2] == [old, new[1]]
    assert len(right) == 3
    key, right = queries.rail("world", stories=5, limit=1)
    assert ([post["id"] for post in key], len(right)) == ([new[1]], 1)
