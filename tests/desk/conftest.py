"""Those who sit at the desk, each with a browser of their own, and a story to write to."""

from __future__ import annotations

import pytest
from django.test import Client

from stoppress.posts import publishing, stories
from stoppress.posts.copy import Copy
from stoppress.staff import signing_in
from stoppress.staff.models import Role, User

STORY = "harbour-vote"


@pytest.fixture
def ada(db: None) -> User:
    """An editor."""
    return signing_in.editor_named("ada", role=Role.EDITOR)


@pytest.fixture
def editor(ada: User) -> Client:
    """An editor's browser, signed in."""
    return _signed_in(ada)


@pytest.fixture
def reporter(db: None) -> Client:
    """A reporter's browser, signed in."""
    return _signed_in(signing_in.editor_named("rex", role=Role.REPORTER))


@pytest.fixture
def boss(db: None) -> User:
    """The chief."""
    return signing_in.editor_named("boss", role=Role.CHIEF)


@pytest.fixture
def chief(boss: User) -> Client:
    """The chief's browser, signed in."""
    return _signed_in(boss)


@pytest.fixture
def stranger(db: None) -> Client:
    """A browser that nobody signed in with."""
    return Client()


@pytest.fixture
def story(db: None) -> str:
    """The slug of an open story."""
    stories.open_story(STORY, "Harbour vote: the count")
    return STORY


@pytest.fixture
def post_id(story: str) -> int:
    """A published update."""
    copy = Copy(story, "Turnout at noon was 51 per cent.", headline="Turnout at noon")
    return publishing.publish(copy).post_id


@pytest.fixture
def draft_id(story: str) -> int:
    """A draft that was written at the desk."""
    copy = Copy(story, "She counts.", headline="The woman who counts", kind="article")
    return publishing.save_draft(copy).post_id


@pytest.fixture
def undated_id(story: str) -> int:
    """A draft that came in from a page without a date that can be trusted."""
    source = {"name": "page.html", "stamp": "Last updated 07/27/2016", "digest": "d"}
    copy = Copy(story, "Talks.", headline="Old news", kind="article", source=source)
    return publishing.save_draft(copy).post_id


def _signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client
