"""The command line: `stoppress COMMAND`.

The data folder decides the settings, so it is read from the command line before Django
is set up, and the rooms are imported only after that.
"""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from stoppress.cli.arguments import parser
from stoppress.cli.exits import Exit
from stoppress.lib import shapes
from stoppress.lib.datafolder import DataFolder, DataFolderError, NoNewsroom
from stoppress.lib.env import SettingError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

# Addresses to listen on that take in other machines, and all that a reader on this one
# reaches as localhost.
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104  compared, not bound
HERE = ("127.0.0.1", "::1", *EVERYWHERE)

INTERRUPTED = 130  # as a shell reports a command that ^C ended


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code (see `Exit`)."""
    given = parser().parse_args(argv)
    try:
        _settle(given)
        return _run(given)
    except SettingError as error:
        return say(str(error), Exit.USAGE)
    except DataFolderError as error:
        return say(str(error), Exit.UNAVAILABLE)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has left; Python must not complain at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.DONE


def say(message: str, code: Exit) -> int:
    """Tells what went wrong on standard error and returns the exit code."""
    print(f"stoppress: {message}", file=sys.stderr)  # noqa: T201
    return code


def _settle(given: argparse.Namespace) -> None:
    """Makes the command line's words into settings, then starts Django."""
    # The database holds sessions and drafts: nothing made here is for other users of
    # the machine, also where the folder itself was made with looser modes.
    os.umask(0o077)
    if given.data:
        os.environ["STOPPRESS_DATA"] = given.data
    folder = Path(os.environ.get("STOPPRESS_DATA") or "data").expanduser().resolve()
    if not given.makes and not DataFolder(folder).exists():
        raise NoNewsroom(folder)
    if "port" in given and not os.environ.get("STOPPRESS_URL"):
        os.environ["STOPPRESS_URL"] = nearby(given.host, given.port)
        if given.host in EVERYWHERE and not os.environ.get("STOPPRESS_HOSTS"):
            _tell_of_others(given.port)
    if "port" in given and not os.environ.get("STOPPRESS_CANARY"):
        # What this command starts reaches this web server and no other.
        address = nearby(given.host, given.port)
        if shapes.CANARY.fullmatch(address):
            os.environ["STOPPRESS_CANARY"] = address
    os.environ["DJANGO_SETTINGS_MODULE"] = "stoppress.settings"
    import django  # noqa: PLC0415  after the settings are known

    django.setup()


def nearby(host: str, port: int) -> str:
    """Where a server that listens there is found on its own machine, and by readers who
    were told of no other address (RFC 3986 section 3.2.2: an IPv6
    address stands in brackets)."""
    if host in HERE:
        host = "localhost"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _tell_of_others(port: int) -> None:
    print(  # noqa: T201
        "Other machines get the answer 400 until you say how they call this one: set "
        f"STOPPRESS_URL=http://name-or-address:{port} (what readers type), and "
        "STOPPRESS_HOSTS for further names, with commas.",
        file=sys.stderr,
    )


def _run(given: argparse.Namespace) -> int:
    from stoppress.cli.failures import explained  # noqa: PLC0415  needs Django

    room = importlib.import_module(f"stoppress.cli.{given.room}")
    with explained() as outcome:
        outcome.code = getattr(room, given.verb)(given)
    return outcome.code
