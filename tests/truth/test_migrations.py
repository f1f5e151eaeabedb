"""The schema in the migrations is the schema in the models, and can be gone back from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connections
from django.db.migrations.loader import MigrationLoader

from tests.truth.tree import PACKAGE

OURS = sorted(
    config.label
    for config in apps.get_app_configs()
    if config.name.startswith("stoppress.")
)
EMPTY = "empty"


@pytest.fixture
def empty(django_db_blocker: Any, tmp_path: Path) -> Iterator[str]:
    """The alias of a database of its own with nothing in it."""
    made = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(tmp_path / "db"),
        }
    }
    connections.settings[EMPTY] = connections.configure_settings(made)["default"]
    with django_db_blocker.unblock():
        yield EMPTY
        connections[EMPTY].close()
    del connections[EMPTY]
    del connections.settings[EMPTY]


@pytest.mark.django_db
def test_the_models_need_no_migration_that_is_not_there():
    """`makemigrations` would find nothing to write."""
    said = StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=said)
    except SystemExit:
        pytest.fail(said.getvalue())


def test_migrations_have_names():
    """A migration's name says what it does: none was named by the clock."""
    names = {
        (label, name)
        for label, name in MigrationLoader(None).disk_migrations
        if label in OURS
    }
    assert {label for label, _ in names} == set(OURS)
    for label, name in names:
        assert re.fullmatch(r"\d{4}_[a-z][a-z_]+", name), f"{label}.{name}"
        assert "auto" not in name.split("_"), f"{label}.{name}"


def test_every_room_with_rows_is_known_to_django():
    """A room that has a models.py is installed, so that its tables are made."""
    with_rows = {file.parent.name for file in PACKAGE.glob("*/models.py")}
    assert with_rows == set(OURS)
    for room in with_rows:
        import_module(f"stoppress.{room}.migrations")


@pytest.mark.slow
def test_the_way_to_the_newest_schema_leads_back(empty):
    """From nothing to the newest schema and, room by room, back to nothing."""
    call_command("migrate", database=empty, verbosity=0)
    for label in OURS:
        tables = {
            model._meta.db_table for model in apps.get_app_config(label).get_models()
        }
        assert tables, label
        call_command("migrate", label, database=empty, verbosity=0)
        assert tables <= set(connections[empty].introspection.table_names())
        call_command("migrate", label, "zero", database=empty, verbosity=0)
        assert not tables & set(connections[empty].introspection.table_names())
