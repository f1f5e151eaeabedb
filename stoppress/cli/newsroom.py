"""The newsroom on this machine: made the first time, found again afterwards."""

from __future__ import annotations

from pathlib import Path

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from stoppress.cli.telling import as_typed
from stoppress.lib.transactions import atomic
from stoppress.live import tokens
from stoppress.push import canary, vapid_key, vault
from stoppress.settings import FOLDER
from stoppress.staff import signing_in
from stoppress.staff.models import User

# Any constant will do that nothing else in this database locks (wire/append.py has one).
MIGRATE_LOCK = 0x5709_0001


class NotReady(Exception):
    """The newsroom's database is not as this program needs it."""


def prepare() -> str | None:
    """Makes what is missing, and the path of a new sign-in link for the first editor;
    None once anybody has signed in. Until then each start shows one: the first may have
    scrolled by, or never have been shown because the port was taken."""
    make()
    staff = User.objects.filter(is_active=True).order_by("pk")
    first = staff.first()
    if first is None or staff.exclude(last_login=None).exists():
        return None
    return signing_in.make_link(first.username)


def make() -> bool:
    """Makes what is missing: folder, keys, database, first editor.

    True when the newsroom is new. Two commands started at once wait for each other.
    """
    FOLDER.make()
    with FOLDER.alone():
        vault.key()
        vapid_key.load()
        canary.key()
        tokens.own()
        if _unapplied():
            _bring_up_to_date()
        return signing_in.first_editor() is not None


def must_exist() -> None:
    """NotReady when the database was not made yet, or is of an older version."""
    if _no_file() or _unapplied():
        raise NotReady(
            "The newsroom's database is missing or older than this program. Start this "
            f"once, which brings it up to date: {as_typed('serve')}"
        )


def _bring_up_to_date() -> None:
    """Migrates, all in one act.

    Django notes that a migration was applied when its tables are committed already:
    killed between the two, a newsroom would stumble over its own tables at every start,
    with nobody there who knows databases. So all of it is one transaction; an upgrade
    that fails half-way leaves the database as it was.
    """
    if connection.vendor == "sqlite":
        # Foreign keys must be left alone before the transaction begins; they are
        # checked at the end of each migration.
        with connection.constraint_checks_disabled(), atomic():
            _migrate()
        return
    with atomic():
        _queue_up()
        # Whoever stood before us in the queue may have done it.
        if _unapplied():
            _migrate()


def _migrate() -> None:
    call_command("migrate", interactive=False, verbosity=0)


def _queue_up() -> None:
    """PostgreSQL: one machine migrates at a time. `alone` keeps apart only those that
    share a folder."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [MIGRATE_LOCK])


def _no_file() -> bool:
    """SQLite would make an empty file of a database that is only asked whether it is
    there."""
    name = connection.settings_dict["NAME"]
    return connection.vendor == "sqlite" and not Path(name).exists()


def _unapplied() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
