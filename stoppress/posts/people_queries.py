"""The door out for people: what other rooms may know of them, and of the posts that name
them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from stoppress.posts import queries
from stoppress.posts.copy import SLUG
from stoppress.posts.models import Naming, Person
from stoppress.posts.names import key
from stoppress.posts.people import IN_USE
from stoppress.posts.viewing import person_ref

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stoppress.posts.views import PersonRef, PersonView, PostView

# How a person's posts stand.
NEWEST = ("-at", "-post_id")


def person(slug: str) -> PersonView | None:
    """The person with this slug."""
    return next(iter(_views(Q(slug=slug), limit=1)), None) if SLUG.match(slug) else None


def shown(slug: str) -> PersonView | None:
    """The person with this slug, if readers may know of them."""
    found = person(slug)
    return found if found and found["shown"] else None


def said(them: Sequence[PersonRef]) -> list[str]:
    """By which words a post names each of these: the name, or of namesakes the slug."""
    keys = Person.objects.filter(slug__in=[one["slug"] for one in them]).values("key")
    alike = Person.objects.filter(key__in=keys).values_list("key", "slug")
    count = Counter(key for key, _ in alike)
    twice = {slug for key, slug in alike if count[key] > 1}
    return [one["slug"] if one["slug"] in twice else one["name"] for one in them]


def people(*, like: str = "", after: str = "", limit: int = 100) -> list[PersonView]:
    """People in the order of their names; those alone in whose name `like` is; `after`
    is the slug of the last one of the page before."""
    which = Q(key__contains=key(like)) if like else Q()
    mark = Person.objects.filter(slug=after).first() if SLUG.match(after) else None
    if mark is not None:
        # No earlier than the mark: that is where the index begins.
        which &= Q(key__gte=mark.key) & (Q(key__gt=mark.key) | Q(pk__gt=mark.pk))
    return _views(which, limit=limit)


def of_person(
    slug: str, *, limit: int = 50, before: int | None = None
) -> list[PostView]:
    """The posts that readers may see and that name a person, or named them until they were
    corrected or retracted, newest first by the date of the news; `before` is the last post
    of the page before."""
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
    naming = Naming.objects.filter(person=OuterRef("pk"), **IN_USE)
    rows = Person.objects.annotate(named=Exists(naming)).filter(which)
    return [
        {
            **person_ref(row),
            "about": row.about,
            "shown": row.shown,
            "named": row.named,
        }
        for row in rows.order_by("key", "pk")[:limit]
    ]
