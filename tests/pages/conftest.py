"""A newsroom with a story, for the pages' tests."""

from __future__ import annotations

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

    def post(self, text="The first boxes are open.", story="harbour", **copy):
        return publishing.publish(Copy(story=story, text=text, **copy)).post_id

    def correct(self, post_id, text, note):
        publishing.correct(post_id, Change(text=text), note)

    def retract(self, post_id, reason):
        publishing.retract(post_id, reason)

    def pin(self, post_id):
        publishing.pin(post_id)

    def close(self, slug="harbour"):
        stories.close_story(slug)


@pytest.fixture
def newsroom(db):
    """A newsroom with one open story, `harbour`, in which nothing was posted yet."""
    room = Newsroom()
    room.story()
    return room
