"""A database for each newsroom: SQLite in its folder, or one in a PostgreSQL.

`python -m tests.support.postgres pytest tests/endurance` runs these tests on PostgreSQL;
those that look into SQLite's own workings are left out there.
"""

from __future__ import annotations

import os
import secrets
import shutil
import urllib.parse
from dataclasses import dataclass
from pathlib import Path

import psycopg

SERVER = os.environ.get("STOPPRESS_TEST_DATABASE", "")

# The files that are about the one database or the other.
OF_SQLITE = {
    "test_publisher_killed.py",
    "test_sqlite_trouble.py",
}
OF_POSTGRESQL = {"test_postgresql_trouble.py"}
LEFT_OUT = OF_SQLITE if SERVER else OF_POSTGRESQL


@dataclass(frozen=True)
class Database:
    """Where one newsroom's rows are."""

    data: Path
    name: str = ""  # in PostgreSQL

    @property
    def address(self) -> str:
        """A file's path, or postgresql://…"""
        if not self.name:
            return str(self.data / "newsroom.sqlite3")
        return urllib.parse.urlsplit(SERVER)._replace(path=f"/{self.name}").geturl()

    @property
    def settings(self) -> dict[str, str]:
        """What the newsroom must be told."""
        return {"STOPPRESS_DATABASE": self.address} if self.name else {}

    def empty(self) -> None:
        """Throws away all that is in it, also what a dead process still holds open."""
        if not self.name:
            for file in self.data.glob("newsroom.sqlite3*"):
                file.unlink()
            return
        with psycopg.connect(SERVER, autocommit=True) as server:
            server.execute(f"DROP DATABASE {self.name} WITH (FORCE)".encode())
            server.execute(f"CREATE DATABASE {self.name}".encode())

    def copy(self, data: Path) -> Database:
        """The same newsroom again, in another folder and database."""
        shutil.copytree(self.data, data)
        return new(data, template=self.name) if self.name else Database(data)


def new(data: Path, *, template: str = "template1") -> Database:
    """A database for the newsroom in this folder."""
    if not SERVER:
        return Database(data)
    name = f"newsroom_{secrets.token_hex(4)}"
    with psycopg.connect(SERVER, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
    return Database(data, name)
