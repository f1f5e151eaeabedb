"""Typesetting: copy made ready, its Markdown as readers get it and its picture drawn.

A long text or a large picture takes a moment, so `publishing` does this before it locks a
row, and whoever opens a transaction around `publishing` (desk/once.py) before that one:
on SQLite it makes every other writer wait. Nothing is written but the picture's file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stoppress.lib import html
from stoppress.posts import photos
from stoppress.posts.copy import (
    checked_credit,
    checked_date,
    checked_headline,
    checked_paragraph,
    checked_source,
    checked_text,
)
from stoppress.posts.errors import BadCopy
from stoppress.posts.models import Photo
from stoppress.posts.namings import check

if TYPE_CHECKING:
    from datetime import datetime

    from stoppress.posts.copy import Copy, PhotoCopy


@dataclass(frozen=True, slots=True)
class Type:
    """A text, checked, with its sanitised HTML and its plain words."""

    text: str
    html: str
    plain: str


@dataclass(frozen=True, slots=True)
class Ready:
    """A post to be, checked and set; its photo is a row not yet saved."""

    headline: str
    type: Type
    published_at: datetime | None
    source: dict[str, str]
    photo: Photo | None


def make_ready(copy: Copy) -> Ready:
    """Everything of the copy that can be checked and made. BadCopy when it cannot, and
    NoSuchPerson."""
    check(copy.people, new=copy.new_people)
    return Ready(
        headline=checked_headline(copy.headline, needed=copy.kind == "article"),
        type=typeset(copy.text),
        published_at=checked_date(copy.published_at),
        source=checked_source(copy.source),
        photo=_photo(copy.photo) if copy.photo else None,
    )


def typeset(text: str) -> Type:
    """The text set in type. BadCopy when it is empty, too long, or would show nothing."""
    clean = checked_text(text)
    drawn = html.from_markdown(clean)
    words = html.plain(drawn)
    if not words:
        raise BadCopy("The text has no words that a reader would see.")
    return Type(clean, drawn, words)


def _photo(copy: PhotoCopy) -> Photo:
    credit = checked_credit(copy.credit)
    caption = checked_paragraph(copy.caption, "The caption")
    alt = checked_paragraph(copy.alt, "The alternative text")
    file, width, height = photos.keep(copy)
    return Photo(
        file=file, width=width, height=height, credit=credit, caption=caption, alt=alt
    )
