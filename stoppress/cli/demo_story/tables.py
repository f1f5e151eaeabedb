"""A TOML table that knows where it came from.

Who writes the demo story is a writer. A slip must be answered with the file, the key
and what is expected, and not with a traceback from the depths of a loader.
"""

from __future__ import annotations

import tomllib
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

T = TypeVar("T")

FENCE = "+++"


class DemoStoryError(Exception):
    """The demo story's data cannot be used. Correct the named key in the named file."""

    def __init__(self, file: str, key: str, wrong: str) -> None:
        at = f"{file}, {key}" if key else file
        super().__init__(f"{at}: {wrong}")
        self.file = file
        self.key = key


class Table:
    """One table's values, each taken once; `finish` complains of what nobody took."""

    def __init__(self, values: dict[str, Any], file: str, where: str = "") -> None:
        self._values = dict(values)
        self.file = file
        self._where = where

    def wrong(self, key: str, what: str) -> DemoStoryError:
        return DemoStoryError(self.file, self._path(key), what)

    def text(self, key: str) -> str:
        """A text that must be there and must not be blank."""
        value = self._take(key, str, "a text")
        if not value.strip():
            raise self.wrong(key, "is blank")
        return value.strip()

    def text_or_none(self, key: str) -> str | None:
        return self.text(key) if key in self._values else None

    def flag(self, key: str) -> bool:
        """True or false; false when it is not there."""
        return self._take(key, bool, "true or false", default=False)

    def day(self, key: str) -> date:
        """A date without a clock time, written 2006-01-24."""
        value = self._take(key, date, "a date such as 2006-01-24")
        if isinstance(value, datetime):
            raise self.wrong(key, "must be a day, without a clock time")
        return value

    def table(self, key: str) -> Table:
        return Table(self._take(key, dict, "a table"), self.file, self._path(key))

    def table_or_none(self, key: str) -> Table | None:
        return self.table(key) if key in self._values else None

    def tables(self, key: str) -> Iterator[Table]:
        """The tables of a list, `[[key]]` in TOML, numbered from 1 in complaints."""
        for number, values in enumerate(self._take(key, list, "a list of tables"), 1):
            if not isinstance(values, dict):
                raise self.wrong(key, "must be a list of tables")
            yield Table(values, self.file, f"{self._path(key)} {number}")

    def finish(self) -> None:
        """Raises for the first key that was never asked for: a misspelling, mostly."""
        for key in self._values:
            raise self.wrong(key, "is not a key that belongs here")

    def _take(
        self, key: str, kind: type[T], expected: str, default: T | None = None
    ) -> T:
        value = self._values.pop(key, default)
        if value is None:
            raise self.wrong(key, f"is missing; it must be {expected}")
        if not isinstance(value, kind):
            raise self.wrong(key, f"must be {expected}, not {value!r}")
        return value

    def _path(self, key: str) -> str:
        return f"{self._where}: {key}" if self._where else key


def read_toml(path: Path) -> Table:
    return _parse(_read(path), path.name)


def read_article(path: Path) -> tuple[Table, str]:
    """The TOML between two lines of `+++`, and the Markdown after them."""
    before, opened, rest = _read(path).partition(f"{FENCE}\n")
    front, closed, body = rest.partition(f"\n{FENCE}\n")
    if before or not opened or not closed:
        raise DemoStoryError(
            path.name, "", f"must open with its facts between two lines of {FENCE}"
        )
    if not body.strip():
        raise DemoStoryError(path.name, "body", "is blank")
    return _parse(front, path.name), body.strip()


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DemoStoryError(path.name, "", f"cannot be read: {error}") from error


def _parse(text: str, file: str) -> Table:
    try:
        return Table(tomllib.loads(text), file)
    except tomllib.TOMLDecodeError as error:
        raise DemoStoryError(file, "", f"is not TOML: {error}") from error
