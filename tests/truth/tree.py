"""The project's own files: all that lie in its folder but what .gitignore names.

Not asked of git: a copy without its history must tell the same truth.
"""

from __future__ import annotations

import ast
import fnmatch
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "stoppress"
TESTS = ROOT / "tests"


@cache
def files() -> tuple[Path, ...]:
    """Every file of the project, in order."""
    found = list(_below(ROOT, _left_out()))
    assert PACKAGE / "settings.py" in found, "the project's files were not found"
    return tuple(sorted(found))


def sources(folder: Path) -> list[Path]:
    """The Python files below a folder."""
    return [
        file for file in files() if file.suffix == ".py" and file.is_relative_to(folder)
    ]


def named(file: Path) -> str:
    """A file's path as the docs write it."""
    return file.relative_to(ROOT).as_posix()


@cache
def words_of(file: Path) -> str:
    """A file's text; "" for a picture and whatever else is not text."""
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


@cache
def syntax(file: Path) -> ast.Module:
    """A Python file's syntax tree."""
    return ast.parse(words_of(file), str(file))


def packages() -> set[str]:
    """The rooms: the packages that lie directly in stoppress/."""
    return {path.parent.name for path in PACKAGE.glob("*/__init__.py")}


def _left_out() -> tuple[str, ...]:
    lines = (ROOT / ".gitignore").read_text().splitlines()
    return (".git", *(line.strip() for line in lines if line.strip()))


def _below(folder: Path, left_out: tuple[str, ...]) -> Iterator[Path]:
    for entry in os.scandir(folder):
        path = Path(entry.path)
        if any(_matches(path, pattern) for pattern in left_out):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _below(path, left_out)
        else:
            yield path


def _matches(path: Path, pattern: str) -> bool:
    # gitignore(5): a slash in front ties the pattern to this folder, one behind to folders.
    if pattern.startswith("/"):
        return path.relative_to(ROOT).as_posix() == pattern.strip("/")
    return fnmatch.fnmatch(path.name, pattern.rstrip("/"))
