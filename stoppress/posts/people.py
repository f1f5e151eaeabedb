"""People in the news: made, shown, changed and deleted; each that readers can know of is a
row and its entry in one act.

Somebody whom a draft names for the first time is not `shown`: what readers do not see yet
must not be known by a name either. They are shown by the first post that comes out with
their name, or made so at the desk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stoppress.lib.transactions import atomic
from stoppress.posts.addresses import person_path
from stoppress.posts.copy import SLUG, checked_about, checked_name, checked_slug
from stoppress.posts.errors import BadSlug, IsHere, NotFound, PersonInUse, Refused
from stoppress.posts.models import MAX_SLUG, Naming, Person, Post
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


def make_person(name: str, *, slug: str = "", about: str = "") -> tuple[str, int]:
    """Makes a person whom readers can follow: their slug, made from the name unless
    given, and the wire's number.

    Refused when the slug is taken; IsHere when the name is, and no slug is given; BadCopy
    for words of the wrong form.
    """
    name, about = checked_name(name), checked_about(about)
    with atomic():
        if slug:
            slug = checked_slug(slug, "a person")
        elif there := called(name).first():
            raise IsHere(name, there.slug, there.about)
        else:
            slug = _free_slug(name)
        words = {"name": name, "key": key(name), "about": about, "shown": True}
        person, new = Person.objects.get_or_create(slug=slug, defaults=words)
        if not new:
            raise Refused(f"{person.name} has the address {slug!r} already.")
        return slug, _tell("person.made", person)


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
    # Their rows before the wire: whoever has a row waits for the wire, never the reverse.
    rows = Person.objects.select_for_update().filter(pk__in=hidden, shown=False)
    for person in list(rows.order_by("pk")):
        person.shown = True
        person.save(update_fields=["shown"])
        _tell("person.made", person)


def change_person(
    slug: str, *, name: str | None = None, about: str | None = None
) -> int | None:
    """Gives a person another name, or other words on who that is; the address stays.
    Returns the wire's number, None for somebody whom readers do not know yet.

    NotFound; Refused when it is so already; BadCopy for words of the wrong form.
    """
    with atomic():
        person = find(slug, lock=True)
        before = person.name, person.about
        if name is not None:
            person.name = checked_name(name)
            person.key = key(person.name)
        if about is not None:
            person.about = checked_about(about)
        if (person.name, person.about) == before:
            raise Refused(f"{person.name} is entered so already: nothing was changed.")
        person.save(update_fields=["name", "key", "about"])
        return _tell("person.changed", person) if person.shown else None


def delete_person(slug: str) -> int | None:
    """Takes a person away whom no post names that stands; those that were retracted, or
    corrected to somebody else, stand on their page no more. Returns the wire's number,
    None for somebody whom readers do not know.

    NotFound; PersonInUse when a post or a draft names them.
    """
    with atomic():
        person = find(slug, lock=True)
        if person.namings.filter(**IN_USE).exists():
            raise PersonInUse(slug)
        seq = _tell("person.deleted", person) if person.shown else None
        person.namings.all().delete()
        person.delete()
        return seq


def forget(people: Iterable[Person]) -> None:
    """Takes those away whom nobody was shown and nothing names any more."""
    unknown = Person.objects.filter(pk__in=[one.pk for one in people], shown=False)
    unknown.exclude(pk__in=Naming.objects.values("person")).delete()


def find(slug: str, *, lock: bool = False) -> Person:
    """The person's row, or NotFound."""
    rows = Person.objects.select_for_update() if lock else Person.objects
    person = rows.filter(slug=slug).first() if SLUG.match(slug) else None
    if person is None:
        raise NotFound(f"There is no person {slug!r}.")
    return person


def called(name: str) -> QuerySet[Person]:
    """Everybody of this name, however it is written."""
    return Person.objects.filter(key=key(name)).order_by("pk")


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
