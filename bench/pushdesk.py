"""An editor in a process of its own beside a newsroom, as `stoppress post` is.

    python -m bench.pushdesk

It reads orders on standard input and answers each with a line of JSON: `follow FILE COUNT
SERVICE` enrols so many followers, `keyed` waits until the senders say that they have
everybody's keys, `publish` posts with an alert, `done` waits until everybody is told.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
import time
from pathlib import Path
from typing import Any

STORY = "bench"
AT_ONCE = 10_000  # rows written in one transaction
GLANCE = 0.005  # seconds between two looks

# The message that it makes has some 300 octets.
TEXT = "The strait was reopened at noon after eleven days; ferries sail again."


_published: list[int] = []  # posts


def follow(file: str, count: str, service: str) -> dict[str, Any]:
    """As many followers as if they had enrolled, with the keys in the file in turn. The
    first of them have the file's own addresses."""
    from stoppress.lib.transactions import atomic  # noqa: PLC0415

    given = json.loads(Path(file).read_text())
    for start in range(0, int(count), AT_ONCE):
        with atomic():
            _enrol(given, service, range(start, min(int(count), start + AT_ONCE)))
    return {"followers": int(count)}


def _enrol(given: list[dict[str, str]], service: str, numbers: range) -> None:
    from stoppress.lib.clock import now  # noqa: PLC0415
    from stoppress.push import vapid_key, vault  # noqa: PLC0415
    from stoppress.push.models import Follow, Follower  # noqa: PLC0415

    rows = []
    for number in numbers:
        keys = given[number % len(given)]
        path = (
            keys["path"] if number < len(given) else f"/w/{secrets.token_urlsafe(110)}"
        )
        sub = vault.Subscription(service + path, keys["p256dh"], keys["auth"])
        rows.append(
            Follower(
                address=secrets.token_hex(32),
                sealed=vault.seal(sub),
                service=service,
                vapid=vapid_key.current().id,
                since=now(),
                seen_at=now(),
            )
        )
    Follower.objects.bulk_create(rows)
    Follow.objects.bulk_create(Follow(follower=r, topic="*", since=now()) for r in rows)


def keyed() -> dict[str, Any]:
    """Waits until all are keyed, as the senders tell the metrics now and then."""
    from stoppress.push.models import Follower  # noqa: PLC0415
    from stoppress.push.tally import dispatchers  # noqa: PLC0415

    began = time.monotonic()
    count = Follower.objects.count()
    while sum(each["keyed"] for each in dispatchers().values()) < count:
        time.sleep(GLANCE)
    return {"seconds": time.monotonic() - began}


def publish() -> dict[str, Any]:
    """Posts, as from the desk, with an alert."""
    from stoppress.posts import publishing  # noqa: PLC0415
    from stoppress.posts.copy import Copy  # noqa: PLC0415
    from stoppress.wire import reading  # noqa: PLC0415

    copy = Copy(story=STORY, text=TEXT, headline="The strait is open")
    posted = publishing.publish(copy, push=True)
    _published.append(posted.post_id)
    at = reading.after((posted.seq or 0) - 1, limit=1)[0].at
    return {"wall_ms": at.timestamp() * 1000}


def done() -> dict[str, Any]:
    """Waits until everybody is told."""
    from stoppress.push import messages, queries  # noqa: PLC0415
    from stoppress.push.models import Broadcast  # noqa: PLC0415

    ended = Broadcast.objects.filter(done_at__isnull=False)
    while not ended.filter(post_id=_published[-1]).exists():
        time.sleep(GLANCE)
    [(_, books)] = queries.newest(1)
    row = Broadcast.objects.order_by("-seq")[0]
    text = messages.plaintext(row.message, row.pk).decode()
    return {"handed": books["handed"], "text": text}


ORDERS = {"follow": follow, "keyed": keyed, "publish": publish, "done": done}


def main() -> None:
    """Does what the lines say until there are no more."""
    import django  # noqa: PLC0415

    os.environ["DJANGO_SETTINGS_MODULE"] = "stoppress.settings"
    django.setup()
    for line in sys.stdin:
        order, *words = line.split()
        answer = ORDERS[order](*words)  # type: ignore[operator]
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
