"""Sections are made, renamed, moved among the others and deleted; each is a row and its
entry in one act."""

from __future__ import annotations

from django.db.models import Max

from stoppress.lib.transactions import atomic
from stoppress.posts.addresses import section_path
from stoppress.posts.copy import SLUG, checked_section, checked_slug
from stoppress.posts.errors import NoSuchSection, Refused, SectionInUse
from stoppress.posts.models import IN_ORDER, Section
from stoppress.posts.viewing import section_ref
from stoppress.wire.append import append


def make_section(slug: str, title: str) -> int:
    """Makes a section, behind the others, and returns the wire's number.

    Refused when there is one; BadCopy for a slug or title of the wrong form.
    """
    slug, title = checked_slug(slug, "a section"), checked_section(title)
    with atomic():
        last = Section.objects.aggregate(last=Max("place"))["last"] or 0
        section, new = Section.objects.get_or_create(
            slug=slug, defaults={"title": title, "place": last + 1}
        )
        if not new:
            raise Refused(f"The section {slug!r} is there already.")
        return _tell("section.made", section)


def rename_section(slug: str, title: str) -> int:
    """Gives a section another title; its address stays. Returns the wire's number.

    Refused when it has it already; BadCopy for a title of the wrong form.
    """
    title = checked_section(title)
    with atomic():
        section = find(slug, lock=True)
        if section.title == title:
            raise Refused(f"The section {slug!r} has this title already.")
        section.title = title
        section.save(update_fields=["title"])
        return _tell("section.renamed", section)


def move_section(slug: str, *, up: bool) -> int:
    """Moves a section one place up, or down. Returns the wire's number; Refused when
    there is no place that way."""
    with atomic():
        rows = list(Section.objects.select_for_update().order_by(*IN_ORDER))
        slugs = [row.slug for row in rows]
        if slug not in slugs:
            raise NoSuchSection(slug, slugs)
        before = slugs.index(slug)
        after = before - 1 if up else before + 1
        if not 0 <= after < len(rows):
            end = "first" if up else "last"
            raise Refused(f"The section {slug!r} is the {end} already.")
        rows.insert(after, rows.pop(before))
        for place, row in enumerate(rows, 1):
            row.place = place
        Section.objects.bulk_update(rows, ["place"])
        return _tell("section.moved", rows[after])


def delete_section(slug: str) -> int:
    """Takes a section away that no story stands in, and returns the wire's number.

    SectionInUse when there is one.
    """
    with atomic():
        section = find(slug, lock=True)
        if stories := section.stories.count():
            raise SectionInUse(slug, stories)
        seq = _tell("section.deleted", section)
        section.delete()
        return seq


def ensure_section(slug: str, title: str) -> None:
    """Sees to it that the section is there."""
    if not Section.objects.filter(slug=slug).exists():
        make_section(slug, title)


def find(slug: str, *, lock: bool = False) -> Section:
    """The section's row. NoSuchSection names those there are. Whoever puts a story in it
    locks it, so that it is not deleted meanwhile."""
    rows = Section.objects.select_for_update() if lock else Section.objects
    section = rows.filter(slug=slug).first() if SLUG.match(slug) else None
    if section is None:
        known = Section.objects.order_by(*IN_ORDER).values_list("slug", flat=True)
        raise NoSuchSection(slug, list(known))
    return section


def _tell(kind: str, section: Section) -> int:
    told = {"section": section_ref(section)}
    return append(kind, [section_path(section.slug)], told).seq
