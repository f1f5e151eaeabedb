"""A page as it was found: the article, and what the page says about it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import datetime

# What is shown of a dropped line in messages; the whole line stays in `furniture`.
MAX_SHOWN = 80  # characters


@dataclass(frozen=True, slots=True)
class Passage:
    """One block of the article: plain text on one line, never markup."""

    text: str
    kind: Literal["paragraph", "subhead", "quotation", "item"] = "paragraph"


@dataclass(frozen=True, slots=True)
class FoundPhoto:
    """What the page says about its picture; the picture itself is never fetched."""

    credit: str = ""
    caption: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date in the page. `where` says in which part of the page it stands.

    Trustworthy is only what a page says to machines about its publication. What it shows
    to people may be another article's, a stamp of the last change, or the day on which
    the page was printed.
    """

    at: datetime
    where: str
    day_only: bool = False
    trustworthy: bool = False


@dataclass(slots=True)
class Page:
    """An article and what is known of it. Empty text and None: the page does not say."""

    headline: str
    passages: list[Passage]
    photo: FoundPhoto | None = None
    stamp: str | None = None
    byline: str = ""
    dates: list[FoundDate] = field(default_factory=list)
    site_name: str = ""
    lang: str = ""
    url: str = ""
    furniture: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def paragraphs(self) -> list[str]:
        """The text of every passage, in order."""
        return [passage.text for passage in self.passages]

    @property
    def published(self) -> FoundDate | None:
        """The publication date, where the page says it in a way that can be trusted."""
        return next((date for date in self.dates if date.trustworthy), None)

    @property
    def digest(self) -> str:
        """A hash of the words alone, so that another way of saving the same page, with
        other spaces and other furniture, is known again."""
        words = " ".join([self.headline, *self.paragraphs]).casefold().split()
        return hashlib.sha256(" ".join(words).encode("utf-8")).hexdigest()


def shown(line: str) -> str:
    """A line shortened for a message."""
    return line if len(line) <= MAX_SHOWN else line[: MAX_SHOWN - 1].rstrip() + "…"
