"""`serve` and `web`: the newsroom on the air."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from stoppress.asgi import application
from stoppress.cli import newsroom
from stoppress.cli.demonstrating import fill
from stoppress.cli.exits import Exit
from stoppress.cli.tailing import all_tails
from stoppress.cli.telling import as_typed, note, tell
from stoppress.live import server
from stoppress.settings import FOLDER
from stoppress.wire.running import Running

if TYPE_CHECKING:
    import argparse

# `--host` that listens to other machines, under whatever name they call this one.
EVERYWHERE = {"0.0.0.0", "::"}  # noqa: S104  compared, not bound

# The hosts that only this machine calls itself by.
LOOPBACK = {"localhost", "127.0.0.1", "[::1]"}


def serve(given: argparse.Namespace) -> int:
    """Web, live and tails in one process; the first run makes the newsroom."""
    newsroom.prepare()
    link = newsroom.first_link()
    if given.demo:
        fill()
    running = Running(all_tails())

    def on_air(_port: int) -> None:
        running.start()
        _welcome(given, link)

    try:
        server.serve(application, given.host, given.port, on_ready=on_air)
    finally:
        running.stop()
    return Exit.DONE


def web(given: argparse.Namespace) -> int:
    """The web server alone; the tails run elsewhere (`stoppress tail`)."""
    newsroom.prepare()
    link = newsroom.first_link()
    server.serve(
        application,
        given.host,
        given.port,
        on_ready=lambda _port: _welcome(given, link),
    )
    return Exit.DONE


def _welcome(given: argparse.Namespace, link: str | None) -> None:
    FOLDER.serve_at(settings.SITE_URL)
    tell(f"Stop Press is on the air: {settings.SITE_URL}")
    if link:
        tell(f"Sign in at the desk (once, within a day): {settings.SITE_URL}{link}")
    tell(f"For a new sign-in link: {as_typed('sign-in')}")
    if given.host in EVERYWHERE and LOOPBACK.issuperset(settings.ALLOWED_HOSTS):
        note(
            "Other machines get the answer 400 until you say how they call this one: set "
            f"STOPPRESS_URL=http://name-or-address:{given.port} (what readers type), and "
            "STOPPRESS_HOSTS for further names, with commas."
        )
