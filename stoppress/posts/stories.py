"""Stories are opened, amended, closed and opened again; each is a row and its entry in
one act."""

from __future__ import annotations

import difflib

from stoppress.lib.clock import iso, now
from stoppress.lib.transactions import atomic
from stoppress.posts import sections
from stoppress.posts.addresses import story_path
from stoppress.posts.copy import SLUG, checked_paragraph, checked_slug, checked_title
from stoppress.posts.errors import LikelySlip, NoSuchStory, Refused
from stoppress.posts.models import Section, Story
from stoppress.posts.viewing import section_ref, topics_of
from stoppress.wire.append import append
from stoppress.wire.models import Entry


def open_story(
    slug: str, title: str, *, summary: str = "", section: str | None = None
) -> int:
    """Opens a new story, or a closed one again, and returns the wire's number. `section`
    is the slug of the one that it stands in, "" for none; without it, where it stood.

    Refused when the story is open; BadCopy for a slug or title of the wrong form;
    NoSuchSection.
    """
    with atomic():
        _, new = Story.objects.get_or_create(
            slug=checked_slug(slug),
            defaults={
                "title": checked_title(title),
                "summary": checked_paragraph(summary, "The summary"),
                "opened_at": now(),
            },
        )
        story = find(slug, lock=True)
        if not new and story.closed_at is None:
            raise Refused(f"The story {slug!r} is open already.")
        story.closed_at = None
        if section is not None:
            story.section = _section(section)
        story.save(update_fields=["closed_at", "section"])
        return _tell("story.opened", story).seq


def close_story(slug: str) -> int:
    """Closes a story: nothing new is posted in it. Returns the wire's number."""
    with atomic():
        story = find(slug, lock=True)
        if story.closed_at is not None:
            raise Refused(f"The story {slug!r} is closed already.")
        story.closed_at = now()
        story.save(update_fields=["closed_at"])
        return _tell("story.closed", story).seq


def amend_story(
    slug: str,
    *,
    title: str | None = None,
    summary: str | None = None,
    section: str | None = None,
) -> int:
    """Gives a story another title or summary, or puts it in another section ("" for
    none), whose topic its entries have from then on. Returns the wire's number.

    Refused when it is so already; BadCopy for a title of the wrong form; NoSuchSection.
    """
    with atomic():
        story = find(slug, lock=True)
        before = story.title, story.summary, story.section
        if title is not None:
            story.title = checked_title(title)
        if summary is not None:
            story.summary = checked_paragraph(summary, "The summary")
        if section is not None:
            story.section = _section(section)
        if (story.title, story.summary, story.section) == before:
            raise Refused(f"The story {slug!r} is so already: nothing was changed.")
        story.save(update_fields=["title", "summary", "section"])
        return _tell("story.amended", story).seq


def ensure(slug: str, title: str = "", *, new: bool = False) -> bool:
    """Sees to it that the story is there; True when it was opened just now.

    A slug that nearly is another story's is taken for a slip, unless `new` says that
    it is meant: a post in the wrong story reaches nobody who follows the right one.
    """
    if Story.objects.filter(slug=checked_slug(slug)).exists():
        return False
    if not new and (close := slip_of(slug)):
        raise LikelySlip(slug, close)
    try:
        open_story(slug, title or title_of(slug))
    except Refused:  # Someone else has opened it in between.
        return False
    return True


def slip_of(slug: str) -> str:
    """The story whose slug this one nearly is; '' where there is none, or where it is a
    story's own."""
    known = list(Story.objects.values_list("slug", flat=True))
    close = difflib.get_close_matches(slug, known, n=1, cutoff=0.8)
    return close[0] if close and slug not in known else ""


def title_of(slug: str) -> str:
    """A title for a story of which only the slug is known. Each word has its capital:
    a name without one is wrong, a plain word with one is only a matter of style."""
    return " ".join(word.capitalize() for word in slug.split("-"))


def find(slug: str, *, lock: bool = False) -> Story:
    """The story's row. NoSuchStory names those there are."""
    rows = Story.objects.select_for_update() if lock else Story.objects
    story = rows.filter(slug=slug).first() if SLUG.match(slug) else None
    if story is None:
        known = Story.objects.order_by("-changed_at").values_list("slug", flat=True)
        raise NoSuchStory(slug, list(known))
    return story


def _section(slug: str) -> Section | None:
    return sections.find(slug, lock=True) if slug else None


def _tell(kind: str, story: Story) -> Entry:
    view = {
        "slug": story.slug,
        "title": story.title,
        "url": story_path(story.slug),
        "section": section_ref(story.section),
        "summary": story.summary,
        "closed": story.closed_at is not None,
        "opened_at": iso(story.opened_at),
    }
    return append(kind, topics_of(story), {"story": view})
