"""People in the news: made, changed and deleted; each is a row and its entry in one act.

A post names people by name or by slug. Who is not known yet is made only when the writer
says so: a name misspelt would be somebody else, whom nobody follows.
"""

from __future__ import annotations

import difflib
import unicodedata
from typing import TYPE_CHECKING

from django.utils.text import slugify

from stoppress.lib.characters import one_line
from stoppress.lib.transactions import atomic
from stoppress.posts.addresses import person_path
from stoppress.posts.copy import (
    MAX_PEOPLE,
    SLUG,
    checked_about,
    checked_name,
    checked_slug,
)
from stoppress.posts.errors import (
    BadCopy,
    BadSlug,
    Namesakes,
    NoSuchPerson,
    NotFound,
    PersonInUse,
    Refused,
)
from stoppress.posts.models import MAX_SLUG, Person
from stoppress.posts.viewing import person_ref
from stoppress.wire.append import append

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

# As they are typed, set and transliterated.
APOSTROPHES = "'\u2019\u02bc"

# How alike two names are that may be one, of 1.
CLOSE = 0.8

# Of how many namesakes a new person gets an address of their own: more is a mistake.
MAX_NAMESAKES = 100


def make_person(name: str, *, slug: str = "", about: str = "") -> tuple[str, int]:
    """Makes a person: their slug, made from the name unless given, and the wire's
    number.

    Refused when the slug is taken; BadCopy for words of the wrong form.
    """
    name, about = checked_name(name), checked_about(about)
    with atomic():
        slug = checked_slug(slug, "a person") if slug else _free_slug(name)
        person, new = Person.objects.get_or_create(
            slug=slug, defaults={"name": name, "key": key(name), "about": about}
        )
        if not new:
            raise Refused(f"{person.name} has the address {slug!r} already.")
        return slug, _tell("person.made", person)


def ensure_person(slug: str, name: str, *, about: str = "") -> None:
    """Sees to it that the person is there."""
    if not Person.objects.filter(slug=slug).exists():
        make_person(name, slug=slug, about=about)


def change_person(
    slug: str, *, name: str | None = None, about: str | None = None
) -> int:
    """Gives a person another name, or other words on who that is; the address stays.
    Returns the wire's number.

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
        return _tell("person.changed", person)


def delete_person(slug: str) -> int:
    """Takes a person away whom no post names, and returns the wire's number.

    NotFound; PersonInUse when one does.
    """
    with atomic():
        person = find(slug, lock=True)
        if person.namings.exists():
            raise PersonInUse(slug)
        seq = _tell("person.deleted", person)
        person.delete()
        return seq


def named(names: Sequence[str], *, new: bool = False) -> list[Person]:
    """Who is meant by these names or slugs, each once and in their order; their rows are
    locked, so that nobody is deleted meanwhile. `new`: who is not known is made.

    NoSuchPerson; Namesakes where a name is that of several; BadCopy for one too many.
    """
    found = {person.pk: person for person in (_meant(one, new=new) for one in names)}
    if len(found) > MAX_PEOPLE:
        raise BadCopy(f"A post can name {MAX_PEOPLE} people; here are {len(found)}.")
    # In one order, so that two posts never wait for each other.
    list(Person.objects.select_for_update().filter(pk__in=found).order_by("pk"))
    return list(found.values())


def find(slug: str, *, lock: bool = False) -> Person:
    """The person's row, or NotFound."""
    rows = Person.objects.select_for_update() if lock else Person.objects
    person = rows.filter(slug=slug).first() if SLUG.match(slug) else None
    if person is None:
        raise NotFound(f"There is no person {slug!r}.")
    return person


def key(name: str) -> str:
    """A name as it is looked for: without case, accents and other marks."""
    parts = unicodedata.normalize("NFKD", name.casefold())
    kept = (one if one.isalnum() else " " for one in parts if not _is_mark(one))
    return " ".join("".join(kept).split())


def split(names: str) -> tuple[str, ...]:
    """The names in a line of them, with commas between."""
    return tuple(filter(None, map(one_line, names.split(","))))


def _is_mark(character: str) -> bool:
    return unicodedata.category(character) == "Mn" or character in APOSTROPHES


def _meant(name: str, *, new: bool) -> Person:
    if SLUG.match(name) and (person := Person.objects.filter(slug=name).first()):
        return person
    them = list(_called(name)[:MAX_NAMESAKES])
    if len(them) > 1:
        raise Namesakes(name, [(one.slug, one.about) for one in them])
    if them:
        return them[0]
    if not new:
        raise NoSuchPerson(name, _close_to(name))
    slug, _ = make_person(name)
    return Person.objects.get(slug=slug)


def _called(name: str) -> QuerySet[Person]:
    return Person.objects.filter(key=key(name)).order_by("pk")


def _close_to(name: str) -> str:
    """The name that this one nearly is, or a part of; '' where there is none."""
    known = dict(Person.objects.order_by("-pk").values_list("key", "name"))
    looked_for = key(name)
    close = difflib.get_close_matches(looked_for, known, n=1, cutoff=CLOSE)
    if not close and looked_for:
        close = [one for one in known if looked_for in one.split()][:1]
    return known[close[0]] if close else ""


def _free_slug(name: str) -> str:
    base = slugify(name).strip("-_").replace("_", "-")
    if not SLUG.match(base):
        raise BadSlug(f"No address can be made from the name {name!r}: give one.")
    base = base[: MAX_SLUG - len(str(MAX_NAMESAKES)) - 1].strip("-")
    tried = (base if n == 1 else f"{base}-{n}" for n in range(1, MAX_NAMESAKES))
    for slug in tried:
        if not Person.objects.filter(slug=slug).exists():
            return slug
    raise BadSlug(f"Too many people are called {name!r}: give an address.")


def _tell(kind: str, person: Person) -> int:
    told = {"person": {**person_ref(person), "about": person.about}}
    return append(kind, [person_path(person.slug)], told).seq
