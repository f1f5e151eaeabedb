"""Imports that are refused: why, in words, and without a trace."""

from __future__ import annotations

import pytest

from stoppress.intake import errors
from stoppress.intake.importing import import_page
from stoppress.posts import publishing, queries, stories
from stoppress.posts.errors import LikelySlip, StoryClosed
from stoppress.wire import reading
from tests.builders import a_story
from tests.intake.pages import CAPTION, HEADLINE, scraped

pytestmark = pytest.mark.django_db

STORY = "ferry-pier"
DAY = "2002-03-07"
PAGE = scraped("Last Updated: 06/09/2016", HEADLINE, f"AP{CAPTION}").encode()


def test_the_same_page_is_not_imported_twice():
    """A second import is refused, names the first, and changes nothing."""
    first = import_page(PAGE, story=STORY, published=DAY)
    head = reading.head()
    again = PAGE.replace(b"\n\n", b"\n\n\n")
    with pytest.raises(
        errors.AlreadyImportedError, match=r"already been imported"
    ) as refused:
        import_page(again, story=STORY, published="2003-01-01")
    assert f"post {first.posted.post_id} ({first.posted.url})" in str(refused.value)
    assert "Amend or correct" in str(refused.value)
    assert reading.head() == head


def test_a_draft_is_not_made_twice():
    """The message about a draft says how it becomes a post."""
    import_page(PAGE, story=STORY)
    with pytest.raises(
        errors.AlreadyImportedError, match=r"is a draft: publish it"
    ) as refused:
        import_page(PAGE, story=STORY)
    assert "/desk/posts/" in str(refused.value)


def test_a_retracted_page_stays_retracted():
    """What was retracted does not come back by importing it again."""
    first = import_page(PAGE, story=STORY, published=DAY)
    publishing.retract(first.posted.post_id, "The council never voted.")
    with pytest.raises(errors.AlreadyImportedError, match="was retracted and stays so"):
        import_page(PAGE, story=STORY, published=DAY)


def test_a_likely_slip_opens_no_story():
    """A slug that is nearly another story's is asked back, unless it is meant."""
    a_story(STORY)
    with pytest.raises(LikelySlip, match="Did you mean 'ferry-pier'"):
        import_page(PAGE, story="fery-pier", published=DAY)
    import_page(PAGE, story="fery-pier", published=DAY, new_story=True)
    assert queries.story("fery-pier") is not None


def test_without_a_story_the_stories_are_named():
    """The message lists what there is and shows how a new one is opened."""
    with pytest.raises(
        errors.StoryNeededError, match=r"There is none yet.*--story northgate-"
    ):
        import_page(PAGE, story=None, published=DAY)
    a_story("winter-storms")
    a_story(STORY)
    with pytest.raises(
        errors.StoryNeededError, match="Stories here: ferry-pier, winter-storms"
    ):
        import_page(PAGE, story=None, published=DAY)


@pytest.mark.parametrize(
    "slug", ["Ferry Pier", "ferry_pier", "", "-pier", "паром", "x" * 81]
)
def test_a_slug_that_cannot_be_one_is_answered_with_one_that_can(slug):
    """The message shows what a slug looks like."""
    with pytest.raises(errors.BadStorySlugError, match=r"such as [a-z-]+"):
        import_page(PAGE, story=slug, published=DAY)


def test_a_closed_story_takes_nothing():
    """Nothing is imported into a closed story."""
    stories.close_story(a_story(STORY))
    with pytest.raises(StoryClosed):
        import_page(PAGE, story=STORY, published=DAY)


@pytest.mark.parametrize(
    ("page", "published"),
    [
        (PAGE, "07/08/2016"),
        (PAGE, "2999-01-01"),
        (b"", DAY),
        (b"\x89PNG\r\n\x1a\n\0\0", DAY),
        (b"Share\nAdvertisement", DAY),
        (b'<rss version="2.0"><channel><title>News</title></channel></rss>', DAY),
        (scraped().encode(), DAY),
        (scraped(HEADLINE, body=["The council sat. " * 20_000]).encode(), DAY),
    ],
    ids=[
        "ambiguous",
        "future",
        "empty",
        "png",
        "furniture",
        "feed",
        "no headline",
        "long",
    ],
)
def test_what_is_refused_leaves_nothing_behind(page, published):
    """A refused import opens no story and writes no entry."""
    with pytest.raises(Exception, match=r"\w") as refused:
        import_page(page, story=STORY, published=published)
    assert type(refused.value).__module__ in {
        "stoppress.intake.errors",
        "stoppress.posts.errors",
    }
    assert queries.stories() == []
    assert reading.head() == 0


def test_a_page_without_a_headline_says_where_to_put_it():
    """The message says what to do about a missing headline."""
    with pytest.raises(errors.NoHeadlineError, match="on the first line"):
        import_page(scraped().encode(), story=STORY, published=DAY)
