"""The database's address as Django wants it."""

from __future__ import annotations

from typing import Any

import dj_database_url

SQLITE = "django.db.backends.sqlite3"
POSTGRESQL = "django.db.backends.postgresql"

# How long a writer waits for the one before it. A newsroom's transactions take
# milliseconds; whoever holds the lock for longer is a backup or an accident.
PATIENCE = 20  # seconds


def configured(url: str) -> dict[str, Any]:
    """Django's settings for the database at `url`. ValueError, saying what it takes,
    for an address that is none, or of a database that we do not run on."""
    takes = "takes sqlite:///file or postgresql://user:password@host/name"
    if not url.startswith(("sqlite:///", "postgresql://", "postgres://")):
        raise ValueError(takes)
    try:
        found: dict[str, Any] = dict(dj_database_url.parse(url))
    except (ValueError, KeyError) as error:
        raise ValueError(takes) from error
    if not found["NAME"]:
        raise ValueError(takes)
    if found["ENGINE"] == SQLITE:
        found["OPTIONS"] = {
            # Writers queue at BEGIN, not half-way through: see stoppress/wire/append.py.
            "transaction_mode": "IMMEDIATE",
            "timeout": PATIENCE,
            # FULL: what was acknowledged is on disk, also after a power cut.
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                "PRAGMA foreign_keys=ON;"
            ),
        }
    return found
