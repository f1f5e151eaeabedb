"""What the commands take that run a newsroom and look after it."""

from __future__ import annotations

import argparse

from stoppress.cli import typed
from stoppress.cli.declaring import declared
from stoppress.cli.durations import duration

DEFAULT_PORT = 8000


def servers(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """`serve`, `web` and `tail`."""
    for name in ("serve", "web"):
        server = declared(commands, name, "serving", name)
        server.set_defaults(makes=True)
        server.add_argument("--host", default="127.0.0.1", help="address to listen on")
        server.add_argument(
            "--port", type=typed.port, default=DEFAULT_PORT, help="TCP port"
        )
        if name == "serve":
            server.add_argument(
                "--demo",
                action="store_true",
                help="fill an empty newsroom with the demo",
            )
            _processes(server, "senders", 1, "processes that send to followers")
        _processes(server, "workers", 0, "web processes, renewed one by one on SIGHUP")
        _processes(server, "writers", 0, "in each of them, that write to its readers")
        server.add_argument("--handed", help=argparse.SUPPRESS)
        server.add_argument("--supervised", type=int, help=argparse.SUPPRESS)
    tail = declared(commands, "tail", "tailing", "tail")
    tail.add_argument("--supervised", type=int, help=argparse.SUPPRESS)
    tail.add_argument("name", nargs="?", help="one tail (default: all)")
    tail.add_argument(
        "--list", action="store_true", help="show cursors, senders and the parked"
    )
    tail.add_argument(
        "--retry", type=int, metavar="SEQ", help="handle a parked entry again"
    )


def _processes(
    server: argparse.ArgumentParser, name: str, default: int, words: str
) -> None:
    server.add_argument(
        f"--{name}", type=typed.few, default=default, metavar="N", help=words
    )


def upkeep(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
) -> None:
    """`sign-in`, `token`, `api-token`, `keys`, `followers`, `rehearse` and `doctor`."""
    sign_in = declared(commands, "sign-in", "editors", "sign_in")
    sign_in.add_argument("name", nargs="?", default="editor", help="default: editor")
    sign_in.add_argument(
        "--new", choices=("reporter", "editor", "chief"), metavar="ROLE"
    )
    token = declared(commands, "token", "tokens", "token")
    token.add_argument(
        "may",
        choices=("publish", "subscribe"),
        metavar="publish|subscribe",
        help="what it allows",
    )
    token.add_argument("topics", nargs="+", metavar="TOPIC", help="* for every topic")
    token.add_argument(
        "--for",
        dest="valid_for",
        type=duration,
        default="1d",
        metavar="DURATION",
        help="how long, such as 30m, 12h or 90d (default: 1d)",
    )
    _api_token(commands)
    _keys(commands)
    _followers(commands)
    rehearse = declared(commands, "rehearse", "rehearsing", "rehearse")
    rehearse.add_argument(
        "id",
        type=typed.number,
        metavar="ID",
        nargs="?",
        help="the post whose alert it would be (default: a sample, to all followers)",
    )
    rehearse.add_argument("--json", action="store_true", help="print JSON")
    _doctor(commands)


def _api_token(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    api_token = declared(commands, "api-token", "machines", "api_token")
    api_token.add_argument("what", choices=("make", "list", "revoke"))
    api_token.add_argument(
        "name", nargs="?", metavar="NAME", help="the machine's, such as cms"
    )
    api_token.add_argument(
        "--for",
        dest="valid_for",
        type=duration,
        metavar="DURATION",
        help="how long, such as 12h or 90d (default: until it is revoked)",
    )
    api_token.add_argument("--json", action="store_true", help="print JSON")


def _keys(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    keys = declared(commands, "keys", "keys", "keys")
    keys.add_argument(
        "what",
        nargs="?",
        choices=("show", "rotate", "retire"),
        default="show",
        help="default: show",
    )
    keys.add_argument("key", nargs="?", metavar="KEY", help="the key that is to end")
    keys.add_argument(
        "--let-go", action="store_true", help="with the followers still under it"
    )
    keys.add_argument("--json", action="store_true", help="print JSON")


def _followers(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    followers = declared(commands, "followers", "followers", "followers")
    followers.add_argument("what", choices=("export", "import"))
    followers.add_argument(
        "file", metavar="FILE", help="- for standard input or output"
    )
    followers.add_argument(
        "--with-keys", action="store_true", help="export: the private push keys as well"
    )
    followers.add_argument(
        "--key",
        metavar="FILE",
        help="import: the private key that they subscribed under",
    )
    followers.add_argument(
        "--topic", metavar="TOPIC", help="import: what they follow, if it is not said"
    )
    followers.add_argument(
        "--json", action="store_true", help="print the totals as JSON"
    )


def _doctor(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    doctor = declared(commands, "doctor", "doctor", "doctor")
    doctor.add_argument("--json", action="store_true", help="print JSON")
    doctor.add_argument(
        "--url",
        type=typed.site,
        metavar="ADDRESS",
        help="look from outside, through the proxy in front, as a reader's browser does",
    )
    doctor.add_argument(
        "--wait",
        type=typed.seconds,
        default=60.0,
        metavar="SECONDS",
        help="with --url: watch a stream for at most so long (default: 60)",
    )
    doctor.add_argument(
        "--connect",
        metavar="HOST:PORT",
        type=typed.host_and_port,
        help="with --url: go there, wherever the name leads",
    )
    doctor.add_argument(
        "--ca", metavar="FILE", help="with --url: certificate authorities to trust"
    )
