"""Publishing: what everyone sees of a new post, in rows, views and on the wire."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
import time_machine

from stoppress.posts import publishing, queries, stories
from stoppress.posts.copy import Copy
from stoppress.posts.errors import BadCopy, NoSuchStory, StoryClosed
from stoppress.posts.views import PostView
from tests.builders import (
    STORY,
    WORDS,
    a_copy,
    a_photo,
    a_post,
    a_story,
    an_article,
    an_editor,
)
from tests.posts.looking import all_rows, last_entry

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_a_new_post_is_seen_as_it_was_written():
    """An update's view says what it is, where it stands and when it came."""
    with time_machine.travel(NOON, tick=False):
        posted = a_post("The *first* boxes are open.", key_event=True)
    number = posted.post_id
    assert queries.post(number) == {
        "id": number,
        "url": f"/posts/{number}",
        "kind": "update",
        "key_event": True,
        "pinned": False,
        "state": "published",
        "story": {
            "slug": STORY,
            "title": "Harbour Vote",
            "url": f"/stories/{STORY}",
        },
        "people": [],
        "headline": "",
        "html": "<p>The <em>first</em> boxes are open.</p>",
        "plain": "The first boxes are open.",
        "published_at": "2026-11-24T12:00:00.000Z",
        "published_on": False,
        "posted_at": "2026-11-24T12:00:00.000Z",
        "changed_at": "2026-11-24T12:00:00.000Z",
        "revision": 1,
        "version": 1,
        "nature": "first",
        "corrections": [],
        "retraction": None,
        "photo": None,
        "source": None,
        "seq": posted.seq,
    }
    assert posted.url == f"http://testserver/posts/{number}"


def test_the_view_has_every_name_that_others_rely_on():
    """A post's view has exactly the names that its type declares."""
    view = queries.post(a_post().post_id)
    assert view is not None
    assert view.keys() == PostView.__annotations__.keys() | {"seq"}


@pytest.mark.parametrize("push", [True, False])
def test_its_entry_carries_the_post_and_whether_to_push(push):
    """A published post's entry has the view without its own number, and says whether
    followers are to be told."""
    posted = a_post(push=push)
    entry = last_entry()
    view = queries.post(posted.post_id)
    assert view is not None
    known = {name: value for name, value in view.items() if name != "seq"}
    assert entry.payload == {"post": known, "push": push}
    assert (entry.seq, entry.kind) == (posted.seq, "post.published")
    assert entry.topics == [f"/stories/{STORY}", f"/posts/{posted.post_id}"]
    assert queries.as_of(entry) == view


def test_the_news_may_be_older_than_its_post():
    """The date of the news is the newsroom's word; when it came here is the clock's."""
    minsk = timezone(timedelta(hours=2))
    day = datetime(2006, 1, 25, 1, 30, tzinfo=minsk)
    with time_machine.travel(NOON, tick=False):
        view = queries.post(an_article(published_at=day, day_only=True).post_id)
    assert view is not None
    assert view["published_at"] == "2006-01-24T23:30:00.000Z"
    assert view["published_on"] is True
    assert view["posted_at"] == view["changed_at"] == "2026-11-24T12:00:00.000Z"


def test_a_photos_three_kinds_of_words_stay_apart():
    """Credit, caption and alternative text come out as they went in, each in its place,
    with the picture's size."""
    view = queries.post(a_post(photo=a_photo()).post_id)
    assert view is not None
    photo = view["photo"]
    assert photo is not None
    assert photo["credit"] == "Mara Quill/Northgate Post"
    assert photo["caption"] == "The ferry office on Tuesday."
    assert photo["alt"] == "A low white building on a quay"
    assert (photo["width"], photo["height"]) == (64, 48)
    assert photo["url"].startswith("/photos/")


def test_a_photo_of_which_only_the_words_are_known_has_no_address():
    """Where no picture came in, its credit and caption are kept, without a file."""
    view = queries.post(a_post(photo=a_photo(b"", alt="")).post_id)
    assert view is not None
    assert view["photo"] == {
        "url": "",
        "width": 0,
        "height": 0,
        "credit": "Mara Quill/Northgate Post",
        "caption": "The ferry office on Tuesday.",
        "alt": "",
    }


def test_the_source_pages_own_stamp_is_kept_as_what_it_is():
    """An imported post says where it came from and what stamp was there, and its date
    stays the newsroom's."""
    source = {"name": "Old site", "stamp": "Last updated 07/27/2016", "digest": "ab12"}
    day = datetime(2006, 1, 25, tzinfo=UTC)
    number = a_post(source=source, published_at=day).post_id
    view = queries.post(number)
    assert view is not None
    assert view["source"] == {
        "name": "Old site",
        "stamp": "Last updated 07/27/2016",
        "url": "",
    }
    assert view["published_at"].startswith("2006-01-25")
    assert queries.with_digest(STORY, "ab12") == view
    assert queries.with_digest(STORY, "cd34") is None


def test_who_wrote_it_is_on_the_revision():
    """The writer's name is kept with each version, cut where it is too long."""
    ada = an_editor()
    ada.first_name, ada.last_name = "A" * 150, "Brook" * 30
    ada.save()
    publishing.publish(a_copy(by=ada))
    (revision,) = all_rows()["Revision"]
    assert revision["by"] == "A" * 150


def test_a_story_says_when_it_changed_and_how_much_is_in_it():
    """A story's view counts its posts and moves with the last of them."""
    a_story()
    first = queries.story(STORY)
    assert first is not None
    assert (first["posts"], first["changed_at"]) == (0, "")
    with time_machine.travel(NOON, tick=False):
        a_post()
    with time_machine.travel(NOON + timedelta(minutes=5), tick=False):
        a_post()
    story = queries.story(STORY)
    assert story is not None
    assert (story["posts"], story["changed_at"]) == (2, "2026-11-24T12:05:00.000Z")


@pytest.mark.parametrize("slug", ["bridge", "Harbour Vote", "a\0b", "", "x" * 5000])
def test_nothing_is_posted_in_a_story_that_is_not_there(slug):
    """A post for a story that is not there is refused by name, and those there are named."""
    a_story()
    before = all_rows()
    with pytest.raises(NoSuchStory, match=f"Stories here: {STORY}"):
        publishing.publish(Copy(story=slug, text=WORDS))
    assert all_rows() == before


def test_nothing_is_posted_in_a_closed_story():
    """A closed story takes neither a post nor a draft; opened again it does."""
    a_story()
    stories.close_story(STORY)
    before = all_rows()
    for act in (publishing.publish, publishing.save_draft):
        with pytest.raises(StoryClosed, match=STORY):
            act(Copy(story=STORY, text=WORDS))
    assert all_rows() == before
    a_story()
    assert a_post().seq


def test_a_post_that_is_refused_leaves_no_picture(settings, tmp_path):
    """A picture for a post that cannot be published is not kept."""
    settings.PHOTOS = tmp_path
    a_story()
    with pytest.raises(NoSuchStory):
        publishing.publish(Copy(story="bridge", text=WORDS, photo=a_photo()))
    with pytest.raises(BadCopy):
        publishing.publish(Copy(story=STORY, text="", photo=a_photo()))
    assert list(tmp_path.iterdir()) == []
