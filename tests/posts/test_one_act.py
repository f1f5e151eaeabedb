"""Rows and entry are one act: when either cannot be written, neither is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from stoppress.lib.transactions import atomic
from stoppress.posts import publishing, sections, stories
from stoppress.posts.copy import Change
from stoppress.posts.models import Post
from tests.builders import (
    STORY,
    WRONG,
    a_copy,
    a_draft,
    a_photo,
    a_post,
    a_section,
    a_story,
)
from tests.posts.looking import all_rows


class PenBroke(Exception):
    """The entry cannot be written."""


VERBS: dict[str, Callable[[], object]] = {
    "publish": lambda: publishing.publish(a_copy(photo=a_photo())),
    "publish a draft": lambda: publishing.publish_draft(_draft()),
    "amend": lambda: publishing.amend(_post(), Change(text="Two.")),
    "amend silently": lambda: publishing.amend(
        _post(), Change(text="Two."), silent=True
    ),
    "correct": lambda: publishing.correct(_post(), Change(text="Two."), WRONG),
    "retract": lambda: publishing.retract(_post(), WRONG),
    "pin": lambda: publishing.pin(_post()),
    "change its photo's words": lambda: publishing.amend(
        _post(), Change(credit="Another")
    ),
    "date it anew": lambda: publishing.correct(
        _post(), Change(published_at=datetime(2006, 1, 25, 12, tzinfo=UTC)), WRONG
    ),
    "give a story another title": lambda: stories.amend_story(
        STORY, title="The vote", summary="Who counts?"
    ),
    "open a story": lambda: stories.open_story("bridge", "The bridge"),
    "open it again": lambda: stories.open_story("closed", "Closed"),
    "close a story": lambda: stories.close_story(STORY),
    "put a story in a section": lambda: stories.amend_story(STORY, section="world"),
    "make a section": lambda: sections.make_section("sport", "Sport"),
    "rename a section": lambda: sections.rename_section("world", "The world"),
    "move a section": lambda: sections.move_section("world", up=False),
    "delete a section": lambda: sections.delete_section("world"),
}


def _post() -> int:
    return Post.objects.get(state="published").pk


def _draft() -> int:
    return Post.objects.get(state="draft").pk


@pytest.fixture
def newsroom(transactional_db):
    """A story with a post and a draft, and a closed one; two empty sections."""
    a_section()
    a_section("politics", "Politics")
    a_story()
    a_post(photo=a_photo())
    a_draft()
    a_story("closed", "Closed")
    stories.close_story("closed")


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
def test_without_its_entry_nothing_happened(verb, newsroom, monkeypatch):
    """When the entry of an act cannot be written, not one row of it is left."""
    before = all_rows()

    def broken(*_: object) -> None:
        raise PenBroke

    for door in (publishing, stories, sections):
        monkeypatch.setattr(door, "append", broken)
    with pytest.raises(PenBroke):
        verb()
    assert all_rows() == before


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
def test_without_its_rows_there_is_no_entry(verb, newsroom):
    """When the transaction of an act is undone, its entry is not on the wire either."""
    before = all_rows()
    with pytest.raises(PenBroke):
        _in_a_transaction_that_fails(verb)
    assert all_rows() == before


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
def test_each_act_writes_one_entry(verb, newsroom):
    """Each verb that succeeds adds exactly one entry, and changes none before it."""
    before = all_rows()["Entry"]
    verb()
    after = all_rows()["Entry"]
    assert after[:-1] == before
    assert len(after) == len(before) + 1


def _in_a_transaction_that_fails(verb: Callable[[], object]) -> None:
    with atomic():
        verb()
        raise PenBroke
