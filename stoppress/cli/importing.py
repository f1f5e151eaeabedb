"""`import`: a saved news page becomes a post."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from stoppress.cli import newsroom
from stoppress.cli.telling import note, tell_posted
from stoppress.intake.importing import import_page as take_in
from stoppress.intake.reading import STANDARD_INPUT, read_page
from stoppress.settings import FOLDER

if TYPE_CHECKING:
    import argparse


def import_page(given: argparse.Namespace) -> int:
    """Takes the page in and tells what became of it."""
    if given.page != STANDARD_INPUT and not _is_there(given.page):
        read_page(given.page)  # says what is wrong with it, and no newsroom is made
    if newsroom.make():
        note(
            f"There was no newsroom in {FOLDER.root}: a new one is made there. If you "
            "meant another, delete this folder and name that one with --data."
        )
    imported = take_in(
        given.page,
        published=given.published,
        story=given.story,
        draft=given.draft,
        new_story=given.new_story,
    )
    for line in imported.notes:
        note(line)
    return tell_posted("Published", imported.posted, as_json=given.json)


def _is_there(page: str) -> bool:
    """Asked without opening it: a pipe can be read only once."""
    try:
        return Path(page).exists()
    except OSError:
        return False
