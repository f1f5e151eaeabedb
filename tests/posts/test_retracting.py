"""Retracting: the place stays, the words go, the reason is shown."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine

from stoppress.posts import publishing, queries
from stoppress.posts.copy import Change
from stoppress.posts.drawing import draw
from stoppress.posts.errors import BadCopy
from stoppress.posts.models import Revision
from stoppress.posts.views import PostView
from tests.builders import STORY, a_photo, a_post, an_article, an_editor
from tests.posts.looking import all_rows, last_entry, words_in

pytestmark = pytest.mark.django_db

REASON = "The statement was not the harbour master's."
# Words that nobody may read any more, wherever they stood.
GONE = ["Falsehood", "slander", "calumny", "hearsay", "libel"]


@pytest.fixture
def retracted() -> int:
    """An article, pinned, with a photo, full of words that must go, taken back."""
    photo = a_photo(credit="calumny", caption="hearsay", alt="libel")
    number = an_article(
        "A slander of **Falsehood**.", headline="Falsehood", photo=photo
    )
    publishing.pin(number.post_id)
    publishing.amend(number.post_id, Change(text="More slander."))
    with time_machine.travel(datetime(2026, 11, 24, 12, tzinfo=UTC), tick=False):
        publishing.retract(number.post_id, REASON, by=an_editor())
    return number.post_id


def everywhere(number: int) -> list[PostView | None]:
    """The post in every query that can show it."""
    return [
        queries.post(number),
        queries.any_post(number),
        queries.as_of(last_entry()),
        *queries.latest(),
        *queries.of_story(STORY),
        *queries.corrected(STORY),
    ]


def test_no_query_and_no_entry_has_a_word_of_it(retracted):
    """After a retraction neither a query nor its entry holds anything of the post's
    words, its picture's or its headline; all hold the same."""
    views = everywhere(retracted)
    assert len(views) == 6
    assert views[1:] == views[:-1]
    for word in GONE:
        assert word not in words_in(views[0])
        assert word not in words_in(last_entry().payload)


def test_its_drawing_has_no_word_of_it(retracted):
    """What readers see has the reason and nothing of what was taken back."""
    view = queries.post(retracted)
    assert view is not None
    drawn = draw(view)
    assert not [word for word in GONE if word in drawn]
    assert "The statement was not the harbour master&#x27;s." in drawn
    assert "Retracted" in drawn


def test_it_says_why_and_when(retracted):
    """The view keeps its place and its dates, and says why and when it was taken back."""
    view = queries.post(retracted)
    assert view is not None
    assert (view["state"], view["nature"]) == ("retracted", "retraction")
    assert view["retraction"] == {"at": "2026-11-24T12:00:00.000Z", "reason": REASON}
    assert view["changed_at"] == "2026-11-24T12:00:00.000Z"
    assert view["headline"] == view["html"] == view["plain"] == ""
    assert view["photo"] is None
    assert view["pinned"] is False
    entry = last_entry()
    assert (entry.kind, entry.seq) == ("post.retracted", view["seq"])


def test_it_is_no_key_event_any_more():
    """A key event that was taken back is not among a story's key events."""
    number = a_post(key_event=True).post_id
    publishing.retract(number, REASON)
    assert queries.key_events(STORY) == []


def test_the_newsroom_keeps_what_was_said(retracted):
    """The versions stay in the newsroom's own archive, with who took it back."""
    last = Revision.objects.get(nature="retraction")
    assert (last.text, last.note, last.by) == ("More slander.", REASON, "ada")
    assert queries.text(retracted) == "More slander."


@pytest.mark.parametrize("reason", ["", "  \n", "x" * 2001])
def test_it_needs_a_reason_of_readable_length(reason):
    """Without a reason, or with an essay, nothing is taken back."""
    number = a_post().post_id
    before = all_rows()
    with pytest.raises(BadCopy):
        publishing.retract(number, reason)
    assert all_rows() == before
