"""Copy: what is handed in to be posted, checked before anything is written."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from stoppress.lib.characters import one_line, printable
from stoppress.lib.clock import now
from stoppress.posts.errors import BadCopy, BadSlug
from stoppress.posts.models import (
    MAX_ABOUT,
    MAX_CREDIT,
    MAX_HEADLINE,
    MAX_PERSON,
    MAX_SECTION,
    MAX_SLUG,
    MAX_TITLE,
)

if TYPE_CHECKING:
    from datetime import datetime

    from stoppress.staff.models import User

# About a novel's chapter; more is a mistake (a log, a book) and would choke a phone.
MAX_TEXT = 200_000  # characters

# A correction says what was wrong and what is right; it is not a second article.
MAX_NOTE = 2_000  # characters

# A photo's caption or its alternative text, a story's summary: a paragraph, not an article.
MAX_PARAGRAPH = 2_000  # characters

# What is noted of where an imported post came from: an address is the longest of it.
MAX_SOURCE = 2_000  # characters

# Whom one post names: more is a list of guests, and each name is a topic of its entry.
MAX_PEOPLE = 20

# The first newspaper, Strasbourg's Relation; an older date is a slip of the keyboard.
FIRST_NEWS = 1605

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")


@dataclass(frozen=True, slots=True)
class PhotoCopy:
    """A picture's bytes (none: only the words are known) and the words about it."""

    image: bytes = b""
    credit: str = ""
    caption: str = ""
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Copy:
    """A post to be. `text` is Markdown; `published_at` is the date of the news, None
    for now; `day_only` says that its clock time is not known. `people` are the names or
    slugs of those whom it names; `new_people`: who is not known yet is made."""

    story: str
    text: str
    headline: str = ""
    kind: Literal["article", "update"] = "update"
    key_event: bool = False
    published_at: datetime | None = None
    day_only: bool = False
    photo: PhotoCopy | None = None
    source: dict[str, str] = field(default_factory=dict)
    people: tuple[str, ...] = ()
    new_people: bool = False
    by: User | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """New words for a post and its photo, another date of its news, other people whom it
    names; None leaves as it is. `day_only` goes with the date, `new_people` with people. `seen` is the revision that the writer had before
    them: a later one means that someone else was quicker."""

    headline: str | None = None
    text: str | None = None
    key_event: bool | None = None
    published_at: datetime | None = None
    day_only: bool = False
    credit: str | None = None
    caption: str | None = None
    alt: str | None = None
    people: tuple[str, ...] | None = None
    new_people: bool = False
    by: User | None = None
    seen: int | None = None


def checked_headline(headline: str, *, needed: bool = False) -> str:
    """The headline on one line. BadCopy when it is too long, or missing but needed."""
    line = one_line(headline)
    if len(line) > MAX_HEADLINE:
        raise BadCopy(f"The headline has {len(line)} characters; {MAX_HEADLINE} fit.")
    if needed and not line:
        raise BadCopy("An article needs a headline.")
    return line


def checked_text(text: str) -> str:
    """The text without the characters no page can hold. BadCopy when empty or too long."""
    clean = printable(text).strip()
    if not clean:
        raise BadCopy("There is no text to post.")
    if len(clean) > MAX_TEXT:
        raise BadCopy(f"The text has {len(clean):,} characters; {MAX_TEXT:,} fit.")
    return clean


def checked_note(note: str, what: str) -> str:
    """The reason given to readers. BadCopy when it is missing or too long."""
    clean = one_line(note)
    if not clean:
        raise BadCopy(f"{what} needs a reason that readers can understand.")
    if len(clean) > MAX_NOTE:
        raise BadCopy(f"The reason has {len(clean):,} characters; {MAX_NOTE:,} fit.")
    return clean


def checked_slug(slug: str, what: str = "a story") -> str:
    """The slug of `what`. BadSlug when it is not lower-case words joined by hyphens."""
    if not SLUG.match(slug) or len(slug) > MAX_SLUG:
        raise BadSlug(
            f"{slug!r} cannot be {what}'s address: use lower-case letters, digits and "
            f"single hyphens, at most {MAX_SLUG}."
        )
    return slug


def checked_title(title: str) -> str:
    """A story's title on one line. BadCopy when it is missing or too long."""
    line = one_line(title)
    if not line or len(line) > MAX_TITLE:
        raise BadCopy(f"A story needs a title of at most {MAX_TITLE} characters.")
    return line


def checked_section(title: str) -> str:
    """A section's title on one line. BadCopy when it is missing or too long."""
    line = one_line(title)
    if not line or len(line) > MAX_SECTION:
        raise BadCopy(f"A section needs a title of at most {MAX_SECTION} characters.")
    return line


def checked_name(name: str) -> str:
    """A person's name on one line. BadCopy when it is missing, too long or no name."""
    line = one_line(name)
    if not line or len(line) > MAX_PERSON:
        raise BadCopy(f"A person needs a name of at most {MAX_PERSON} characters.")
    if not any(letter.isalpha() for letter in line):
        raise BadCopy(f"{line!r} is no name: there is no letter in it.")
    if "," in line:
        raise BadCopy(f"{line!r} cannot be one name: commas stand between names.")
    return line


def checked_about(about: str) -> str:
    """Who a person is, on one line. BadCopy when it is too long."""
    line = one_line(about)
    if len(line) > MAX_ABOUT:
        raise BadCopy(f"Who it is takes {len(line)} characters; {MAX_ABOUT} fit.")
    return line


def checked_credit(credit: str) -> str:
    """A photo's credit on one line. BadCopy when it is too long."""
    line = one_line(credit)
    if len(line) > MAX_CREDIT:
        raise BadCopy(f"The credit has {len(line)} characters; {MAX_CREDIT} fit.")
    return line


def checked_paragraph(text: str, what: str) -> str:
    """A caption, an alternative text or a summary. BadCopy when it is too long."""
    clean = printable(text).strip()
    if len(clean) > MAX_PARAGRAPH:
        raise BadCopy(f"{what} has {len(clean):,} characters; {MAX_PARAGRAPH:,} fit.")
    return clean


def checked_alt(alt: str, *, needed: bool) -> str:
    """The alternative text. BadCopy when it is too long, or missing but needed."""
    if needed and not one_line(alt):
        raise BadCopy("A photo needs an alternative text for those who cannot see it.")
    return checked_paragraph(alt, "The alternative text")


def checked_source(source: dict[str, str]) -> dict[str, str]:
    """What is noted of a post's source, each on one line and cut where it is too long:
    it is another page's text, which nobody here can shorten."""
    return {name: one_line(words)[:MAX_SOURCE] for name, words in source.items()}


def checked_date(moment: datetime | None) -> datetime | None:
    """The date of the news. BadCopy when it has no zone, lies ahead, or lies before
    there was news."""
    if moment is None:
        return None
    if moment.tzinfo is None:
        raise BadCopy("The date of the news needs a time zone.")
    if moment.year < FIRST_NEWS:
        raise BadCopy(
            f"The date of the news, {moment:%Y-%m-%d}, is before {FIRST_NEWS}."
        )
    # A day is known only by its date, and days begin earlier further east.
    if (moment - now()).total_seconds() > 24 * 3600:
        raise BadCopy(f"The date of the news, {moment:%Y-%m-%d}, lies ahead.")
    return moment
