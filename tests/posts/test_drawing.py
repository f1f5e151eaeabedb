"""The one drawing of a post that was really published."""

from __future__ import annotations

import pytest

from stoppress.posts import publishing, queries
from stoppress.posts.copy import Change
from stoppress.posts.drawing import draw
from stoppress.posts.views import PostView
from stoppress.wire import reading
from tests.builders import HEADLINE, WORDS, WRONG, a_draft, a_photo, a_post, an_article

pytestmark = pytest.mark.django_db


def seen(post_id: int) -> PostView:
    view = queries.post(post_id)
    assert view is not None
    return view


def test_a_post_is_one_article_with_its_words():
    """A post is drawn as one article element, that says which post and entry it is."""
    posted = an_article(photo=a_photo())
    drawn = draw(seen(posted.post_id))
    assert drawn.startswith("<article ")
    assert drawn.endswith("</article>")
    assert f'data-post="{posted.post_id}"' in drawn
    assert f'data-seq="{posted.seq}"' in drawn
    for words in (HEADLINE, f"<p>{WORDS}</p>", "Mara Quill/Northgate Post"):
        assert words in drawn


def test_the_wire_and_the_page_draw_the_same():
    """What is drawn from an entry is what is drawn from the rows at that time."""
    number = a_post().post_id
    publishing.correct(number, Change(text="Right & proper."), WRONG)
    view = seen(number)
    entry_view = _as_of(view["seq"])
    assert draw(entry_view) == draw(view)
    assert WRONG in draw(view)
    assert "Right &amp; proper." in draw(view)


def test_a_draft_can_be_drawn_before_it_has_a_date():
    """A draft whose date is not yet known is drawn, without one."""
    view = queries.any_post(a_draft().post_id)
    assert view is not None
    assert WORDS in draw(view)


def _as_of(seq: int) -> PostView:
    entry = reading.entry(seq)
    assert entry is not None
    view = queries.as_of(entry)
    assert view is not None
    return view
