"""`person`: people in the news, whom posts name and readers follow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stoppress.cli import newsroom
from stoppress.cli.exits import Exit, WrongWords
from stoppress.cli.telling import tell, tell_json
from stoppress.posts import people, people_queries
from stoppress.posts.addresses import absolute, person_path
from stoppress.posts.stories import title_of

if TYPE_CHECKING:
    import argparse

    from stoppress.posts.views import PersonView

# Listed at once; a loop asks until there are no more.
PAGE = 500


def person(given: argparse.Namespace) -> int:
    """Makes, changes, deletes or lists people."""
    newsroom.must_exist()
    words = given.name is not None or given.about is not None
    if given.slug is None:
        if given.delete or given.hidden or words:
            raise WrongWords("Say who: the slug, such as vladimir-putin.")
        return _list(as_json=given.json)
    if given.delete and (words or given.hidden):
        raise WrongWords("--delete goes alone.")
    done, seq = _do(given)
    url = absolute(person_path(given.slug))
    where = f"(wire {seq}): {url}" if seq else "(readers do not know of them)"
    if given.json:
        tell_json({"slug": given.slug, "url": url, "seq": seq})
    else:
        tell(f"{done} {given.slug!r} {where}")
    return Exit.DONE


def _do(given: argparse.Namespace) -> tuple[str, int | None]:
    slug = given.slug
    if given.delete:
        return "Deleted", people.delete_person(slug)
    words = {"name": given.name, "about": given.about}
    if found := people_queries.person(slug):
        if given.hidden:
            raise WrongWords(f"{slug!r} is here already: --hidden is for new ones.")
        # Words alone do not show readers a name that a draft keeps from them.
        shows = not found["shown"] and words == {"name": None, "about": None}
        done = "Shown" if shows else "Changed"
        return done, people.change_person(slug, **words, shown=shows)
    name = title_of(slug) if given.name is None else given.name
    shown = not given.hidden
    _, seq = people.make_person(name, slug=slug, about=given.about or "", shown=shown)
    return "Made", seq


def _list(*, as_json: bool) -> int:
    found: list[PersonView] = []
    while some := people_queries.people(
        after=found[-1]["slug"] if found else "", limit=PAGE
    ):
        found += some
    if as_json:
        tell_json([{**view, "url": absolute(view["url"])} for view in found])
    for view in [] if as_json else found:
        about = f", {view['about']}" if view["about"] else ""
        tell(f"{view['slug']}  {view['name']}{about}")
    return Exit.DONE
