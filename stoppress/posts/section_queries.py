"""The door out for sections: what other rooms may know of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.db.models import Count, Exists, OuterRef

from stoppress.posts.models import IN_ORDER, Section, Story
from stoppress.posts.viewing import section_ref

if TYPE_CHECKING:
    from stoppress.posts.views import SectionRef, SectionView


def sections() -> list[SectionView]:
    """All sections, in their order."""
    rows = Section.objects.annotate(count=Count("stories")).order_by(*IN_ORDER)
    return [
        {**cast("SectionRef", section_ref(row)), "stories": row.count} for row in rows
    ]


def read_sections() -> list[SectionRef]:
    """The sections in which there is something to read, in their order."""
    read = Story.objects.filter(section=OuterRef("pk"), changed_at__isnull=False)
    rows = Section.objects.filter(Exists(read)).order_by(*IN_ORDER)
    return [cast("SectionRef", section_ref(row)) for row in rows]


def section(slug: str) -> SectionRef | None:
    """The section with this slug."""
    return section_ref(Section.objects.filter(slug=slug).first())
