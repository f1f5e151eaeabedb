"""`keys`: the newsroom's keys towards push services, and the change to a new one."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from stoppress.cli import newsroom
from stoppress.cli.exits import Exit
from stoppress.cli.telling import as_typed, note, tell, tell_json
from stoppress.posts.errors import BadCopy
from stoppress.push import rekeying

if TYPE_CHECKING:
    import argparse

    from stoppress.push.rekeying import Holding


def keys(given: argparse.Namespace) -> int:
    """Shows the keys, makes a new one, or ends an old one."""
    newsroom.must_exist()
    if bool(given.key) != (given.what == "retire"):
        raise BadCopy(
            "`keys retire` takes the key that is to end; the others take none."
        )
    if given.what == "rotate":
        _rotate()
    elif given.what == "retire":
        gone = rekeying.retire(given.key, let_go=given.let_go)
        note(f"Retired {given.key}. Followers let go: {gone}.")
    found = rekeying.holdings()
    if given.json:
        tell_json([asdict(each) for each in found])
    else:
        for each in found:
            tell(_line(each))
    return Exit.DONE


def _rotate() -> None:
    made = rekeying.rotate()
    note(
        f"Pages offer the key {made.id} from now on; running servers need no restart. "
        "Each follower is told under its own key until its browser takes up the new one, "
        "on its next visit. Back up the keys folder."
    )


def _line(each: Holding) -> str:
    if each.offered:
        says = "offered to new followers"
    elif not each.here:
        says = "MISSING: restore its file, or these followers cannot be told"
    elif each.followers:
        says = "kept until they have visited"
    else:
        says = f"nobody is left; run: {as_typed('keys', 'retire', each.id)}"
    return f"{each.id}  {each.followers} followers  {says}"
