"""What each command takes. `room` and `verb` say which function runs it."""

from __future__ import annotations

import argparse
from typing import Any

from stoppress import __version__

DEFAULT_PORT = 8000
LAST_PORT = 65535

# What a database keeps a number in: 64 bits with a sign.
LAST_NUMBER = 2**63 - 1

# A slip of the finger must not start ten thousand processes.
PROCESSES_AT_MOST = 64

ABOUT = {
    "serve": "run the newsroom: web, live and push in one command",
    "web": "run the web server alone (pages, desk, live readers)",
    "tail": "run the tails alone, or look after parked entries",
    "post": "publish an update or an article",
    "amend": "change a post that was not wrong",
    "correct": "put right what was wrong, and say so",
    "retract": "take a post back, and say why",
    "pin": "keep a post on top of its story",
    "story": "open or close a story",
    "import": "make a post of a saved news page",
    "demo": "fill the newsroom with a demo story",
    "sign-in": "make a sign-in link for an editor",
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


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top: argparse.ArgumentParser = Command(
        prog="stoppress", description="A self-hosted live desk for newsrooms."
    )
    top.add_argument("--version", action="version", version=f"Stop Press {__version__}")
    # Only some commands make a newsroom where there is none.
    top.set_defaults(data=None, makes=False)
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for add in (
        _servers,
        _posting,
        _changing,
        _stories,
        _import,
        _demo,
        _looking_after,
    ):
        add(commands)
    return top


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    room: str,
    verb: str,
) -> argparse.ArgumentParser:
    about = ABOUT[name]
    command = commands.add_parser(
        name, help=about, description=f"{about[0].upper()}{about[1:]}."
    )
    command.add_argument(
        "--data",
        metavar="DIR",
        default=None,
        help="the newsroom's folder (default: STOPPRESS_DATA, or ./data)",
    )
    command.set_defaults(room=room, verb=verb)
    return command


def _as_json(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--json", action="store_true", help="print one JSON object: id, url, seq"
    )


