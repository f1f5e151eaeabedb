"""The command line as its own parser knows it, and as the docs show it."""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from stoppress.cli.arguments import parser
from tests.truth.documents import (
    code_lines,
    coded,
    document,
    documents,
    inline_code,
    paragraphs,
    rows,
)

OPTION = re.compile(r"--[a-z][a-z-]*")

# A setting before a command, in a line of shell.
ASSIGNMENT = re.compile(r"[A-Z][A-Z_]*=")

# What ends a command in a line of shell.
STOPS = {"|", "||", "&", "&&", ";", "<", "<<", "<<<", ">", ">>", "#"}

Pair = tuple[str, str]


@cache
def known() -> dict[str, set[str]]:
    """The long options of each command; under "" those of `stoppress` itself."""
    top = parser()
    commands = next(
        action
        for action in top._actions
        if isinstance(action, argparse._SubParsersAction)
    )
    each = {"": top, **commands.choices}
    return {name: _options(one) - {"--help"} for name, one in each.items()}


def pairs() -> set[Pair]:
    """Every (command, option) there is."""
    return {(name, option) for name, options in known().items() for option in options}


def written_in_rows(file: Path) -> dict[str, set[str]]:
    """What the tables of a document say: each command and the options in its row."""
    found: dict[str, set[str]] = {}
    for first, about in rows(file, "command"):
        name = coded(first)[0].split()[0]
        found[name] = set(OPTION.findall(f"{first} {about}"))
    return found


def written_in_words(file: Path) -> set[Pair]:
    """What a paragraph says of several commands at once: an option that stands in it
    belongs to every command that it names, or to all when it says so."""
    found = set()
    for paragraph in paragraphs(file):
        code = coded(paragraph)
        options = {
            option
            for part in code
            if not part.startswith("stoppress")
            for option in OPTION.findall(part)
        }
        names = {part for part in code if part in known()}
        if "Every command" in paragraph:
            names |= known().keys() - {""}
        found |= {(name, option) for name in names for option in options}
        found |= {("", p.split()[1]) for p in code if p.startswith("stoppress --")}
    return found


def shown_whole() -> Iterator[tuple[Path, list[str]]]:
    """The words after `stoppress` of each command line in a code block of the docs,
    synopses with brackets left aside."""
    for file in documents():
        for line in code_lines(file):
            if "[" not in line and (words := after("stoppress", line)) is not None:
                yield file, words


def mentioned() -> Iterator[tuple[Path, list[str]]]:
    """The words after `stoppress` where a command is only mentioned."""
    for file in documents():
        for code in inline_code(file):
            if words := after("stoppress", code):
                yield file, words


def makes() -> Iterator[tuple[Path, list[str]]]:
    """The words after `make` wherever the docs show it."""
    for file in documents():
        for line in [*code_lines(file), *inline_code(file)]:
            if words := after("make", line):
                yield file, words


def after(program: str, line: str) -> list[str] | None:
    """The words that a line of shell hands to a program; None when it runs another.
    What follows two spaces is a remark about the command."""
    lexer = shlex.shlex(re.split(r" {2,}", line)[0], posix=True, punctuation_chars=True)
    lexer.whitespace_split, lexer.commenters = True, ""
    try:
        words = list(lexer)
    except ValueError:  # an apostrophe: a sentence, not a command
        return None
    for number, word in enumerate(words):
        before = [w for w in words[:number] if not ASSIGNMENT.match(w)]
        if Path(word).name == program and (not before or before[-1] in STOPS):
            rest = words[number + 1 :]
            end = next((n for n, word in enumerate(rest) if word in STOPS), len(rest))
            return rest[:end]
    return None


def commands_page() -> Path:
    return document("docs/commands.md")


def _options(one: argparse.ArgumentParser) -> set[str]:
    return {
        option
        for action in one._actions
        for option in action.option_strings
        # What the program says to itself is for nobody to write down.
        if option.startswith("--") and action.help != argparse.SUPPRESS
    }
