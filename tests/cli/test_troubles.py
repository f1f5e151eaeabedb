"""What an operator reads when the database or the system fails."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from django.db import OperationalError, connection

from stoppress.cli.exits import Exit
from stoppress.cli.failures import explained
from stoppress.cli.troubles import POSTGRESQL, SQLITE, database_trouble, system_trouble
from stoppress.settings import FOLDER


def failing(act: Callable[[], object]) -> str:
    with pytest.raises(sqlite3.DatabaseError) as caught:
        act()
    return str(caught.value)


def held(file: Path) -> str:
    """SQLite's own words to whoever comes while another writes."""
    with (
        closing(sqlite3.connect(file)) as writer,
        closing(sqlite3.connect(file, timeout=0)) as other,
    ):
        writer.execute("CREATE TABLE post (id)")
        writer.execute("BEGIN IMMEDIATE")
        return failing(lambda: other.execute("BEGIN IMMEDIATE"))


def read_only(file: Path) -> str:
    with closing(sqlite3.connect(file)) as writer:
        writer.execute("CREATE TABLE post (id)")
    there = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    with closing(there) as reader:
        return failing(lambda: reader.execute("INSERT INTO post VALUES (1)"))


def full(file: Path) -> str:
    with closing(sqlite3.connect(file)) as writer:
        writer.execute("CREATE TABLE post (text)")
        writer.execute("PRAGMA max_page_count = 2")
        return failing(
            lambda: writer.execute("INSERT INTO post VALUES (zeroblob(99999))")
        )


def no_database(file: Path) -> str:
    file.write_bytes(b"This is a letter, not a database. " * 99)
    with closing(sqlite3.connect(file)) as reader:
        return failing(lambda: reader.execute("SELECT * FROM sqlite_master"))


def no_folder(file: Path) -> str:
    return failing(lambda: sqlite3.connect(file / "there"))


@pytest.mark.parametrize(
    ("fail", "advice"),
    [
        (held, "wait until it is done"),
        (read_only, "the user whom the newsroom belongs to"),
        (full, "Make room"),
        (no_database, "from a backup"),
        (no_folder, "the user whom the newsroom belongs to"),
    ],
)
def test_what_sqlite_refuses_comes_with_the_way_out(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    fail: Callable[[Path], str],
    advice: str,
) -> None:
    """Each refusal of the real SQLite is told in one line: its file, its words, and
    what to do."""
    monkeypatch.setattr(connection, "vendor", "sqlite")
    words = fail(tmp_path / "news.sqlite3")
    said = database_trouble(OperationalError(words))
    assert words in said
    assert str(connection.settings_dict["NAME"]) in said
    assert advice in said
    assert "\n" not in said


def test_a_postgresql_that_is_away_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """PostgreSQL's several lines become one that names the setting."""
    monkeypatch.setattr(connection, "vendor", "postgresql")
    said = database_trouble(
        OperationalError("connection failed:\n\tConnection refused\n")
    )
    assert said.endswith(f"Connection refused. {POSTGRESQL['connection']}")


def test_what_nobody_foresaw_is_told_in_the_databases_words() -> None:
    """Without advice the database's words stand alone."""
    said = database_trouble(OperationalError("a tale"))
    assert said.endswith(" cannot be used: a tale.")
    assert not any(advice in said for advice in SQLITE.values())


@pytest.mark.parametrize(
    ("number", "advice"),
    [(errno.ENOSPC, "Make room"), (errno.EACCES, "as the user"), (errno.EIO, "")],
)
def test_what_the_system_refuses_is_no_fault_of_the_input(number, advice, capsys):
    """A file of the newsroom that cannot be written ends with exit 6, the file's name
    and the system's words, never with a number in brackets."""

    def write() -> None:
        raise OSError(number, os.strerror(number), str(FOLDER.photos / "7.jpg"))

    with explained() as outcome:
        write()
    said = capsys.readouterr().err
    assert outcome.code == Exit.UNAVAILABLE
    assert said.startswith(f"stoppress: {FOLDER.photos}/7.jpg: {os.strerror(number)}.")
    assert advice in said
    assert "Errno" not in said


def test_a_failure_without_a_file_names_the_folder() -> None:
    """When the system names no file, the newsroom's folder is named."""
    said = system_trouble(OSError(errno.ENOSPC, "No space left on device"))
    assert said.startswith(f"{FOLDER.root}: No space left on device. Make room")
