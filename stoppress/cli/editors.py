"""`sign-in`: a link that lets an editor in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from stoppress.cli import newsroom
from stoppress.cli.exits import Exit
from stoppress.cli.telling import tell
from stoppress.posts.errors import Refused
from stoppress.staff import signing_in
from stoppress.staff.models import Role

if TYPE_CHECKING:
    import argparse


def sign_in(given: argparse.Namespace) -> int:
    """Prints a sign-in link, for a new editor when a role is given."""
    newsroom.must_exist()
    if given.new:
        user = signing_in.editor_named(given.name, role=Role(given.new))
        if user.role != given.new:
            raise Refused(
                f"{given.name} works here already, as {user.role}: a chief changes that at "
                "the desk, under Staff. For a link alone leave --new out."
            )
    tell(f"{settings.SITE_URL}{signing_in.make_link(given.name)}")
    return Exit.DONE
