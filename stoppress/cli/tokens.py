"""`token`: lets another system publish through the live hub, or read what is private."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from stoppress.cli import newsroom
from stoppress.cli.exits import Exit
from stoppress.cli.telling import note, tell
from stoppress.lib.clock import now
from stoppress.live import tokens
from stoppress.posts.errors import BadCopy
from stoppress.protocols.mercure_publication import is_reserved
from stoppress.protocols.mercure_topics import EVERYTHING, check_selector, local

if TYPE_CHECKING:
    import argparse


def token(given: argparse.Namespace) -> int:
    """Prints a token, signed with the newsroom's own key."""
    newsroom.must_exist()
    for topic in given.topics:
        _check(topic, publish=given.may == "publish")
    made = tokens.issue(**{given.may: given.topics}, valid_for=given.valid_for)
    ends = now() + given.valid_for
    note(
        f"Allows to {given.may}: {', '.join(given.topics)}, until {ends:%Y-%m-%d %H:%M} UTC."
    )
    tell(made)
    return Exit.DONE


def _check(topic: str, *, publish: bool) -> None:
    try:
        check_selector(topic)
    except ValueError as error:
        raise BadCopy(f"{topic!r} is no topic: {error}.") from error
    site = settings.SITE_URL
    if publish and topic != EVERYTHING and is_reserved(local(topic, site), site):
        raise BadCopy(
            f"{topic!r} is an address of this site, whose news comes from its desk. Other "
            "systems publish on topics of their own, such as https://scores.example.org/7."
        )
