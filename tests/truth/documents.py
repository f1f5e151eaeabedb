"""The docs as a reader takes them: what is shown as code, tables, links, addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.truth.tree import ROOT, files, words_of


def documents() -> list[Path]:
    """Every Markdown file that tells about the project (the demo's articles are news)."""
    return [
        file for file in files() if file.suffix == ".md" and "data" not in file.parts
    ]


def document(name: str) -> Path:
    """One of the docs by its path."""
    file = ROOT / name
    assert file in documents(), f"{name} is missing"
    return file


@cache
def tokens(file: Path) -> tuple[Token, ...]:
    """A document as markdown-it reads it."""
    return tuple(MarkdownIt("commonmark").enable("table").parse(words_of(file)))


def inline_code(file: Path) -> list[str]:
    """What stands between backticks, on one line."""
    return [
        " ".join(child.content.split())
        for token in tokens(file)
        for child in token.children or ()
        if child.type == "code_inline"
    ]


def code_lines(file: Path) -> Iterator[str]:
    """The lines of code blocks, one that ends in a backslash joined with the next;
    prompts fall away."""
    for token in tokens(file):
        if token.type in {"fence", "code_block"}:
            joined = re.sub(r"\\\n\s*", " ", token.content)
            yield from (line.strip().removeprefix("$ ") for line in joined.splitlines())


def rows(file: Path, first: str) -> list[list[str]]:
    """The cells, as written, of every table whose first column is headed `first`."""
    found: list[list[str]] = []
    for table in re.findall(r"(?:^\|.*\n)+", words_of(file) + "\n", re.MULTILINE):
        head, _rule, *body = [_cells(line) for line in table.splitlines()]
        if head[0] == first:
            found += body
    assert found, f"no table of {first!r} in {file.name}"
    return found


def links(file: Path) -> list[str]:
    """Where links and pictures lead."""
    return [
        str(child.attrs.get("href") or child.attrs.get("src"))
        for token in tokens(file)
        for child in token.children or ()
        if child.type in {"link_open", "image"}
    ]


def paragraphs(file: Path) -> list[str]:
    """The paragraphs outside tables and code, as written."""
    return [
        token.content
        for before, token in zip(tokens(file), tokens(file)[1:], strict=False)
        if before.type == "paragraph_open"
    ]


def coded(text: str) -> list[str]:
    """What stands between backticks in a piece of a document."""
    return re.findall(r"`([^`]+)`", text)


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
