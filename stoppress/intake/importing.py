"""A saved page becomes a post: read, taken apart, dated, put into its story.

What is not known is not made up. A page without a date that can be trusted becomes a
draft, and the notes say what the page shows; given a date the next time, that draft is
published. The same page is never twice in one story: a post keeps a digest of the words
it was made of.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.text import slugify

from stoppress.intake import errors, markup
from stoppress.intake.dates import Dated, published_on
from stoppress.intake.filing import Slip, file
from stoppress.intake.notes import notes_on
from stoppress.intake.page_html import read_html
from stoppress.intake.page_text import read_text
from stoppress.intake.reading import read_page, text_of
from stoppress.lib.clock import now
from stoppress.lib.transactions import atomic
from stoppress.posts import queries
from stoppress.posts.copy import checked_slug
from stoppress.posts.errors import BadCopy

if TYPE_CHECKING:
    from pathlib import Path

    from stoppress.intake.page import Page
    from stoppress.posts.publishing import Posted
    from stoppress.staff.models import User

# Stories that a message names; more would fill the terminal.
MAX_NAMED = 10

# Words of the headline that an example of a slug has.
EXAMPLE_WORDS = 4


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a page: the post (a draft has no `seq`), what the page was, and
    `notes`, sentences for the editor."""

    posted: Posted
    page: Page
    notes: tuple[str, ...] = ()


def import_page(
    source: str | Path | bytes,
    *,
    story: str | None,
    published: str | None = None,
    draft: bool = False,
    new_story: bool = False,
    editor: User | None = None,
) -> Imported:
    """Makes a post of a saved page: a file's path, `-` for standard input, or its bytes.

    `published` is the publication date as an editor gives it, `story` the slug of the
    story, which is opened when there is none (`new_story`: although its slug is nearly
    another's). With `draft`, or when no date is known, the post is a draft.

    Raises an IntakeError or an error of the posts, whose message is for the editor; then
    nothing was changed.
    """
    name, data = (
        ("The page", source) if isinstance(source, bytes) else read_page(source)
    )
    given = _given(published)
    page = take_apart(data, name)
    if not page.headline:
        raise errors.NoHeadlineError(name=name)
    slip = Slip(
        story=_slug(story, page),
        name=name,
        dated=given or _found(page),
        draft=draft,
        new_story=new_story,
        editor=editor,
    )
    with atomic():
        posted, notes = file(page, slip)
    notes += notes_on(page, given=given, draft=draft)
    return Imported(posted, page, tuple(notes))


def take_apart(data: bytes, name: str) -> Page:
    """The page in these bytes, plain text or HTML. Raises an IntakeError."""
    decoded = text_of(data, name)
    if markup.is_feed(decoded.text):
        raise errors.NotAPageError(name=name, what="a news feed, a list of articles")
    if markup.is_html(decoded.text):
        zone = timezone.get_default_timezone()
        page = read_html(decoded.text, name, now=now(), zone=zone)
    else:
        page = read_text(decoded.text, name)
    page.warnings = [*decoded.notes, *page.warnings]
    return page


def _given(published: str | None) -> Dated | None:
    if published is None:
        return None
    return published_on(published, now=now(), zone=timezone.get_default_timezone())


def _found(page: Page) -> Dated | None:
    return Dated(page.published.at, page.published.day_only) if page.published else None


def _slug(story: str | None, page: Page) -> str:
    if story is None:
        raise errors.StoryNeededError(choices=_choices(page))
    try:
        return checked_slug(story)
    except BadCopy:
        example = slugify(story) or "a-new-story"
        raise errors.BadStorySlugError(slug=story, example=example) from None


def _choices(page: Page) -> str:
    known = [story["slug"] for story in queries.stories(limit=MAX_NAMED + 1)]
    words = slugify(page.headline).split("-")[:EXAMPLE_WORDS]
    example = "-".join(filter(None, words)) or "a-new-story"
    opening = f"A new name opens a new story, for instance --story {example}."
    if not known:
        return f"There is none yet. {opening}"
    more = ", and more" if len(known) > MAX_NAMED else ""
    return f"Stories here: {', '.join(known[:MAX_NAMED])}{more}. {opening}"