def _servers(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    for name in ("serve", "web"):
        server = _command(commands, name, "serving", name)
        server.set_defaults(makes=True)
        server.add_argument("--host", default="127.0.0.1", help="address to listen on")
        server.add_argument("--port", type=_port, default=DEFAULT_PORT, help="TCP port")
        if name == "serve":
            server.add_argument(
                "--demo",
                action="store_true",
                help="fill an empty newsroom with the demo",
            )
        server.add_argument(
            "--workers",
            type=_few,
            default=0,
            metavar="N",
            help="web processes behind the port, renewed one by one on SIGHUP",
        )
        server.add_argument(
            "--writers",
            type=_few,
            default=0,
            metavar="N",
            help="processes of each web process that write to its readers",
        )
        server.add_argument("--handed", help=argparse.SUPPRESS)
        server.add_argument("--supervised", type=int, help=argparse.SUPPRESS)
    tail = _command(commands, "tail", "tailing", "tail")
    tail.add_argument("--supervised", type=int, help=argparse.SUPPRESS)
    tail.add_argument("name", nargs="?", help="one tail (default: all)")
    tail.add_argument(
        "--list", action="store_true", help="show cursors and parked entries"
    )
    tail.add_argument(
        "--retry", type=int, metavar="SEQ", help="handle a parked entry again"
    )


def _posting(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    post = _command(commands, "post", "posting", "post")
    post.add_argument(
        "file", metavar="FILE", help="Markdown text, or - for standard input"
    )
    post.add_argument("--story", required=True, metavar="SLUG")
    post.add_argument("--headline", default="", metavar="TEXT")
    post.add_argument(
        "--article", action="store_true", help="an article, not an update"
    )
    post.add_argument("--key-event", action="store_true", help="mark as a key event")
    post.add_argument("--push", action="store_true", help="alert followers too")
    post.add_argument(
        "--urgent",
        action="store_true",
        help="ask an editor at the desk to let the alert pass quiet hours",
    )
    post.add_argument("--draft", action="store_true", help="keep it for the desk")
    post.add_argument(
        "--published", metavar="DATE", help="the date of the news, if not now"
    )
    post.add_argument("--title", default="", metavar="TEXT", help="a new story's title")
    post.add_argument("--new-story", action="store_true", help="the story is a new one")
    post.add_argument(
        "--photo", metavar="PICTURE", help="a JPEG, PNG, WebP or GIF file"
    )
    for name in ("credit", "caption", "alt"):
        post.add_argument(f"--photo-{name}", default="", metavar="TEXT")
    _as_json(post)


def _changing(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    for name in ("amend", "correct"):
        command = _command(commands, name, "posting", name)
        command.add_argument("id", type=_number, metavar="ID", help="the post's number")
        command.add_argument("file", nargs="?", metavar="FILE", help="new text, or -")
        command.add_argument("--headline", default=None, metavar="TEXT")
        command.add_argument(
            "--key-event", action=argparse.BooleanOptionalAction, default=None
        )
        if name == "amend":
            command.add_argument(
                "--silent", action="store_true", help="a slip of the pen"
            )
        else:
            _reason(command, "what was wrong and what is right, for readers")
            _no_push(command)
        _as_json(command)
    retract = _command(commands, "retract", "posting", "retract")
    retract.add_argument("id", type=_number, metavar="ID", help="the post's number")
    _reason(retract, "why, for readers")
    _no_push(retract)
    _as_json(retract)
    pin = _command(commands, "pin", "posting", "pin")
    pin.add_argument("id", type=_number, metavar="ID", help="the post's number")
    pin.add_argument("--off", action="store_true", help="let it go back to its place")
    _as_json(pin)


def _no_push(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--no-push",
        action="store_false",
        dest="push",
        help="do not tell those who were alerted",
    )


def _reason(command: argparse.ArgumentParser, about: str) -> None:
    command.add_argument(
        "--reason", "--note", required=True, metavar="TEXT", help=about
    )


def _stories(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    story = _command(commands, "story", "posting", "story")
    story.add_argument("slug", metavar="SLUG", nargs="?", help="none: list the stories")
    story.add_argument("--title", default="", metavar="TEXT")
    story.add_argument("--summary", default="", metavar="TEXT")
    story.add_argument(
        "--close", action="store_true", help="nothing new is posted in it"
    )
    story.add_argument("--json", action="store_true", help="print JSON")


def _import(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = _command(commands, "import", "importing", "import_page")
    command.set_defaults(makes=True)
    command.add_argument(
        "page", metavar="PAGE", help="a saved page, or - for standard input"
    )
    command.add_argument("--published", metavar="DATE", help="the date of the news")
    command.add_argument("--story", metavar="SLUG", help="the story it belongs to")
    command.add_argument("--draft", action="store_true", help="keep it for the desk")
    command.add_argument(
        "--new-story", action="store_true", help="the story is a new one"
    )
    _as_json(command)


def _demo(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    demo = _command(commands, "demo", "demonstrating", "demo")
    demo.set_defaults(makes=True)
    demo.add_argument("--play", action="store_true", help="play the live day, slowly")
    demo.add_argument(
        "--pause",
        type=float,
        default=6.0,
        metavar="SECONDS",
        help="between two updates",
    )


def _looking_after(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
) -> None:
    sign_in = _command(commands, "sign-in", "editors", "sign_in")
    sign_in.add_argument("name", nargs="?", default="editor", help="default: editor")
    sign_in.add_argument(
        "--new", choices=("reporter", "editor", "chief"), metavar="ROLE"
    )
    doctor = _command(commands, "doctor", "doctor", "doctor")
    doctor.add_argument("--json", action="store_true", help="print JSON")


def _number(text: str) -> int:
    number = int(text) if text.isdecimal() else 0
    if not 1 <= number <= LAST_NUMBER:
        raise argparse.ArgumentTypeError(f"{text!r} is not the number of a post")
    return number


def _few(text: str) -> int:
    count = int(text) if text.isdecimal() else 0
    if not text.isdecimal() or count > PROCESSES_AT_MOST:
        raise argparse.ArgumentTypeError(f"{text!r} is not 0 to {PROCESSES_AT_MOST}")
    return count


def _port(text: str) -> int:
    port = int(text) if text.isdecimal() else 0
    if not 1 <= port <= LAST_PORT:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port (1 to {LAST_PORT})")
    return port
