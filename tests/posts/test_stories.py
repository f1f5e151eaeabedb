"""Stories: opened, closed, opened again; a slip of the pen is not a new story."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from stoppress.posts import publishing, queries, stories
from stoppress.posts.copy import MAX_PARAGRAPH, Change
from stoppress.posts.errors import BadCopy, LikelySlip, NoSuchStory, Refused
from stoppress.posts.models import MAX_SLUG, MAX_TITLE, Story
from tests.builders import STORY, WRONG, a_post, a_story
from tests.posts.looking import all_refused, all_rows, last_entry

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_an_opened_story_is_seen_and_told():
    """A story that was opened is in the queries and on the wire, the same in both."""
    with time_machine.travel(NOON, tick=False):
        seq = stories.open_story(STORY, " Harbour \n vote ", summary=" Who counts? ")
    view = queries.story(STORY)
    assert view == {
        "slug": STORY,
        "title": "Harbour vote",
        "url": f"/stories/{STORY}",
        "section": None,
        "summary": "Who counts?",
        "closed": False,
        "opened_at": "2026-11-24T12:00:00.000Z",
        "changed_at": "",
        "posts": 0,
        "corrections": 0,
    }
    entry = last_entry()
    assert (entry.seq, entry.kind) == (seq, "story.opened")
    assert entry.topics == [f"/stories/{STORY}"]
    told = entry.payload["story"]
    assert told == {name: view[name] for name in told}  # type: ignore[literal-required]
    assert {"slug", "title", "url", "summary", "closed"} <= told.keys()
    assert queries.as_of(entry) is None


def test_a_story_is_closed_and_opened_again():
    """Each of the two is seen and told, once; what was posted stays."""
    a_post()
    seq = stories.close_story(STORY)
    assert (last_entry().seq, last_entry().kind) == (seq, "story.closed")
    assert last_entry().payload["story"]["closed"] is True
    all_refused(Refused, lambda: stories.close_story(STORY))
    assert [story["closed"] for story in queries.stories()] == [True]
    seq = stories.open_story(STORY, "Harbour vote")
    assert (last_entry().seq, last_entry().kind) == (seq, "story.opened")
    assert last_entry().payload["story"]["closed"] is False
    all_refused(Refused, lambda: stories.open_story(STORY, "Harbour vote"))
    story = queries.story(STORY)
    assert story is not None
    assert (story["closed"], story["posts"]) == (False, 1)


def test_what_was_wrong_in_a_closed_story_is_still_put_right():
    """Closing a story ends what is new in it, not the duty to correct it."""
    number = a_post().post_id
    stories.close_story(STORY)
    publishing.correct(number, Change(text="Right."), WRONG)
    publishing.retract(number, WRONG)
    assert last_entry().kind == "post.retracted"


def test_a_story_that_is_not_there_is_not_closed():
    """Closing what is not there is refused by name."""
    a_story()
    all_refused(NoSuchStory, lambda: stories.close_story("bridge"))


@pytest.mark.parametrize(
    "slug",
    [
        *("", "-", "a-", "-a", "a--b", "A", "a b", "a_b", "ä", "a\n", "a/b", "a\0"),
        "a" * (MAX_SLUG + 1),
    ],
)
def test_a_malformed_slug_is_refused(slug):
    """A slug is lower-case words of letters and digits joined by single hyphens."""
    all_refused(
        BadCopy,
        lambda: stories.open_story(slug, "Title"),
        lambda: stories.ensure(slug, new=True),
    )


@pytest.mark.parametrize("slug", ["a", "2026", "a-1-b", "a" * MAX_SLUG])
def test_a_well_formed_slug_is_taken(slug):
    """A slug of the right form is a story's address."""
    a_story(slug)
    view = queries.story(slug)
    assert view is not None
    assert view["url"] == f"/stories/{slug}"


@pytest.mark.parametrize(
    ("title", "summary"),
    [
        ("", ""),
        (" \n", ""),
        ("x" * (MAX_TITLE + 1), ""),
        ("x", "x" * (MAX_PARAGRAPH + 1)),
    ],
)
def test_a_title_or_summary_out_of_bounds_is_refused(title, summary):
    """A story has a title of readable length, and a summary that is no article."""
    all_refused(BadCopy, lambda: stories.open_story(STORY, title, summary=summary))


def test_titles_and_summaries_up_to_the_bound_are_taken():
    """The bounds themselves still fit."""
    a_story(STORY, "x" * MAX_TITLE, summary="x" * MAX_PARAGRAPH)
    assert Story.objects.get().summary == "x" * MAX_PARAGRAPH


def test_a_story_is_there_when_it_was_ensured():
    """Ensuring opens what is missing, with a title made of the slug, and nothing twice."""
    assert stories.ensure("harbour-vote") is True
    before = all_rows()
    assert stories.ensure("harbour-vote", "Another title") is False
    assert all_rows() == before
    view = queries.story("harbour-vote")
    assert view is not None
    assert view["title"] == "Harbour Vote"


@pytest.mark.parametrize("slip", ["harbor-vote", "harbour-votes", "harbuor-vote"])
def test_a_likely_slip_is_not_a_new_story(slip):
    """A slug that nearly is another's is refused with the likely one; said to be new, it
    is opened."""
    a_story("harbour-vote")
    with pytest.raises(LikelySlip, match="Did you mean 'harbour-vote'"):
        stories.ensure(slip)
    all_refused(LikelySlip, lambda: stories.ensure(slip))
    assert stories.ensure(slip, new=True) is True


def test_another_name_is_another_story():
    """A slug that is like none of those there is opened without a question."""
    a_story("harbour-vote")
    assert stories.ensure("bridge") is True


def test_stories_stand_in_the_order_of_their_last_change():
    """The story that changed last is first; those in which nothing was posted come last,
    the newest of them first."""
    for minute, slug in enumerate(["quiet", "old", "new", "silent"]):
        with time_machine.travel(NOON + timedelta(minutes=minute), tick=False):
            a_story(slug)
    with time_machine.travel(NOON + timedelta(minutes=10), tick=False):
        number = a_post(story="old").post_id
    with time_machine.travel(NOON + timedelta(minutes=20), tick=False):
        a_post(story="new")

    def order() -> list[str]:
        return [story["slug"] for story in queries.stories()]

    assert order() == ["new", "old", "silent", "quiet"]
    with time_machine.travel(NOON + timedelta(minutes=30), tick=False):
        publishing.correct(number, Change(text="Right."), WRONG)
    assert order() == ["old", "new", "silent", "quiet"]
    assert [story["slug"] for story in queries.stories(limit=1)] == ["old"]


def test_a_story_counts_what_readers_may_see():
    """A story counts its posts, retracted ones too, and its corrections, each once."""
    number = a_post().post_id
    for text in ("Two.", "Three."):
        publishing.correct(number, Change(text=text), WRONG)
    publishing.retract(a_post().post_id, WRONG)
    a_post(story="bridge")
    view = queries.story(STORY)
    assert view is not None
    assert (view["posts"], view["corrections"]) == (2, 2)
