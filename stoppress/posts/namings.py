"""Whom posts name: the rows between a post and its people.

A post names people by name or by slug. Who is not known yet is made only when the writer
says so, and never by a name that is nearly somebody's: that is a slip, and would be a
person whom nobody follows.

Whom a published post named wrongly has `left` it when it was corrected: the post names
them no more, but stays on their page, with its correction, and what happens to it is told
there.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from stoppress.lib.characters import one_line
from stoppress.posts import people
from stoppress.posts.copy import MAX_PEOPLE, SLUG
from stoppress.posts.errors import BadCopy, BadPeople, Namesakes, NoSuchPerson
from stoppress.posts.models import MAX_PERSON, Naming, Person
from stoppress.posts.names import key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stoppress.posts.models import Post

# How alike two names are that may be one, of 1.
CLOSE = 0.8

# Of namesakes so many are told apart in an error.
TOLD_APART = 10


def check(names: Sequence[str], *, new: bool = False, post: int | None = None) -> None:
    """Whether a post can name these: asked before a transaction is open, for it reads
    every name where one is not known. Whom this `post` alone names, a draft, is no reason
    to take another for a slip.

    NoSuchPerson for all who are not known, or with `new` for those who are nearly
    somebody; Namesakes; BadPeople for what is no name, and for too many.
    """
    _bounded(names)
    unknown = [name for name in dict.fromkeys(names) if _meant(name) is None]
    if not unknown:
        return
    elsewhere = Naming.objects.filter(person=OuterRef("pk")).exclude(post=post)
    rows = Person.objects.filter(Q(shown=True) | Exists(elsewhere)).order_by("-pk")
    known = dict(rows.values_list("key", "name"))
    near = {name: _near(name, known, whole=new) for name in unknown}
    if new:
        near = {name: close for name, close in near.items() if close}
    if near:
        raise NoSuchPerson(near, new=new)
    for name in unknown:
        _checked_new(name)


def people_of(posts: Sequence[Post]) -> dict[int, list[Person]]:
    """Whom each post names, in the order in which it does, by the post's number."""
    return _people_of(posts, left=False)


def left_by(post: Post) -> list[Person]:
    """Whom the post named before it was corrected."""
    return _people_of([post], left=True)[post.pk]


def name(
    post: Post, names: Sequence[str], *, new: bool = False, corrected: bool = False
) -> bool:
    """Writes down that the post, whose row is locked or new, names these and nobody else.
    False when it does already. `new`: who is not known is made; `corrected`: whom it
    named before was named wrongly, and has left it.

    Refuses as `check` does, but for names that are nearly somebody's; BadPeople when the
    post has been corrected too often.
    """
    rows = Naming.objects.filter(post=post).values_list("person", flat=True)
    them = _named(names, beside=list(rows), new=new)
    before = people_of([post])[post.pk]
    if before == them:
        return False
    left = {one.pk: one for one in left_by(post)}
    if corrected:
        left |= {one.pk: one for one in before}
    for one in them:
        left.pop(one.pk, None)
    if len(left) > MAX_PEOPLE:
        raise BadPeople(
            f"This post was corrected too often: it named {len(left)} others before. "
            "Retract it, and post another."
        )
    post.namings.all().delete()
    Naming.objects.bulk_create(
        Naming(post=post, person=one, left=number >= len(them))
        for number, one in enumerate([*them, *left.values()])
    )
    return True


def enter_date(post: Post) -> None:
    """Gives the rows the date of the post's news, by which a person's posts stand."""
    post.namings.update(at=post.published_at)


def _named(names: Sequence[str], *, beside: list[int], new: bool) -> list[Person]:
    """Who is meant, each once and in their order, locked together with those who are
    written down `beside` them: whoever has a row of a post is not deleted meanwhile."""
    _bounded(names)
    found = {name: _meant(name) for name in dict.fromkeys(names)}
    known = {one.pk for one in found.values() if one is not None}
    if known - people.lock([*known, *beside]):
        raise BadPeople(
            "Somebody whom it names was deleted at this moment: look again."
        )
    # In one order, after all who were there, so that two posts never wait for each other.
    for name in sorted((name for name in found if found[name] is None), key=key):
        if not new:
            raise NoSuchPerson({name: ""})
        made = people.enter(_checked_new(name))
        people.lock([made.pk])  # another may have been quicker
        found[name] = made
    return list({one.pk: one for one in found.values() if one is not None}.values())


def _people_of(posts: Sequence[Post], *, left: bool) -> dict[int, list[Person]]:
    found: dict[int, list[Person]] = {post.pk: [] for post in posts}
    rows = Naming.objects.filter(post__in=posts, left=left).select_related("person")
    # A few rows: put in order here, where nothing that grows can be sorted by accident.
    for row in sorted(rows.order_by(), key=lambda row: row.pk):
        found[row.post_id].append(row.person)
    return found


def _bounded(names: Sequence[str]) -> None:
    """Before anything is looked up: a line may come from anywhere."""
    if len(names) > MAX_PEOPLE:
        raise BadPeople(f"A post can name {MAX_PEOPLE} people; here are {len(names)}.")
    for one in names:
        if len(one) > MAX_PERSON:
            raise BadPeople(
                f"A name has {MAX_PERSON} characters at most: {one[:40]!r} goes on."
            )


def _meant(name: str) -> Person | None:
    if SLUG.match(name) and (person := Person.objects.filter(slug=name).first()):
        return person
    if not key(name):
        raise BadPeople(f"{one_line(name)!r} is no name.")
    them = list(people.called(name)[:TOLD_APART])
    if len(them) > 1:
        raise Namesakes(name, [(one.slug, one.about) for one in them])
    return them[0] if them else None


def _checked_new(name: str) -> str:
    try:
        return people.checked_new(name)
    except BadCopy as error:
        raise BadPeople(
            f"{error} People whose address is not made from their name are made first: "
            "at the desk under In the news, or with `stoppress person`."
        ) from error


def _near(name: str, known: dict[str, str], *, whole: bool) -> str:
    """The name that this one nearly is, or unless `whole` a part of; '' where none is."""
    wanted = key(name)
    close = difflib.get_close_matches(wanted, known, n=1, cutoff=CLOSE)
    if not close and not whole:
        close = [one for one in known if wanted in one.split()][:1]
    return known[close[0]] if close else ""
