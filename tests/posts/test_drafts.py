"""Drafts: written, amended, published once; readers know nothing before that."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from stoppress.posts import publishing, queries, stories
from stoppress.posts.copy import Change
from stoppress.posts.errors import (
    AlreadyPublished,
    AlreadyRetracted,
    BadCopy,
    NoSuchPost,
    StillADraft,
    StoryClosed,
)
from stoppress.wire import reading
from tests.builders import STORY, WORDS, WRONG, a_draft, a_photo, a_post, a_story
from tests.posts.looking import all_refused, all_rows, last_entry

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def draft() -> int:
    a_story()
    with time_machine.travel(NOON, tick=False):
        return a_draft().post_id


def test_readers_know_nothing_of_a_draft(draft):
    """A draft is in no query for readers, moves no story and is not on the wire."""
    head = reading.head()
    publishing.amend(draft, Change(text="Better.", key_event=True))
    assert reading.head() == head
    assert queries.post(draft) is None
    assert (
        queries.latest() == queries.of_story(STORY) == queries.key_events(STORY) == []
    )
    assert queries.of_story(STORY, before=draft) == []
    story = queries.story(STORY)
    assert story is not None
    assert (story["posts"], story["changed_at"]) == (0, "")


def test_who_works_here_sees_it(draft):
    """The desk finds a draft with its words and without a date of its own making."""
    view = queries.any_post(draft)
    assert view is not None
    assert (view["state"], view["plain"]) == ("draft", WORDS)
    assert view["published_at"] == view["posted_at"] == view["changed_at"] == ""
    assert queries.drafts() == [view]
    assert queries.text(draft) == WORDS


def test_it_says_where_it_is_to_be_found(draft):
    """A draft's address is the desk's, and it has no number on the wire."""
    posted = a_draft()
    assert posted.url == f"http://testserver/desk/posts/{posted.post_id}"
    assert posted.seq is None
    amended = publishing.amend(draft, Change(text="Better."))
    assert amended.url == f"http://testserver/desk/posts/{draft}"
    assert amended.seq is None


def test_a_published_draft_is_a_first_version(draft):
    """However often a draft was amended, to readers its publication is the first they
    see, with the moment at which it came out; versions count from there."""
    publishing.amend(draft, Change(text="Better."))
    publishing.amend(draft, Change(text="Best."), silent=True)
    an_hour_later = NOON + timedelta(hours=1)
    with time_machine.travel(an_hour_later, tick=False):
        posted = publishing.publish_draft(draft, push=True)
    view = queries.post(draft)
    assert view is not None
    assert (view["plain"], view["nature"], view["revision"]) == ("Best.", "first", 3)
    assert view["version"] == 1
    moments = {view[name] for name in ("published_at", "posted_at", "changed_at")}
    assert moments == {"2026-11-24T13:00:00.000Z"}
    entry = last_entry()
    assert (entry.kind, entry.seq) == ("post.published", posted.seq)
    assert entry.payload["push"] is True
    assert queries.as_of(entry) == view
    assert queries.drafts() == []
    publishing.amend(draft, Change(text="Better still."))
    amended = queries.post(draft)
    assert amended is not None
    assert (amended["revision"], amended["version"]) == (4, 2)


def test_a_draft_keeps_the_date_it_was_given(draft):
    """The date of the news, given with the draft or at its publication, stands."""
    day = datetime(2006, 1, 25, tzinfo=UTC)
    dated = a_draft(published_at=day, day_only=True).post_id
    publishing.publish_draft(dated)
    publishing.publish_draft(draft, published_at=day + timedelta(days=1), day_only=True)
    for number, date in [(dated, "2006-01-25"), (draft, "2006-01-26")]:
        view = queries.post(number)
        assert view is not None
        assert view["published_at"].startswith(date)
        assert view["published_on"] is True


def test_a_draft_is_published_once(draft):
    """Publishing it again, or what never was one, is refused and leaves nothing."""
    publishing.publish_draft(draft)
    post = a_post().post_id
    all_refused(
        AlreadyPublished,
        lambda: publishing.publish_draft(draft),
        lambda: publishing.publish_draft(post),
    )


def test_a_draft_is_not_published_in_a_closed_story(draft):
    """A story that was closed meanwhile does not take its drafts; they stay drafts."""
    stories.close_story(STORY)
    all_refused(StoryClosed, lambda: publishing.publish_draft(draft))


def test_a_wrong_date_publishes_nothing(draft):
    """A date that cannot be leaves the draft a draft."""
    ahead = datetime(2999, 1, 1, tzinfo=UTC)
    all_refused(BadCopy, lambda: publishing.publish_draft(draft, published_at=ahead))


def test_what_nobody_has_read_needs_no_correction(draft):
    """A draft is neither corrected, nor retracted, nor pinned."""
    all_refused(
        StillADraft,
        lambda: publishing.correct(draft, Change(text="x"), WRONG),
        lambda: publishing.retract(draft, WRONG),
        lambda: publishing.pin(draft),
    )


def test_a_draft_is_discarded_with_all_that_is_its_own(draft):
    """Its versions and its photo's words go, and nobody hears of it; what readers have,
    or had, is not discarded."""
    a_post()
    before = all_rows()
    thrown = a_draft(photo=a_photo()).post_id
    publishing.amend(thrown, Change(text="Better."))
    publishing.discard(thrown)
    assert all_rows() == before
    all_refused(NoSuchPost, lambda: publishing.discard(thrown))
    published, retracted = a_post().post_id, a_post().post_id
    publishing.retract(retracted, WRONG)
    all_refused(AlreadyPublished, lambda: publishing.discard(published))
    all_refused(AlreadyRetracted, lambda: publishing.discard(retracted))
