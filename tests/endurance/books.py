"""The newsroom's books as an auditor reads them: straight from the database.

Not through the product's own code: what is asked here is whether that code kept its
word. Each question opens the database anew, so it sees what is committed at that moment,
whoever is alive.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from pyroaring import BitMap

PAGES = ("handed", "unsure", "gone", "refused", "missed")

PATIENCE = 20.0  # seconds that a question waits for the database


@dataclass(frozen=True)
class Entry:
    """One row of the wire."""

    seq: int
    kind: str
    topics: tuple[str, ...]
    post: int  # 0: not about a post
    plain: str


@dataclass(frozen=True)
class Broadcast:
    """One broadcast and how many followers stand on each page of its books together."""

    post: int
    seq: int
    done: bool
    handed: int
    unsure: int
    gone: int
    refused: int
    missed: int


class Books:
    """What is written in one newsroom's database."""

    def __init__(self, address: str) -> None:
        """`address`: postgresql://… or the path of an SQLite file."""
        self._address = address
        self._served = address.startswith("postgresql:")

    def entries(self, after: int = 0) -> list[Entry]:
        """The wire after this place, in order."""
        question = "SELECT seq, kind, topics, payload FROM wire_entry ORDER BY seq"
        return [
            entry for row in self._all(question) if (entry := _entry(*row)).seq > after
        ]

    def head(self) -> int:
        """The newest entry's number."""
        return int(self._all("SELECT coalesce(max(seq), 0) FROM wire_entry")[0][0])

    def posts(self) -> dict[int, int]:
        """Each published post's id and the number of the entry that last changed it."""
        found = self._all("SELECT id, seq FROM posts_post WHERE state != 'draft'")
        return dict(found)

    def rows(self, table: str) -> int:
        """How many rows a table has."""
        return int(self._all(f"SELECT count(*) FROM {table}")[0][0])  # noqa: S608

    def owner(self) -> str:
        """Who follows the wire for the followers."""
        found = self._all("SELECT owner FROM wire_cursor WHERE tail = 'push'")
        return str(found[0][0]) if found else ""

    def shares_of(self, pid: int) -> set[int]:
        """The shares of the followers that this process sends to."""
        found = self._all("SELECT number, owner FROM push_share")
        return {number for number, owner in found if f"/{pid}/" in owner}

    def handed_by(self, pid: int) -> set[int]:
        """The followers whose letters this process wrote down as taken."""
        found = self._all("SELECT owner, handed FROM push_book")
        return {n for owner, page in found if f"/{pid}/" in owner for n in _bits(page)}

    def number_followers_from(self, number: int) -> None:
        """The next follower has this number, as if so many had been."""
        if self._served:
            self._all(f"SELECT setval('push_follower_id_seq', {number}, false)")
            return
        self._all("DELETE FROM sqlite_sequence WHERE name = 'push_follower'")
        row = f"('push_follower', {number - 1})"
        self._all(f"INSERT INTO sqlite_sequence (name, seq) VALUES {row}")  # noqa: S608

    def broadcasts(self) -> list[Broadcast]:
        """Every broadcast, in the order of the wire."""
        question = "SELECT id, post_id, seq, done_at FROM push_broadcast ORDER BY seq"
        found = {
            row[0]: (row[1:], [BitMap() for _ in PAGES]) for row in self._all(question)
        }
        question = f"SELECT broadcast_id, {', '.join(PAGES)} FROM push_book"  # noqa: S608
        for broadcast, *pages in self._all(question):
            for mine, page in zip(found[broadcast][1], pages, strict=True):
                mine.update(_bits(page))
        for _, (handed, unsure, gone, *_) in found.values():
            unsure.difference_update(handed | gone)
        return [
            Broadcast(post, seq, done is not None, *map(len, pages))
            for (post, seq, done), pages in found.values()
        ]

    def settled(self, alerts: int) -> bool:
        """Whether so many broadcasts were made, and all are done."""
        found = self.broadcasts()
        return len(found) == alerts and all(each.done for each in found)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Another program writes to the database for as long as this lasts."""
        with closing(self._open()) as writer:
            writer.execute("BEGIN" if self._served else "BEGIN IMMEDIATE")
            if self._served:
                writer.execute("LOCK TABLE wire_entry IN EXCLUSIVE MODE")
            try:
                yield
            finally:
                writer.execute("ROLLBACK")

    def cut(self) -> int:
        """PostgreSQL alone: end every connection of the newsroom; says how many."""
        found = self._all(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid != pg_backend_pid()"
        )
        return len(found)

    def _all(self, question: str) -> list[Any]:
        with closing(self._open()) as reader:
            found: list[Any] = reader.execute(question).fetchall()
            return found

    def _open(self) -> Any:
        if self._served:
            return psycopg.connect(self._address, autocommit=True)
        file = f"file:{self._address}?mode=rw"
        return sqlite3.connect(file, uri=True, timeout=PATIENCE, isolation_level=None)


def _entry(seq: int, kind: str, topics: Any, payload: Any) -> Entry:
    post = _json(payload).get("post") or {}
    return Entry(
        seq,
        kind,
        tuple(_json(topics)),
        int(post.get("id", 0)),
        str(post.get("plain", "")).strip(),
    )


def _json(value: Any) -> Any:
    """SQLite keeps it as text; psycopg reads it for us."""
    return json.loads(value) if isinstance(value, str) else value


def _bits(page: bytes) -> BitMap:
    # Number 0 is the canary's, no follower.
    return BitMap.deserialize(bytes(page)) - BitMap([0]) if page else BitMap()
