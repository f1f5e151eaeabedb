"""`import`: a saved news page becomes a post."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stoppress.cli import newsroom
from stoppress.cli.telling import note, tell_posted
from stoppress.intake.importing import import_page as take_in

if TYPE_CHECKING:
    import argparse


def import_page(given: argparse.Namespace) -> int:
    """Takes the page in and tells what became of it."""
    newsroom.prepare()
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
