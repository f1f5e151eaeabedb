"""Followers as lines of JSON, for a backup or for another system.

A line is what a browser gave, `PushSubscription.toJSON()`, so other Web Push programs take
it as it stands, and beside it what this newsroom knows: docs/push.md has the format. The
lines hold what opens a reader's screen; whoever writes them down looks after the file.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from stoppress.lib.clock import iso
from stoppress.protocols import vapid
from stoppress.push import vapid_key, vault
from stoppress.push.models import Follow, Follower
from stoppress.push.rest import Rest

if TYPE_CHECKING:
    from collections.abc import Iterator

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


def followers() -> Iterator[dict[str, Any]]:
    """Every follower, oldest first. Raises VaultError when one does not open."""
    public = {name: pair.public for name, pair in vapid_key.pairs().items()}
    last = 0
    while rows := list(Follower.objects.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        follows = _follows(rows[0].pk, rows[-1].pk)
        for row in rows:
            yield _line(row, follows[row.pk], public.get(row.vapid))
        last = rows[-1].pk


def _line(row: Follower, follows: list[Follow], public: str | None) -> dict[str, Any]:
    sub = vault.unseal(bytes(row.sealed))
    return {
        "endpoint": sub.endpoint,
        "keys": {"p256dh": sub.p256dh, "auth": sub.auth},
        "applicationServerKey": public,
        "since": iso(row.since),
        "seen": iso(row.seen_at),
        "follows": [
            {"topic": one.topic, "key_only": one.key_only, "since": iso(one.since)}
            for one in follows
        ],
        "rest": Rest.of(row).said,
    }


def _follows(first: int, last: int) -> dict[int, list[Follow]]:
    found: dict[int, list[Follow]] = defaultdict(list)
    for one in Follow.objects.filter(follower__gte=first, follower__lte=last).order_by(
        "pk"
    ):
        found[one.follower_id].append(one)
    return found
