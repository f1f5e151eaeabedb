"""A post and a story as everyone sees them: plain, JSON-able, the same everywhere.

The wire's payload, the page's template, the live update and the alert all draw from
these shapes. Moments are ISO 8601 in UTC.
"""

from __future__ import annotations

from typing import Literal, TypedDict


class SectionRef(TypedDict):
    """A section as a story names it."""

    slug: str
    title: str
    url: str


class SectionView(SectionRef):
    """A section; `stories` counts all that stand in it, with posts or without."""

    stories: int


class PersonRef(TypedDict):
    """A person as a post names them."""

    slug: str
    name: str
    url: str


class PersonView(PersonRef):
    """A person; `about` says in a few words who that is, `shown` whether readers may know
    of them, `named` whether a draft or a post that stands names them."""

    about: str
    shown: bool
    named: bool


class StoryRef(TypedDict):
    """A story as a post names it."""

    slug: str
    title: str
    url: str


class StoryView(StoryRef):
    """A story; `changed_at` is '' until something was posted, `section` None where it
    stands in none."""

    section: SectionRef | None
    summary: str
    closed: bool
    opened_at: str
    changed_at: str
    posts: int
    corrections: int


class CorrectionView(TypedDict):
    """What was wrong and what is right, and the revision that put it right."""

    at: str
    note: str
    revision: int


class RetractionView(TypedDict):
    """When and why a post was taken back."""

    at: str
    reason: str


class PhotoView(TypedDict):
    """A photo; `url` is '' where no file is known, and the desk's own for a draft, whose
    picture nobody else may have; sizes are pixels."""

    url: str
    width: int
    height: int
    credit: str
    caption: str
    alt: str


class SourceView(TypedDict):
    """Where an imported post came from; `stamp` is its page's own words on its date."""

    name: str
    stamp: str
    url: str


class PostView(TypedDict):
    """A post at one revision. A retracted one has neither headline nor body, and names
    nobody.

    `revision` counts all that its writers saved, `version` what readers could see: 1 is
    what was published. Of a draft it says nothing.
    """

    id: int
    url: str
    kind: Literal["article", "update"]
    key_event: bool
    pinned: bool
    state: Literal["draft", "published", "retracted"]
    story: StoryRef
    people: list[PersonRef]
    headline: str
    html: str
    plain: str
    published_at: str
    published_on: bool
    posted_at: str
    changed_at: str
    revision: int
    version: int
    nature: Literal["first", "update", "edit", "correction", "retraction"]
    corrections: list[CorrectionView]
    retraction: RetractionView | None
    photo: PhotoView | None
    source: SourceView | None
    seq: int
