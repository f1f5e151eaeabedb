"""The only pen: how an entry comes on the wire.

The promise is that sequence order is commit order, so that a tail which has read up to
N will never find an entry below N later. It is not free:

* PostgreSQL hands out sequence numbers at insert and shows rows at commit. Two writers
  can take 7 and 8 and commit 8 first; a tail that reads 8 steps over 7 for ever. So each
  append takes one transaction-level advisory lock *before* its number and holds it until
  its commit: numbers are taken one writer at a time, in commit order.
* SQLite has one writer at a time already, provided that the transaction begins as a
  writer (`transaction_mode: IMMEDIATE` in the settings). Begun as a reader, it would be
  refused half-way when it turns writer behind another one.

A rolled-back transaction may leave a hole in the numbers on PostgreSQL; nothing ever
fills it, so no tail can miss anything in it. A newsroom posts a few times a second at
most: order is worth far more than append speed.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.transaction import on_commit

from stoppress.lib.clock import now
from stoppress.lib.transactions import in_transaction
from stoppress.wire.errors import BadEntry, OutsideTransaction
from stoppress.wire.models import MAX_KIND, Entry
from stoppress.wire.waking import CHANNEL, wake

if TYPE_CHECKING:
    from collections.abc import Sequence

# Any constant will do, as long as nothing else in this database locks it.
APPEND_LOCK = 0x5709_9E55

# More topics than a post has things it is about would be a mistake, and each costs
# every hub a look-up.
MAX_TOPICS = 64

_KIND = re.compile(r"[a-z]+(\.[a-z]+)+")


def append(kind: str, topics: Sequence[str], payload: dict[str, Any]) -> Entry:
    """Writes one entry in the transaction that is open and returns it with its `seq`.

    `kind` is a dotted name such as `post.published`; `topics` are address paths of the
    things it is about (none: not for readers); `payload` is JSON.

    Raises OutsideTransaction without an open transaction, BadEntry for a malformed one.
    """
    if not in_transaction():
        raise OutsideTransaction(kind)
    if not _KIND.fullmatch(kind) or len(kind) > MAX_KIND:
        raise BadEntry(f"{kind!r} is not a dotted kind such as post.published.")
    if len(topics) > MAX_TOPICS or len(set(topics)) != len(topics):
        raise BadEntry(f"{kind!r} has repeated topics or more than {MAX_TOPICS}.")
    if connection.vendor == "postgresql":
        _queue_up()
    entry = Entry.objects.create(
        at=now(), kind=kind, topics=list(topics), payload=payload
    )
    if connection.vendor == "postgresql":
        _notify(entry.seq)
    # Only sooner than the watch would: nothing depends on it.
    on_commit(partial(wake, entry.seq))
    return entry


def _queue_up() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [APPEND_LOCK])


def _notify(seq: int) -> None:
    """Handed to all who listen when the transaction commits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(seq)])
