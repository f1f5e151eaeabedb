"""The door out for people: what other rooms may know of them, and of the posts that name
them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from stoppress.posts import people as door
from stoppress.posts import queries
from stoppress.posts.models import Naming, Person
from stoppress.posts.viewing import person_ref

if TYPE_CHECKING:
    from stoppress.posts.views import PersonView, PostView

# How a person's posts stand.
NEWEST = ("-at", "-post_id")


def person(slug: str) -> PersonView | None:
    """The person with this slug."""
    return next(iter(_views(Q(slug=slug), limit=1)), None)


def people(*, like: str = "", after: str = "", limit: int = 100) -> list[PersonView]:
    """People in the order of their names; those alone in whose name `like` is; `after`
    is the slug of the last one of the page before."""
    which = Q(key__contains=door.key(like)) if like else Q()
    if mark := Person.objects.filter(slug=after).first():
        # No earlier than the mark: that is where the index begins.
        which &= Q(key__gte=mark.key) & (Q(key__gt=mark.key) | Q(pk__gt=mark.pk))
    return _views(which, limit=limit)


def of_person(
    slug: str, *, limit: int = 50, before: int | None = None
) -> list[PostView]:
    """The posts that name a person and that readers may see, newest first by the date of
    the news; `before` is the last post of the page before."""
    rows = Naming.objects.filter(
        person=Person.objects.filter(slug=slug).values("pk")[:1], at__isnull=False
    ).order_by(*NEWEST)
    if before is not None:
        mark = rows.filter(post=before).first()
        if mark is None:
            return []
        same_time = Q(at=mark.at, post_id__lt=mark.post_id)
        rows = rows.filter(at__lte=mark.at).filter(Q(at__lt=mark.at) | same_time)
    numbers = list(rows.values_list("post_id", flat=True)[:limit])
    found = queries.posts(numbers)
    return [found[number] for number in numbers if number in found]


def _views(which: Q, *, limit: int) -> list[PersonView]:
    naming = Naming.objects.filter(person=OuterRef("pk"))
    rows = Person.objects.annotate(named=Exists(naming)).filter(which)
    return [
        {**person_ref(row), "about": row.about, "named": row.named}
        for row in rows.order_by("key", "pk")[:limit]
    ]
