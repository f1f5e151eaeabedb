"""The newsroom on this machine: made the first time, found again afterwards."""

from __future__ import annotations

import fcntl
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from stoppress.lib.transactions import atomic
from stoppress.live import tokens
from stoppress.push import vapid_key, vault
from stoppress.settings import FOLDER
from stoppress.staff import signing_in

if TYPE_CHECKING:
    from collections.abc import Iterator


class NotReady(Exception):
    """The newsroom's database is not as this program needs it."""


def prepare() -> str | None:
    """Makes what is missing: folder, keys, database, first editor.

    Returns the path of a sign-in link when the newsroom is new, else None. Two
    commands started at once wait for each other.
    """
    FOLDER.make()
    with _alone():
        vault.key()
        vapid_key.load()
        tokens.own()
        if _unapplied():
            _bring_up_to_date()
        first = signing_in.first_editor()
        return signing_in.make_link(first.username) if first else None


def must_exist() -> None:
    """NotReady when the database was not made yet, or is of an older version."""
    if _unapplied():
        raise NotReady(
            "The newsroom's database is missing or older than this program. Start "
            "`stoppress serve` once: it brings the database up to date."
        )


def _bring_up_to_date() -> None:
    """Migrates; on SQLite all in one act.

    Django commits each migration on its own, and that it was applied in another
    transaction yet: killed between the two, a newsroom would stumble over its own tables
    at every start, with nobody there who knows databases. Foreign keys must be left alone
    before the transaction begins; they are checked at the end of each migration.
    """
    if connection.vendor != "sqlite":
        call_command("migrate", interactive=False, verbosity=0)
        return
    with connection.constraint_checks_disabled(), atomic():
        call_command("migrate", interactive=False, verbosity=0)


def _unapplied() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


@contextmanager
def _alone() -> Iterator[None]:
    with (FOLDER.root / ".preparing").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
