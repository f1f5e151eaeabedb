"""What stands beside a post's words: the date of its news, the words about its photo."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from stoppress.posts import publishing, queries, stories
from stoppress.posts.copy import MAX_PARAGRAPH, Change
from stoppress.posts.errors import BadCopy, NoSuchStory, NothingChanged, Refused
from stoppress.posts.models import MAX_CREDIT, MAX_TITLE
from stoppress.posts.views import PostView
from tests.builders import STORY, WORDS, WRONG, a_draft, a_photo, a_post, a_story
from tests.posts.looking import all_refused, last_entry

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
THEN = datetime(2006, 1, 25, 10, 30, tzinfo=UTC)


@pytest.fixture
def pictured() -> int:
    with time_machine.travel(NOON, tick=False):
        return a_post(photo=a_photo()).post_id


def seen(post_id: int) -> PostView:
    view = queries.any_post(post_id)
    assert view is not None
    return view


def test_a_photos_words_are_put_right(pictured):
    """A wrong credit is corrected with nothing else: the note says so, the picture and
    the other words stay, and the entry has what the page has."""
    before = seen(pictured)
    publishing.correct(pictured, Change(credit="Ilya Marsh"), WRONG)
    view = seen(pictured)
    assert before["photo"] is not None
    assert view["photo"] == {**before["photo"], "credit": "Ilya Marsh"}
    assert (view["plain"], view["revision"]) == (WORDS, 2)
    assert view["corrections"][0]["note"] == WRONG
    assert queries.as_of(last_entry()) == view


def test_all_of_a_photos_words_can_be_amended(pictured):
    """Each of the three kinds of words is changed as such, also without a word to
    readers; an empty caption or credit is none."""
    new: dict[str, Any] = {
        "credit": " ",
        "caption": "On Wednesday.",
        "alt": "A quay in snow",
    }
    publishing.amend(pictured, Change(**new), silent=True)
    photo = seen(pictured)["photo"]
    assert photo is not None
    assert {**photo, **new, "credit": ""} == photo
    assert seen(pictured)["nature"] == "edit"


@pytest.mark.parametrize(
    "change",
    [
        {"alt": " "},
        {"credit": "x" * (MAX_CREDIT + 1)},
        {"caption": "x" * (MAX_PARAGRAPH + 1)},
        {"alt": "x" * (MAX_PARAGRAPH + 1)},
        {"published_at": datetime(1604, 1, 1, tzinfo=UTC)},
        {"published_at": datetime(2006, 1, 1)},  # noqa: DTZ001  that is what is wrong
        {"published_at": NOON + timedelta(days=4000)},
    ],
)
def test_what_cannot_stand_there_is_refused(
    pictured: int, change: dict[str, Any]
) -> None:
    """The rules for a new post's photo and date hold for a changed one, and of a change
    that is refused in part nothing is done."""
    whole = Change(text="Other words.", **change)
    all_refused(
        BadCopy,
        lambda: publishing.amend(pictured, whole),
        lambda: publishing.correct(pictured, whole, WRONG),
    )


def test_words_about_a_photo_that_is_not_there(pictured):
    """A post without a photo takes no words about one; without a file the alternative
    text may be empty."""
    bare = a_post().post_id
    all_refused(BadCopy, lambda: publishing.amend(bare, Change(credit="Ilya")))
    told = a_post(photo=a_photo(b"")).post_id
    publishing.amend(told, Change(alt=""))
    photo = seen(told)["photo"]
    assert photo is not None
    assert photo["alt"] == ""


def test_what_it_says_already_is_no_change(pictured):
    """The same words and the same date are nothing new."""
    photo = a_photo()
    same = Change(credit=photo.credit, caption=photo.caption, alt=photo.alt)
    all_refused(
        NothingChanged,
        lambda: publishing.amend(pictured, same),
        lambda: publishing.amend(pictured, Change(published_at=NOON)),
    )


@pytest.mark.parametrize("day_only", [True, False])
def test_the_date_of_the_news_is_put_right(pictured, day_only):
    """A post that was dated wrong stands where its news belongs; when it came on our
    wire stays as it was."""
    other = a_post().post_id
    publishing.correct(pictured, Change(published_at=THEN, day_only=day_only), WRONG)
    view = seen(pictured)
    assert view["published_at"] == "2006-01-25T10:30:00.000Z"
    assert view["published_on"] is day_only
    assert view["posted_at"] == "2026-11-24T12:00:00.000Z"
    assert [post["id"] for post in queries.of_story(STORY)] == [other, pictured]
    assert queries.as_of(last_entry()) == view


def test_a_draft_is_dated_before_it_is_published():
    """The date that a draft was given is the one that it is published with."""
    draft = a_draft().post_id
    publishing.amend(draft, Change(published_at=THEN, day_only=True))
    publishing.publish_draft(draft)
    assert seen(draft)["published_at"] == "2006-01-25T10:30:00.000Z"
    assert seen(draft)["published_on"] is True


def test_a_story_gets_another_title():
    """Title and summary are changed in one entry, which says what the story is now; its
    address and what was posted stay."""
    a_story(summary="Who counts?")
    post = a_post().post_id
    seq = stories.amend_story(STORY, title=" The \n count ", summary=" Who won? ")
    entry = last_entry()
    assert (entry.seq, entry.kind, entry.topics) == (
        seq,
        "story.amended",
        [f"/stories/{STORY}"],
    )
    view = queries.story(STORY)
    assert view is not None
    assert (view["title"], view["summary"]) == ("The count", "Who won?")
    told = entry.payload["story"]
    assert (told["title"], told["summary"]) == ("The count", "Who won?")
    assert seen(post)["story"]["title"] == "The count"


def test_a_story_that_cannot_be_called_that():
    """A title is needed and fits; what is called that already is not changed; a story
    that is not there has none."""
    a_story(summary="Who counts?")
    all_refused(
        BadCopy,
        lambda: stories.amend_story(STORY, title=" ", summary=""),
        lambda: stories.amend_story(STORY, title="x" * (MAX_TITLE + 1), summary=""),
        lambda: stories.amend_story(
            STORY, title="x", summary="x" * (MAX_PARAGRAPH + 1)
        ),
    )
    same = {"title": "Harbour vote", "summary": "Who counts?"}
    all_refused(Refused, lambda: stories.amend_story(STORY, **same))
    all_refused(NoSuchStory, lambda: stories.amend_story("bridge", **same))
