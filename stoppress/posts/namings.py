"""Whom posts name: the rows between a post and its people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stoppress.posts.models import Naming

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stoppress.posts.models import Person, Post


def people_of(posts: Sequence[Post]) -> dict[int, list[Person]]:
    """Whom each post names, in the order in which it does, by the post's number."""
    found: dict[int, list[Person]] = {post.pk: [] for post in posts}
    rows = Naming.objects.filter(post__in=posts).select_related("person")
    # A few rows: put in order here, where nothing that grows can be sorted by accident.
    for row in sorted(rows.order_by(), key=lambda row: row.pk):
        found[row.post_id].append(row.person)
    return found


def name(post: Post, people: Sequence[Person]) -> bool:
    """Writes down that the post names these people and nobody else. False when it does
    already."""
    if people_of([post])[post.pk] == list(people):
        return False
    post.namings.all().delete()
    Naming.objects.bulk_create(Naming(post=post, person=one) for one in people)
    return True


def enter_date(post: Post) -> None:
    """Gives the rows the date of the post's news, by which a person's posts stand."""
    post.namings.update(at=post.published_at)
