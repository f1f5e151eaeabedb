"""What each command takes. `room` and `verb` say which function runs it."""

from __future__ import annotations

import argparse

from stoppress import __version__
from stoppress.cli import arguments_of_upkeep, typed
from stoppress.cli.declaring import Command, as_json, declared


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
        arguments_of_upkeep.servers,
        _posting,
        _changing,
        _stories,
        _sections,
        _person,
        _import,
        _demo,
        arguments_of_upkeep.upkeep,
    ):
        add(commands)
    return top


def _posting(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    post = declared(commands, "post", "posting", "post")
    post.add_argument(
        "file", metavar="FILE", help="Markdown text, or - for standard input"
    )
    post.add_argument("--story", required=True, metavar="SLUG")
    post.add_argument("--headline", default="", metavar="TEXT")
    post.add_argument(
        "--article", action="store_true", help="an article, not an update"
    )
    post.add_argument("--key-event", action="store_true", help="mark as a key event")
    _people(post)
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
    as_json(post)


def _changing(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    for name in ("amend", "correct"):
        command = declared(commands, name, "posting", name)
        command.add_argument(
            "id", type=typed.number, metavar="ID", help="the post's number"
        )
        command.add_argument("file", nargs="?", metavar="FILE", help="new text, or -")
        command.add_argument("--headline", default=None, metavar="TEXT")
        command.add_argument(
            "--key-event", action=argparse.BooleanOptionalAction, default=None
        )
        _people(command)
        if name == "amend":
            command.add_argument(
                "--silent", action="store_true", help="a slip of the pen"
            )
        else:
            _reason(command, "what was wrong and what is right, for readers")
            _no_push(command)
        as_json(command)
    retract = declared(commands, "retract", "posting", "retract")
    retract.add_argument(
        "id", type=typed.number, metavar="ID", help="the post's number"
    )
    _reason(retract, "why, for readers")
    _no_push(retract)
    as_json(retract)
    pin = declared(commands, "pin", "posting", "pin")
    pin.add_argument("id", type=typed.number, metavar="ID", help="the post's number")
    pin.add_argument("--off", action="store_true", help="let it go back to its place")
    as_json(pin)


def _people(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--person",
        action="append",
        metavar="NAME",
        help="whom it names, by name or slug; again for each; '' for nobody",
    )
    command.add_argument(
        "--new-person", action="store_true", help="make those who are not known yet"
    )


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
    story = declared(commands, "story", "posting", "story")
    story.add_argument("slug", metavar="SLUG", nargs="?", help="none: list the stories")
    story.add_argument("--title", default="", metavar="TEXT")
    story.add_argument("--summary", default="", metavar="TEXT")
    story.add_argument(
        "--section", metavar="SLUG", help="the section it stands in; '' for none"
    )
    story.add_argument(
        "--close", action="store_true", help="nothing new is posted in it"
    )
    story.add_argument("--json", action="store_true", help="print JSON")


def _sections(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    section = declared(commands, "section", "sections", "section")
    section.add_argument(
        "slug", metavar="SLUG", nargs="?", help="none: list the sections"
    )
    section.add_argument("--title", default="", metavar="TEXT")
    act = section.add_mutually_exclusive_group()
    act.add_argument("--up", action="store_true", help="one place up")
    act.add_argument("--down", action="store_true", help="one place down")
    act.add_argument("--delete", action="store_true", help="when no story is in it")
    section.add_argument("--json", action="store_true", help="print JSON")


def _person(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    person = declared(commands, "person", "people", "person")
    person.add_argument("slug", metavar="SLUG", nargs="?", help="none: list the people")
    person.add_argument("--name", default=None, metavar="TEXT")
    person.add_argument(
        "--about", default=None, metavar="TEXT", help="who that is, in a few words"
    )
    person.add_argument(
        "--hidden",
        action="store_true",
        help="a new one is shown to readers by the first post that names them",
    )
    person.add_argument("--delete", action="store_true", help="when no post names them")
    person.add_argument("--json", action="store_true", help="print JSON")


def _import(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = declared(commands, "import", "importing", "import_page")
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
    as_json(command)


def _demo(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    demo = declared(commands, "demo", "demonstrating", "demo")
    demo.set_defaults(makes=True)
    demo.add_argument("--play", action="store_true", help="play the live day, slowly")
    demo.add_argument(
        "--pause",
        type=typed.pause,
        default=6.0,
        metavar="SECONDS",
        help="between two updates",
    )
