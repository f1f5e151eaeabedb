"""How a command is declared: its name and what it is for, and which function runs it."""

from __future__ import annotations

import argparse
from typing import Any

ABOUT = {
    "serve": "run the newsroom: web, live and push in one command",
    "web": "run the web server alone (pages, desk, live readers)",
    "tail": "run the tails alone, or look after parked entries",
    "post": "publish an update or an article",
    "amend": "change a post that was not wrong",
    "correct": "put right what was wrong, and say so",
    "retract": "take a post back, and say why",
    "pin": "keep a post on top of its story",
    "story": "open or close a story, or put it in a section",
    "section": "make, rename, move or delete a section",
    "person": "make, rename or delete somebody whom posts name",
    "import": "make a post of a saved news page",
    "demo": "fill the newsroom with a demo story",
    "sign-in": "make a sign-in link for an editor",
    "token": "make a token for another system at the live hub",
    "api-token": "make, list or revoke the tokens of machines that ask by the API",
    "keys": "show or change the newsroom's keys towards push services",
    "followers": "take followers out to a file, or in from one",
    "rehearse": "do everything of an alert but send it, and say how it went",
    "doctor": "look the newsroom over and say what is wrong",
}


class Command(argparse.ArgumentParser):
    """Takes its words in any order, also `correct 7 --reason TEXT FILE`.

    argparse itself, before Python 3.13, takes a word that may be absent for absent as
    soon as an option comes before it, and then does not know the word.
    """

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """What was understood, and what was not; called by argparse for each command."""
        given, left = super().parse_known_args(args, namespace)
        for word in self._get_positional_actions():
            absent = word.nargs == "?" and getattr(given, word.dest) == word.default
            if absent and left and (left[0] == "-" or left[0][:1] != "-"):
                setattr(given, word.dest, left.pop(0))
        return given, left


def declared(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    room: str,
    verb: str,
) -> argparse.ArgumentParser:
    """Adds a command of this name; function `verb` of the module `room` runs it."""
    about = ABOUT[name]
    made = commands.add_parser(
        name, help=about, description=f"{about[0].upper()}{about[1:]}."
    )
    made.add_argument(
        "--data",
        metavar="DIR",
        default=None,
        help="the newsroom's folder (default: STOPPRESS_DATA, or ./data)",
    )
    made.set_defaults(room=room, verb=verb)
    return made


def as_json(command: argparse.ArgumentParser) -> None:
    """Adds the option to answer in JSON."""
    command.add_argument(
        "--json", action="store_true", help="print one JSON object: id, url, seq"
    )
