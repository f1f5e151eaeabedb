"""Reading the wire: where it ends, where it begins, what came after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Max, Min

from stoppress.wire.models import Cursor, Entry, Parked

if TYPE_CHECKING:
    from collections.abc import Collection


def head() -> int:
    """The newest entry's sequence number, 0 on an empty wire."""
    return Entry.objects.aggregate(seq=Max("seq"))["seq"] or 0


def oldest() -> int:
    """The first entry that is kept, 0 on an empty wire."""
    return Entry.objects.aggregate(seq=Min("seq"))["seq"] or 0


def after(seq: int, *, limit: int = 500) -> list[Entry]:
    """Up to `limit` entries that came after `seq`, in order."""
    return list(Entry.objects.filter(seq__gt=seq).order_by("seq")[:limit])


def entry(seq: int) -> Entry | None:
    """The entry with this number, or None when there is none."""
    return Entry.objects.filter(seq=seq).first()


def entries(seqs: Collection[int]) -> list[Entry]:
    """Of the entries with these numbers, those that are kept, in order."""
    return list(Entry.objects.filter(seq__in=seqs).order_by("seq"))


def cursors() -> list[Cursor]:
    """Each tail's place, for whoever looks after the newsroom."""
    return list(Cursor.objects.order_by("tail"))


def parked(tail: str | None = None) -> list[Parked]:
    """What was set aside, for one tail or for all."""
    rows = Parked.objects.all()
    return list(rows.filter(tail=tail) if tail else rows)
