"""What can be handed in: each bound, and what lies just inside and outside of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from stoppress.posts import publishing, queries
from stoppress.posts.copy import (
    MAX_NOTE,
    MAX_PARAGRAPH,
    MAX_SOURCE,
    MAX_TEXT,
    Change,
    Copy,
)
from stoppress.posts.errors import BadCopy
from stoppress.posts.models import MAX_CREDIT, MAX_HEADLINE
from tests.builders import STORY, a_copy, a_photo, a_post, a_story
from tests.posts.looking import all_refused, words_in

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def handed_in(**copy: object) -> Copy:
    return a_copy(**copy)  # type: ignore[arg-type]


OUTSIDE: dict[str, dict[str, object]] = {
    "nothing": {"text": ""},
    "blanks": {"text": " \r\n\t\u2028 "},
    "controls": {"text": "\0\x01"},
    "a rule": {"text": "---"},
    "only a picture": {"text": "![](https://a.example/only.png)"},
    "only a reference": {"text": "[x]: https://a.example"},
    "a book": {"text": "x" * (MAX_TEXT + 1)},
    "a long headline": {"headline": "x" * (MAX_HEADLINE + 1)},
    "an article without headline": {"kind": "article"},
    "an article with a blank headline": {"kind": "article", "headline": " \n"},
    "a long credit": {"photo": a_photo(credit="x" * (MAX_CREDIT + 1))},
    "a long caption": {"photo": a_photo(caption="x" * (MAX_PARAGRAPH + 1))},
    "a long description": {"photo": a_photo(alt="x" * (MAX_PARAGRAPH + 1))},
}

INSIDE: dict[str, dict[str, object]] = {
    "the longest text": {"text": "x" * MAX_TEXT},
    "the longest with blanks": {"text": "x" * MAX_TEXT + "\r\n \0"},
    "a number": {"text": "12"},
    "the longest headline": {"headline": "é" * MAX_HEADLINE},
    "the longest credit": {"photo": a_photo(credit="x" * MAX_CREDIT)},
    "the longest words": {
        "photo": a_photo(caption="x" * MAX_PARAGRAPH, alt="x" * MAX_PARAGRAPH)
    },
    "a stamp that is cut": {"source": {"stamp": "x" * MAX_SOURCE * 2}},
}


@pytest.mark.parametrize("copy", OUTSIDE.values(), ids=OUTSIDE)
def test_copy_out_of_bounds_is_refused(copy):
    """What is empty, shows nothing, or is too long is refused, as a post and as a draft."""
    there = handed_in(**copy)
    all_refused(
        BadCopy,
        lambda: publishing.publish(there),
        lambda: publishing.save_draft(there),
    )


@pytest.mark.parametrize("copy", INSIDE.values(), ids=INSIDE)
def test_copy_up_to_the_bounds_is_posted(copy):
    """The bounds themselves still fit."""
    assert publishing.publish(handed_in(**copy)).seq


def test_a_change_has_the_same_bounds():
    """What could not be published cannot be brought in by a change either."""
    number = a_post().post_id
    for change in (
        Change(text=" "),
        Change(text="---"),
        Change(text="x" * (MAX_TEXT + 1)),
        Change(headline="x" * (MAX_HEADLINE + 1)),
    ):
        all_refused(
            BadCopy,
            lambda change=change: publishing.amend(number, change),  # type: ignore[misc]
            lambda change=change: publishing.correct(number, change, "Wrong."),  # type: ignore[misc]
        )
    all_refused(
        BadCopy,
        lambda: publishing.correct(number, Change(text="x"), "x" * (MAX_NOTE + 1)),
    )
    assert publishing.correct(number, Change(text="x"), "x" * MAX_NOTE).seq


@pytest.mark.parametrize(
    ("moment", "refused"),
    [
        (datetime(2026, 11, 24, 12), "needs a time zone"),  # noqa: DTZ001
        (NOON + timedelta(days=1, seconds=1), "lies ahead"),
        (datetime(206, 1, 25, tzinfo=UTC), "is before 1605"),
    ],
)
def test_a_date_that_cannot_be_is_refused(moment, refused):
    """The date of the news has a zone, lies not ahead, and not before there was news."""
    a_story()
    with time_machine.travel(NOON, tick=False):
        with pytest.raises(BadCopy, match=refused):
            a_post(published_at=moment)
        all_refused(BadCopy, lambda: a_post(published_at=moment))


def test_a_date_may_be_tomorrows_further_east():
    """A day that has begun somewhere on Earth is not ahead."""
    with time_machine.travel(NOON, tick=False):
        assert a_post(published_at=NOON + timedelta(hours=23)).seq


def test_what_no_page_can_hold_is_left_out_everywhere():
    """Controls and half characters are dropped from every field, and both databases
    take what is left."""
    odd = "a\0b\x1bc\ud800d\uffffe\x85f"
    photo = a_photo(credit=odd, caption=odd, alt=odd)
    a_story(STORY, odd, summary=odd)
    copy = a_copy(odd, headline=odd, photo=photo, source={"name": odd, "stamp": odd})
    number = publishing.publish(copy).post_id
    publishing.amend(number, Change(headline=odd + "2", text=odd + "2"))
    publishing.correct(number, Change(text=odd + "3"), odd)
    view = queries.post(number)
    story = queries.story(STORY)
    assert view is not None
    assert view["headline"] == "abcde f2"
    assert view["corrections"][0]["note"] == "abcde f"
    words = words_in(view) + words_in(story)
    assert not set(odd) - set("abcdef") & set(words)
    publishing.retract(number, odd)
    view = queries.post(number)
    assert view is not None
    assert view["retraction"] == {"at": view["changed_at"], "reason": "abcde f"}
