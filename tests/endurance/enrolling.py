"""Followers by the thousand, as if each had come by the page.

Run as a program (`python -m tests.endurance.enrolling`, in a newsroom's environment) it
reads a JSON list of subscriptions, who all follow everything. What is tested with so many
is how they are told; that one is enrolled, others test.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from tests.support.newsroom import ROOT, Newsroom


def enrol(newsroom: Newsroom, subscriptions: Sequence[dict[str, Any]]) -> None:
    """All of these follow everything."""
    subprocess.run(
        [sys.executable, "-m", "tests.endurance.enrolling"],
        cwd=ROOT,
        env=newsroom.environment,
        input=json.dumps(list(subscriptions)),
        text=True,
        check=True,
    )


def main() -> None:
    """Writes their rows."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "stoppress.settings"
    import django  # noqa: PLC0415  the environment is the newsroom's only now

    django.setup()
    from stoppress.lib.clock import now  # noqa: PLC0415
    from stoppress.lib.transactions import atomic  # noqa: PLC0415
    from stoppress.protocols.origin import origin  # noqa: PLC0415
    from stoppress.push import following, vapid_key, vault  # noqa: PLC0415
    from stoppress.push.models import Follow, Follower  # noqa: PLC0415

    subs = [following.subscription(each) for each in json.load(sys.stdin)]
    with atomic():
        rows = Follower.objects.bulk_create(
            Follower(
                address=vault.address(sub.endpoint),
                sealed=vault.seal(sub),
                service=origin(sub.endpoint),
                vapid=vapid_key.current().id,
                since=now(),
                seen_at=now(),
            )
            for sub in subs
        )
        follows = [Follow(follower=row, topic="*", since=now()) for row in rows]
        Follow.objects.bulk_create(follows)


if __name__ == "__main__":
    main()
