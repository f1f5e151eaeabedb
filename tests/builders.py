"""A newsroom in the trade's words: what a test needs, and nothing that it does not say."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image

from stoppress.posts import people, publishing, sections, stories
from stoppress.posts.copy import Copy, PhotoCopy
from stoppress.posts.publishing import Posted
from stoppress.staff import signing_in
from stoppress.staff.models import Role, User

STORY = "harbour-vote"
WORDS = "The first boxes from the lower town are open."
HEADLINE = "Northgate votes on its harbour"
WRONG = "We wrote 51 per cent. It is 41 per cent."


def a_story(slug: str = STORY, title: str = "Harbour vote", **more: Any) -> str:
    """Opens a story and gives back its slug."""
    stories.open_story(slug, title, **more)
    return slug


def a_section(slug: str = "world", title: str = "World") -> str:
    """Makes a section and gives back its slug."""
    sections.make_section(slug, title)
    return slug


def a_person(name: str = "Ann Moor", **more: Any) -> str:
    """Makes somebody whom posts can name, and gives back their slug."""
    slug, _ = people.make_person(name, **more)
    return slug


def a_copy(text: str = WORDS, *, story: str = STORY, **more: Any) -> Copy:
    """What an editor hands in, for a story that is opened if it is not there yet."""
    stories.ensure(story, new=True)
    return Copy(story=story, text=text, **more)


def a_post(text: str = WORDS, *, push: bool = False, **copy: Any) -> Posted:
    """Publishes an update."""
    return publishing.publish(a_copy(text, **copy), push=push)


def an_article(text: str = WORDS, **copy: Any) -> Posted:
    """Publishes an article."""
    return a_post(text, **{"kind": "article", "headline": HEADLINE, **copy})


def a_draft(text: str = WORDS, **copy: Any) -> Posted:
    """Keeps an update that readers do not see yet."""
    return publishing.save_draft(a_copy(text, **copy))


def an_editor(name: str = "ada", role: Role = Role.EDITOR) -> User:
    """Someone who works here."""
    return signing_in.editor_named(name, role=role)


def a_picture(
    width: int = 64, height: int = 48, *, kind: str = "JPEG", **saved: Any
) -> bytes:
    """A picture file of one colour; `saved` goes to Pillow's save."""
    file = io.BytesIO()
    Image.new("RGB", (width, height), (30, 90, 160)).save(file, kind, **saved)
    return file.getvalue()


def a_photo(image: bytes | None = None, **words: str) -> PhotoCopy:
    """A picture with its three kinds of words."""
    there = {
        "credit": "Mara Quill/Northgate Post",
        "caption": "The ferry office on Tuesday.",
        "alt": "A low white building on a quay",
        **words,
    }
    return PhotoCopy(a_picture() if image is None else image, **there)
