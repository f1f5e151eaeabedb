"""`serve` and `web`: the newsroom on the air."""

from __future__ import annotations

import asyncio
import signal
import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings

from stoppress.asgi import application
from stoppress.cli import nearby, newsroom, say
from stoppress.cli.demonstrating import fill
from stoppress.cli.exits import Exit
from stoppress.cli.supervisor import Supervisor
from stoppress.cli.tailing import all_tails
from stoppress.cli.telling import as_typed, note, tell
from stoppress.cli.workers import Job, Supervised, WorkerFailed, handed_sockets
from stoppress.lib.networks import Proxies
from stoppress.live import server
from stoppress.live.doorway import Door
from stoppress.live.listening import listen_for, listen_on
from stoppress.settings import FOLDER
from stoppress.wire.running import Running

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable


# On the same machine; a server that is busier than that is not asked again.
ANSWERS_WITHIN = 0.5  # seconds


def serve(given: argparse.Namespace) -> int:
    """Web, live and tails in one command; the first run makes the newsroom."""
    link = newsroom.prepare()
    if given.demo:
        fill()
    if given.workers or given.senders > 1:
        return _supervise(given, link, _tails(max(given.senders, 1)))
    running = Running(all_tails())

    def on_air(_port: int) -> None:
        running.start()
        _welcome(given, link)

    listeners = listen_on(given.host, given.port)
    try:
        _serve(given, listeners, on_air)
    finally:
        running.stop()
    return Exit.DONE


def web(given: argparse.Namespace) -> int:
    """The web server alone; the tails run elsewhere (`stoppress tail`)."""
    if given.handed:
        return _worker(given)
    link = newsroom.prepare()
    if given.workers:
        return _supervise(given, link, [])
    listeners = listen_on(given.host, given.port)
    _serve(given, listeners, lambda _port: _welcome(given, link))
    return Exit.DONE


def _worker(given: argparse.Namespace) -> int:
    """One of several web processes, under a supervisor that has made the newsroom."""
    newsroom.must_exist()
    supervised = Supervised(given.supervised)
    _serve(given, handed_sockets(given.handed), lambda _port: supervised.ready())
    return Exit.DONE


def _serve(
    given: argparse.Namespace,
    listeners: list[socket.socket],
    on_air: Callable[[int], None],
) -> None:
    door = Door(Proxies(settings.PROXIES))
    server.serve(
        application, listeners, door=door, writers=given.writers, on_ready=on_air
    )


def _supervise(given: argparse.Namespace, link: str | None, others: list[Job]) -> int:
    sockets = listen_for(given.workers or 1, given.host, given.port)
    words = [*_words("web"), "--writers", str(given.writers)]
    workers = [
        Job(f"web worker {number}", words, listeners, signal.SIGHUP)
        for number, listeners in enumerate(sockets, start=1)
    ]
    supervisor = Supervisor([*others, *workers], lambda: _welcome(given, link))
    try:
        asyncio.run(supervisor.run())
    except WorkerFailed as failed:
        return say(str(failed), Exit(failed.code))
    return Exit.DONE


def _tails(many: int) -> list[Job]:
    """The first that comes follows the wire; the others help it to send."""
    names = [f"tails {number}" for number in range(1, many + 1)]
    return [Job(name, _words("tail")) for name in names]


def _words(command: str) -> list[str]:
    return [command, "--data", str(FOLDER.root)]


def _tell_of_another(here: str) -> None:
    """Says which server commands ask from now on, where two run on one folder."""
    there = FOLDER.listens_at()
    if there in ("", here) or not _answers(there):
        return
    note(f"Another server of this newsroom answers at {there}. Commands and doctor ask")
    note("this one from now on. When it ends before the other, start the other again.")


def _answers(address: str) -> bool:
    parts = urlsplit(address)
    try:
        where = parts.hostname, parts.port
        socket.create_connection(where, ANSWERS_WITHIN).close()
    except (OSError, ValueError):
        return False
    return True


def _welcome(given: argparse.Namespace, link: str | None) -> None:
    here = nearby(given.host, given.port)
    _tell_of_another(here)
    FOLDER.listen_at(here)
    FOLDER.serve_at(settings.SITE_URL)
    tell(f"Stop Press is on the air: {settings.SITE_URL}")
    if link:
        tell(f"Sign in at the desk (once, within a day): {settings.SITE_URL}{link}")
    tell(f"For a new sign-in link: {as_typed('sign-in')}")
