"""`serve` and `web`: the newsroom on the air."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from stoppress.asgi import application
from stoppress.cli import newsroom
from stoppress.cli.demonstrating import fill
from stoppress.cli.exits import Exit
from stoppress.cli.tailing import all_tails
from stoppress.cli.telling import as_typed, tell
from stoppress.live import server
from stoppress.settings import FOLDER
from stoppress.wire.running import Running

if TYPE_CHECKING:
    import argparse


def serve(given: argparse.Namespace) -> int:
    """Web, live and tails in one process; the first run makes the newsroom."""
    link = newsroom.prepare()
    if given.demo:
        fill()
    running = Running(all_tails())

    def on_air(_port: int) -> None:
        running.start()
        _welcome(link)

    try:
        server.serve(application, given.host, given.port, on_ready=on_air)
    finally:
        running.stop()
    return Exit.DONE


def web(given: argparse.Namespace) -> int:
    """The web server alone; the tails run elsewhere (`stoppress tail`)."""
    link = newsroom.prepare()
    server.serve(
        application, given.host, given.port, on_ready=lambda _port: _welcome(link)
    )
    return Exit.DONE


def _welcome(link: str | None) -> None:
    FOLDER.serve_at(settings.SITE_URL)
    tell(f"Stop Press is on the air: {settings.SITE_URL}")
    if link:
        tell(f"Sign in at the desk (once, within a day): {settings.SITE_URL}{link}")
    tell(f"For a new sign-in link: {as_typed('sign-in')}")
