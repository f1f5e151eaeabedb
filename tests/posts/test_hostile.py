"""Hostile copy: whatever is handed in, what comes out is clean or nothing does."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

from stoppress.posts import publishing, queries, stories
from stoppress.posts.copy import Change
from stoppress.posts.drawing import draw
from stoppress.posts.errors import BadCopy, NothingChanged
from stoppress.posts.views import PostView
from tests.builders import STORY, a_photo, a_post, a_story
from tests.posts.looking import all_rows
from tests.support.cleanhtml import XML, faults, shape, squeezed, visible
from tests.support.hostile import ATTACKS, anything, fragments

pytestmark = pytest.mark.django_db


def seen(post_id: int) -> PostView:
    view = queries.post(post_id)
    assert view is not None
    return view


def clean(view: PostView) -> bool:
    """The view's HTML is clean, its plain words are what that shows, and everything in
    it fits on a page and in a feed."""
    assert faults(view["html"]) == []
    assert squeezed(view["plain"]) == visible(view["html"])
    for words in (view["headline"], view["plain"]):
        assert XML.fullmatch(words)
    return True


@given(anything, fragments)
@settings(max_examples=30)
def test_whatever_is_handed_in_is_refused_or_comes_out_clean(headline, text):
    """Any headline and text either are refused and leave nothing, or are a post whose
    HTML is clean and whose plain words are those that a reader sees."""
    if queries.story(STORY) is None:
        a_story()
    before = all_rows()
    try:
        posted = a_post(text, headline=headline)
    except BadCopy:
        assert all_rows() == before
    else:
        assert clean(seen(posted.post_id))


@given(fragments, anything)
@settings(max_examples=30)
def test_whatever_a_change_brings_is_refused_or_comes_out_clean(text, note):
    """The same holds for what a correction brings, and for its note."""
    number = a_post().post_id
    try:
        publishing.correct(number, Change(text=text), note)
    except (BadCopy, NothingChanged):
        assert seen(number)["revision"] == 1
    else:
        view = seen(number)
        assert clean(view)
        assert XML.fullmatch(view["corrections"][0]["note"])


def a_post_of(words: str) -> PostView:
    """A post, corrected once, with these words in every field that there is."""
    stories.ensure(STORY, words, new=True)
    photo = a_photo(credit=words, caption=words, alt=words)
    source = {"name": words, "stamp": words, "url": words}
    copy: dict[str, Any] = {"headline": words, "photo": photo, "source": source}
    number = a_post(f"{words}\n\nword", **copy).post_id
    publishing.correct(number, Change(text=f"{words}\n\nother"), words)
    return seen(number)


def drawn_shape(view: PostView) -> list[str]:
    """The tags and attributes of a post's drawing, but for those of its own text."""
    return shape(draw(view).replace(view["html"], ""))


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_attack_reaches_a_reader_through_any_field(attack):
    """An attack in every field at once is drawn as words: the drawing has the tags and
    attributes that an innocent post's drawing has, and so when it was retracted."""
    hostile, innocent = a_post_of(attack), a_post_of("Innocent words")
    assert clean(hostile)
    assert drawn_shape(hostile) == drawn_shape(innocent)
    for view in (hostile, innocent):
        publishing.retract(view["id"], view["headline"])
    assert drawn_shape(seen(hostile["id"])) == drawn_shape(seen(innocent["id"]))


@pytest.mark.parametrize("evil", ["*a_", "[", "`a", "> ", "<", "- ", "&", "[](", "|a"])
def test_a_text_made_to_keep_a_parser_busy_is_set_in_time(evil):
    """Long runs of marks are set within the test's time limit, and what comes out is not
    much larger than what went in."""
    text = evil * (8000 // len(evil))
    view = seen(a_post(f"A word.\n\n{text}").post_id)
    assert clean(view)
    assert len(view["html"]) < 6 * len(text)
