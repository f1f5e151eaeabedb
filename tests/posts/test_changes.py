"""Amending, correcting and pinning: what changes, what is told, what is kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from stoppress.posts import publishing, queries
from stoppress.posts.copy import Change
from stoppress.posts.errors import (
    AlreadyRetracted,
    BadCopy,
    ChangedMeanwhile,
    NoSuchPost,
    NothingChanged,
)
from stoppress.posts.models import Post, Revision
from stoppress.posts.views import PostView
from tests.builders import HEADLINE, STORY, WORDS, WRONG, a_post, an_article, an_editor
from tests.posts.looking import all_refused, all_rows, last_entry

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
LATER = "2026-11-24T12:10:00.000Z"


def seen(post_id: int) -> PostView:
    view = queries.post(post_id)
    assert view is not None
    return view


def later(minutes: int = 10) -> time_machine.travel:
    return time_machine.travel(NOON + timedelta(minutes=minutes), tick=False)


@pytest.fixture
def post() -> int:
    """A post of noon."""
    with time_machine.travel(NOON, tick=False):
        return a_post().post_id


def test_an_amendment_is_a_new_revision_that_readers_are_told_of(post):
    """An amended post has the new words, says that it was updated and when."""
    with later():
        posted = publishing.amend(post, Change(text="More boxes are open."))
    view = seen(post)
    assert (view["plain"], view["revision"]) == ("More boxes are open.", 2)
    assert (view["nature"], view["changed_at"]) == ("update", LATER)
    assert view["posted_at"] == "2026-11-24T12:00:00.000Z"
    assert view["corrections"] == []
    entry = last_entry()
    assert (entry.kind, entry.seq) == ("post.amended", posted.seq)
    assert queries.as_of(entry) == view


def test_a_silent_amendment_changes_the_words_and_no_date(post):
    """A slip of the pen is put right without a claim that there is news."""
    with later():
        publishing.amend(post, Change(text="The first boxes are open."), silent=True)
    view = seen(post)
    assert (view["plain"], view["nature"]) == ("The first boxes are open.", "edit")
    assert view["changed_at"] == view["posted_at"]
    story = queries.story(STORY)
    assert story is not None
    assert story["changed_at"] == view["posted_at"]
    assert queries.as_of(last_entry()) == view


def test_a_correction_says_what_was_wrong(post):
    """A corrected post has the right words and the note, with its moment and revision."""
    with later():
        publishing.correct(post, Change(text="Turnout is 41 per cent."), WRONG)
    view = seen(post)
    assert view["plain"] == "Turnout is 41 per cent."
    assert view["corrections"] == [{"at": LATER, "note": WRONG, "revision": 2}]
    assert (view["nature"], view["changed_at"]) == ("correction", LATER)
    entry = last_entry()
    assert entry.kind == "post.corrected"
    assert queries.as_of(entry) == view
    story = queries.story(STORY)
    assert story is not None
    assert (story["corrections"], story["changed_at"]) == (1, LATER)


def test_corrections_stand_in_the_order_in_which_they_were_made(post):
    """Each further correction is added behind those before it, and a later amendment
    leaves them there."""
    for number in (1, 2, 3):
        publishing.correct(post, Change(text=f"Text {number}."), f"Note {number}.")
    publishing.amend(post, Change(text="Text 4."))
    view = seen(post)
    notes = [(c["note"], c["revision"]) for c in view["corrections"]]
    assert notes == [("Note 1.", 2), ("Note 2.", 3), ("Note 3.", 4)]
    assert view["nature"] == "update"


def test_only_the_headline_can_be_changed():
    """What is not given stays as it is."""
    number = an_article().post_id
    publishing.correct(number, Change(headline="Northgate has voted"), WRONG)
    view = seen(number)
    assert (view["headline"], view["plain"]) == ("Northgate has voted", WORDS)


def test_an_articles_headline_cannot_be_taken_away():
    """An article keeps a headline; an update may lose its own."""
    with pytest.raises(BadCopy, match="needs a headline"):
        publishing.amend(an_article().post_id, Change(headline=" "))
    number = a_post(headline=HEADLINE).post_id
    publishing.amend(number, Change(headline=""))
    assert seen(number)["headline"] == ""


@pytest.mark.parametrize(
    "change",
    [
        Change(),
        Change(text=WORDS),
        Change(text=f"  {WORDS}\r\n"),
        Change(headline=""),
        Change(key_event=False),
    ],
)
def test_what_says_that_already_is_no_change(post, change):
    """An amendment or correction that changes nothing is refused and leaves nothing."""
    all_refused(
        NothingChanged,
        lambda: publishing.amend(post, change),
        lambda: publishing.correct(post, change, WRONG),
    )


@pytest.mark.parametrize("verb", ["amend", "correct"])
def test_a_post_can_become_a_key_event(post, verb):
    """Whether a post is a key event can be changed with either verb."""
    if verb == "amend":
        publishing.amend(post, Change(key_event=True))
    else:
        publishing.correct(post, Change(key_event=True), WRONG)
    assert seen(post)["key_event"] is True
    view = queries.as_of(last_entry())
    assert view is not None
    assert view["key_event"] is True
    assert [event["id"] for event in queries.key_events(STORY)] == [post]


def test_who_was_slower_is_told(post):
    """A change that was written on an older version is refused and leaves nothing."""
    publishing.amend(post, Change(text="Someone was quicker.", seen=1))
    slower = Change(text="I was slower.", seen=1)
    with pytest.raises(ChangedMeanwhile, match="at version 2 now"):
        publishing.amend(post, slower)
    all_refused(
        ChangedMeanwhile,
        lambda: publishing.amend(post, slower),
        lambda: publishing.correct(post, slower, WRONG),
    )
    publishing.amend(post, Change(text="Now I have seen it.", seen=2))
    assert seen(post)["plain"] == "Now I have seen it."


def test_revisions_never_change(post):
    """What a version once said it says after every later act."""
    ada = an_editor()
    publishing.amend(post, Change(text="Two.", by=ada))
    kept = list(Revision.objects.order_by("number").values())
    publishing.correct(post, Change(text="Three."), WRONG)
    publishing.amend(post, Change(text="Four."), silent=True)
    publishing.pin(post)
    publishing.retract(post, "It was another harbour.")
    rows = list(Revision.objects.order_by("number").values())
    assert rows[:2] == kept
    assert [row["text"] for row in rows] == [WORDS, "Two.", "Three.", "Four.", "Four."]
    assert [row["by"] for row in rows] == ["", "ada", "", "", ""]
    assert queries.text(post) == "Four."


def test_a_pin_moves_a_post_and_changes_nothing_in_it(post):
    """A pinned post is the same post, on top; it goes back as it came."""
    before = seen(post)
    for pinned, kind in [(True, "post.pinned"), (False, "post.unpinned")]:
        with later():
            posted = publishing.pin(post, pinned=pinned)
        entry = last_entry()
        assert entry.kind == kind
        assert seen(post) == {**before, "pinned": pinned, "seq": posted.seq}
        assert queries.as_of(entry) == seen(post)
        with pytest.raises(NothingChanged):
            publishing.pin(post, pinned=pinned)


@pytest.mark.parametrize("push", [True, False])
def test_only_what_was_wrong_is_told_again(post, *, push):
    """A correction and a retraction ask that those who were alerted be told, unless the
    editor says otherwise; an amendment and a pin never do."""
    publishing.amend(post, Change(text="Two."))
    publishing.correct(post, Change(text="Three."), WRONG, push=push)
    publishing.pin(post)
    publishing.retract(post, "It was another harbour.", push=push)
    pushes = [row["payload"]["push"] for row in all_rows()["Entry"][-4:]]
    assert pushes == [False, push, False, push]


@pytest.mark.parametrize("number", [0, -1, 10**30])
def test_a_post_that_is_not_there_is_named(number):
    """Every verb refuses a number that no post has."""
    with pytest.raises(NoSuchPost, match=f"There is no post {number}"):
        publishing.pin(number)
    all_refused(
        NoSuchPost,
        lambda: publishing.amend(number, Change(text="x")),
        lambda: publishing.correct(number, Change(text="x"), WRONG),
        lambda: publishing.retract(number, WRONG),
        lambda: publishing.pin(number),
        lambda: publishing.publish_draft(number),
    )
    assert queries.post(number) is None
    assert queries.any_post(number) is None
    assert queries.text(number) is None


def test_a_correction_needs_a_reason(post):
    """Without a note that readers can understand nothing is corrected."""
    before = all_rows()
    for note in ("", " \n\t", "\0"):
        with pytest.raises(BadCopy, match="A correction needs a reason"):
            publishing.correct(post, Change(text="Right."), note)
    assert all_rows() == before


def test_a_retracted_post_stays_as_it_is(post):
    """Nothing more can be done with a post that was taken back."""
    publishing.retract(post, WRONG)
    all_refused(
        AlreadyRetracted,
        lambda: publishing.amend(post, Change(text="x")),
        lambda: publishing.correct(post, Change(text="x"), WRONG),
        lambda: publishing.retract(post, WRONG),
        lambda: publishing.pin(post),
        lambda: publishing.publish_draft(post),
    )
    assert Post.objects.get(pk=post).state == "retracted"
