"""A new key for push services, and the end of an old one (push/vapid_key.py).

Pages are kept until the wire moves on, and they carry the key that browsers subscribe
under: so a new one is said on the wire. A reader's browser takes it up on its next visit,
and is the same follower with the same follows; until then it is told under the old key.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count

from stoppress.lib.transactions import atomic
from stoppress.push import vapid_key
from stoppress.push.audience import CHUNK
from stoppress.push.errors import KeyInUse, NoSuchKey
from stoppress.push.models import Follower
from stoppress.wire.append import append

if TYPE_CHECKING:
    from stoppress.push.vapid_key import Pair

# Rows deleted in one transaction, so that others may write between two.
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Holding:
    """A key and how many followers are under it; `here`: its file is in the folder."""

    id: str
    followers: int
    here: bool
    offered: bool
    public: str = ""


def rotate() -> Pair:
    """Makes a new key and has pages offer it; followers stay under theirs."""
    made = vapid_key.renew()
    with atomic():
        append("key.renewed", [], {"key": made.public})
    return made


def holdings() -> list[Holding]:
    """Every key that is here or that a follower is under; the offered one first."""
    rows = Follower.objects.order_by().values_list("vapid").annotate(Count("pk"))
    many = dict(rows)
    keys = vapid_key.pairs()
    offered = vapid_key.current().id
    found = [
        Holding(name, many.pop(name, 0), True, name == offered, pair.public)  # noqa: FBT003
        for name, pair in keys.items()
    ]
    lost = sorted(many.items())
    return found + [
        Holding(name, count, here=False, offered=False) for name, count in lost
    ]


def retire(key: str, *, let_go: bool = False) -> int:
    """Ends a key; `let_go`: also with followers who are still under it, who are removed
    and follow again on their next visit. Returns how many. NoSuchKey, KeyInUse."""
    under = Follower.objects.filter(vapid=key)
    here = key in vapid_key.pairs()
    ids = list(under.order_by().values_list("pk", flat=True).iterator(chunk_size=CHUNK))
    if not (here or ids):
        raise NoSuchKey(key)
    if ids and not let_go:
        raise KeyInUse(
            f"{len(ids)} followers are still under the key {key}, and could not be told "
            "any more until they visit. To let them go all the same: --let-go"
        )
    if here:
        vapid_key.retire(key)
    for start in range(0, len(ids), AT_ONCE):
        under.filter(pk__in=ids[start : start + AT_ONCE]).delete()
    return len(ids)
