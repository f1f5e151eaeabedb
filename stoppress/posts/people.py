"""People in the news: made, shown, changed and deleted; each that readers can know of is a
row and its entry in one act.

Somebody whom a draft names for the first time is not `shown`: what readers do not see yet
must not be known by a name either. They are shown by the first post that comes out with
their name, or by an editor before that.

Rows first, the wire last: whoever holds a person's row may wait for the wire, and nobody
who holds the wire waits for a row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stoppress.lib.transactions import atomic
from stoppress.posts.addresses import person_path
from stoppress.posts.copy import SLUG, checked_about, checked_name, checked_slug
from stoppress.posts.errors import BadSlug, IsHere, NotFound, PersonInUse, Refused
from stoppress.posts.models import MAX_SLUG, Person, Post
from stoppress.posts.names import key, slug_of
from stoppress.posts.viewing import person_ref
from stoppress.wire.append import append

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

# How many names that make one address get addresses of their own: more is a mistake.
MAX_ALIKE = 100

# A post by which somebody is in use: whoever a retracted or corrected one named is not.
IN_USE = {"left": False, "post__state__in": [Post.State.DRAFT, Post.State.PUBLISHED]}


def make_person(
    name: str, *, slug: str = "", about: str = "", shown: bool = True
) -> tuple[str, int | None]:
    """Makes a person: their slug, made from the name unless given, and the wire's number;
    None where they are not `shown` to readers yet. One whom a draft named is that one.

    Refused when the slug is taken; IsHere when the name is, and no slug is given; BadCopy
    for words of the wrong form.
    """
    name, about = checked_name(name), checked_about(about)
    with atomic():
        person = _there(name, slug) or _fresh(name, slug)
        person.name, person.key, person.about = name, key(name), about
        person.shown = shown
        person.save()
        return person.slug, _tell("person.made", person) if shown else None


def ensure_person(slug: str, name: str, *, about: str = "") -> None:
    """Sees to it that the person is there."""
    if not Person.objects.filter(slug=slug).exists():
        make_person(name, slug=slug, about=about)


def enter(name: str) -> Person:
    """Somebody new, whom nobody is shown yet; the row that is there when another was
    quicker. BadCopy for what is no name, BadSlug where no address can be made of it."""
    name = checked_name(name)
    words = {"name": name, "key": key(name)}
    while True:
        if there := called(name).first():
            return there
        person, new = Person.objects.get_or_create(
            slug=_free_slug(name), defaults=words
        )
        if new or person.key == key(name):
            return person


def checked_new(name: str) -> str:
    """The name of somebody new. BadCopy for what is none, BadSlug where no address can be
    made of it."""
    name = checked_name(name)
    _free_slug(name)
    return name


def show(people: Iterable[Person]) -> None:
    """Lets readers know of those among them whom they do not know yet."""
    hidden = [one.pk for one in people if not one.shown]
    if not hidden:
        return
    rows = Person.objects.select_for_update(no_key=True).filter(pk__in=hidden)
    for person in list(rows.filter(shown=False).order_by("pk")):
        person.shown = True
        person.save(update_fields=["shown"])
        _tell("person.made", person)


def change_person(
    slug: str,
    *,
    name: str | None = None,
    about: str | None = None,
    shown: bool = False,
) -> int | None:
    """Gives a person another name, or other words on who that is; the address stays.
    `shown`: readers may know of them from now on. Returns the wire's number, None for
    somebody whom readers do not know.

    NotFound; Refused when it is so already; BadCopy for words of the wrong form.
    """
    with atomic():
        person = find(slug, lock=True)
        before = person.name, person.about, person.shown
        if name is not None:
            person.name = checked_name(name)
            person.key = key(person.name)
        if about is not None:
            person.about = checked_about(about)
        person.shown |= shown
        if (person.name, person.about, person.shown) == before:
            raise Refused(f"{person.name} is entered so already: nothing was changed.")
        person.save(update_fields=["name", "key", "about", "shown"])
        if not person.shown:
            return None
        return _tell("person.changed" if before[2] else "person.made", person)


def delete_person(slug: str) -> int | None:
    """Takes a person away whom no post names that stands; those that were retracted, or
    corrected to somebody else, stand on their page no more. Returns the wire's number,
    None for somebody whom readers do not know.

    NotFound; PersonInUse when a post or a draft names them.
    """
    with atomic():
        # Nobody may name them meanwhile, and no row is waited for once the wire is held.
        person = find(slug)
        if not list(Person.objects.select_for_update().filter(pk=person.pk)):
            raise _nobody(slug)
        if person.namings.filter(**IN_USE).exists():
            raise PersonInUse(slug)
        person.namings.all().delete()
        seq = _tell("person.deleted", person) if person.shown else None
        person.delete()
        return seq


def forget(people: Iterable[Person]) -> None:
    """Takes those away whom nobody was shown and nothing names any more."""
    numbers = [one.pk for one in people]
    hidden = Person.objects.filter(pk__in=numbers, shown=False)
    # Whoever is about to name them is waited for, and then seen.
    locked = [one.pk for one in hidden.select_for_update().order_by("pk")]
    Person.objects.filter(pk__in=locked, namings=None).delete()


def lock(numbers: Iterable[int]) -> set[int]:
    """Keeps these from being deleted until the transaction ends; gives back those that
    are there. In one order, so that two never wait for each other; a rename goes on."""
    rows = Person.objects.select_for_update(no_key=True).filter(pk__in=set(numbers))
    return {one.pk for one in rows.order_by("pk")}


def find(slug: str, *, lock: bool = False) -> Person:
    """The person's row, or NotFound."""
    rows = Person.objects.select_for_update(no_key=True) if lock else Person.objects
    person = rows.filter(slug=slug).first() if SLUG.match(slug) else None
    if person is None:
        raise _nobody(slug)
    return person


def called(name: str) -> QuerySet[Person]:
    """Everybody of this name, however it is written."""
    return Person.objects.filter(key=key(name)).order_by("pk")


def _there(name: str, slug: str) -> Person | None:
    """Somebody with this slug, or without one of this name, whom readers do not know of:
    their row, locked. Refused when they do know."""
    if slug:
        rows = Person.objects.filter(slug=checked_slug(slug, "a person"))
    else:
        rows = called(name)
    person = rows.select_for_update(no_key=True).first()
    if person is None or not person.shown:
        return person
    if slug:
        raise Refused(f"{person.name} has the address {slug!r} already.")
    raise IsHere(name, person.slug, person.about)


def _fresh(name: str, slug: str) -> Person:
    person, new = Person.objects.get_or_create(
        slug=slug or _free_slug(name), defaults={"name": name, "key": key(name)}
    )
    if not new:
        raise Refused(f"{person.name} has the address {person.slug!r} already.")
    return person


def _nobody(slug: str) -> NotFound:
    return NotFound(f"There is no person {slug!r}.")


def _free_slug(name: str) -> str:
    base = slug_of(name)
    if not SLUG.match(base):
        raise BadSlug(f"No address can be made from the name {name!r}: give one.")
    base = base[: MAX_SLUG - len(str(MAX_ALIKE)) - 1].strip("-")
    for slug in (base if n == 1 else f"{base}-{n}" for n in range(1, MAX_ALIKE)):
        if not Person.objects.filter(slug=slug).exists():
            return slug
    raise BadSlug(f"Too many people have the address {base!r}: give another.")


def _tell(kind: str, person: Person) -> int:
    told = {"person": {**person_ref(person), "about": person.about}}
    return append(kind, [person_path(person.slug)], told).seq
