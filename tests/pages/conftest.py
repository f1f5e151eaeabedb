"""A newsroom with a story, for the pages' tests."""

from __future__ import annotations

from typing import Any

import pytest

from stoppress.posts import publishing, stories
from stoppress.posts.copy import Change, Copy


class Newsroom:
    """Posts the way an editor does."""

    def story(
        self,
        slug: str = "harbour",
        title: str = "Harbour vote",
        summary: str = "Northgate counts.",
    ) -> str:
        stories.open_story(slug, title, summary=summary)
        return slug

    def post(
        self,
        text: str = "The first boxes are open.",
        story: str = "harbour",
        **copy: Any,
    ) -> int:
        return publishing.publish(Copy(story=story, text=text, **copy)).post_id

    def correct(self, post_id: int, text: str, note: str) -> None:
        publishing.correct(post_id, Change(text=text), note)

    def retract(self, post_id: int, reason: str) -> None:
        publishing.retract(post_id, reason)

    def pin(self, post_id: int) -> None:
        publishing.pin(post_id)

    def close(self, slug: str = "harbour") -> None:
        stories.close_story(slug)


@pytest.fixture
def newsroom(db):
    """A newsroom with one open story, `harbour`, in which nothing was posted yet."""
    room = Newsroom()
    room.story()
    return room
