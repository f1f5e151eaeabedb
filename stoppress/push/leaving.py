"""Followers as lines of JSON, for a backup or for another system.

A line is what a browser gave, `PushSubscription.toJSON()`, so other Web Push programs take
it as it stands, and beside it what this newsroom knows: docs/push.md has the format. The
lines hold what opens a reader's screen; whoever writes them down looks after the file.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, TypeVar

from stoppress.lib.clock import iso
from stoppress.protocols import vapid
from stoppress.push import vapid_key, vault
from stoppress.push.models import Follow, Follower, Mute
from stoppress.push.rest import Rest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import Manager

# Followers read at once: bounds memory, and no transaction stays open for long.
CHUNK = 1_000


def keys() -> Iterator[dict[str, Any]]:
    """The newsroom's own keys, private halves and all, as `web-push` writes them."""
    for pair in vapid_key.pairs().values():
        yield {
            "vapid": {
                "publicKey": pair.public,
                "privateKey": vapid.bare_key(pair.private),
            }
        }


Row = TypeVar("Row", Follow, Mute)


def followers() -> Iterator[dict[str, Any]]:
    """Every follower, oldest first. Raises VaultError when one does not open."""
    public = {name: pair.public for name, pair in vapid_key.pairs().items()}
    last = 0
    while rows := list(Follower.objects.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        span = (rows[0].pk, rows[-1].pk)
        follows, mutes = _chosen(Follow.objects, span), _chosen(Mute.objects, span)
        for row in rows:
            wishes = {
                "follows": [_follow(one) for one in follows[row.pk]],
                "mutes": [_mute(one) for one in mutes[row.pk]],
            }
            yield _line(row, public.get(row.vapid)) | wishes
        last = rows[-1].pk


def _line(row: Follower, public: str | None) -> dict[str, Any]:
    sub = vault.unseal(bytes(row.sealed))
    return {
        "endpoint": sub.endpoint,
        "keys": {"p256dh": sub.p256dh, "auth": sub.auth},
        "applicationServerKey": public,
        "since": iso(row.since),
        "seen": iso(row.seen_at),
        "rest": Rest.of(row).said,
    }


def _follow(one: Follow) -> dict[str, Any]:
    return {"topic": one.topic, "key_only": one.key_only, "since": iso(one.since)}


def _mute(one: Mute) -> dict[str, Any]:
    return {"topic": one.topic, "since": iso(one.since)}


def _chosen(rows: Manager[Row], span: tuple[int, int]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for one in rows.filter(follower__gte=span[0], follower__lte=span[1]).order_by("pk"):
        found[one.follower_id].append(one)
    return found
