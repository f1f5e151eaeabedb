"""`rehearse`: everything of an alert but the letters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stoppress.cli import newsroom
from stoppress.cli.exits import Exit
from stoppress.cli.telling import tell, tell_json
from stoppress.posts import queries
from stoppress.posts.errors import NotFound, Refused
from stoppress.push import rehearsal

if TYPE_CHECKING:
    import argparse

    from stoppress.posts.views import PostView
    from stoppress.push.rehearsal import Rehearsal


def rehearse(given: argparse.Namespace) -> int:
    """Tells whom an alert would reach and what it would take. FAILED when something would
    go wrong: subscriptions that cannot be used, a canary that does not hear."""
    newsroom.must_exist()
    found = rehearsal.rehearse(_post(given.id))
    if given.json:
        tell_json(_as_object(found))
    else:
        _tell(found)
    deaf = found.canary_is_on and found.canary is None
    return Exit.FAILED if found.unusable or deaf else Exit.DONE


def _post(post_id: int | None) -> PostView | None:
    if post_id is None:
        return None
    post = queries.any_post(post_id)
    if post is None:
        raise NotFound(f"There is no post {post_id}.")
    if post["state"] == "retracted":
        raise Refused(f"Post {post_id} is retracted: there is no alert of it.")
    return post


def _tell(found: Rehearsal) -> None:
    ready = found.meant - found.asleep
    tell(f"meant    {found.meant:,} followers; {found.asleep:,} of them rest now")
    tell(f"letters  {ready:,}, {found.octets:,} octets each; nothing was sent")
    seconds = found.seconds
    tell(
        f"took     {sum(seconds.values()):.2f} s: found {seconds['found']:.2f}, opened "
        f"{seconds['opened']:.2f}, keyed {seconds['keyed']:.2f}, sealed "
        f"{seconds['sealed']:.2f}"
    )
    tell(f"ahead    {found.keyed_ahead:,} followers are keyed in the server that runs")
    for name, each in sorted(found.services.items()):
        bad = f", {each.unusable:,} cannot be used" if each.unusable else ""
        tell(f"service  {name}: {each.sealed:,} sealed{bad}")
    tell(f"canary   {_canary(found)}")


def _canary(found: Rehearsal) -> str:
    if not found.canary_is_on:
        return "none: it is switched off, or no web server has run on this folder"
    if found.canary is None:
        return "it heard nothing: see whether the web server runs, and its log"
    return f"it read its letter after {found.canary:.2f} s"


def _as_object(found: Rehearsal) -> dict[str, object]:
    return {
        "meant": found.meant,
        "asleep": found.asleep,
        "sealed": found.sealed,
        "unusable": found.unusable,
        "octets": found.octets,
        "keyed_ahead": found.keyed_ahead,
        "seconds": {name: round(spent, 3) for name, spent in found.seconds.items()},
        "services": {
            name: {"sealed": each.sealed, "unusable": each.unusable}
            for name, each in sorted(found.services.items())
        },
        "canary": found.canary,
    }
