"""`section`: the sections of the paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stoppress.cli import newsroom
from stoppress.cli.exits import Exit, WrongWords
from stoppress.cli.telling import tell, tell_json
from stoppress.posts import section_queries, sections
from stoppress.posts.stories import title_of

if TYPE_CHECKING:
    import argparse


def section(given: argparse.Namespace) -> int:
    """Makes, renames, moves, deletes or lists sections."""
    newsroom.must_exist()
    acts = given.up or given.down or given.delete
    if given.slug is None:
        if acts or given.title:
            raise WrongWords("Say which section: its slug.")
        return _list(as_json=given.json)
    if acts and given.title:
        raise WrongWords("--title goes with none of --up, --down and --delete.")
    done, seq = _do(given)
    if given.json:
        tell_json({"slug": given.slug, "seq": seq})
    else:
        tell(f"{done} the section {given.slug!r} (wire {seq})")
    return Exit.DONE


def _do(given: argparse.Namespace) -> tuple[str, int]:
    slug = given.slug
    if given.delete:
        return "Deleted", sections.delete_section(slug)
    if given.up or given.down:
        return "Moved", sections.move_section(slug, up=given.up)
    if given.title and section_queries.section(slug):
        return "Renamed", sections.rename_section(slug, given.title)
    return "Made", sections.make_section(slug, given.title or title_of(slug))


def _list(*, as_json: bool) -> int:
    found = section_queries.sections()
    if as_json:
        tell_json(found)
    for view in [] if as_json else found:
        tell(f"{view['slug']}  {view['stories']} stories  {view['title']}")
    return Exit.DONE
