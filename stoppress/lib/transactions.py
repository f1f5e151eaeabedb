"""The one way to open a transaction, so that a reader can find every place that does."""

from __future__ import annotations

from django.db import connection
from django.db.transaction import atomic

__all__ = ["atomic", "in_transaction"]


def in_transaction() -> bool:
    """True while the default database is inside an `atomic` block."""
    return connection.in_atomic_block
