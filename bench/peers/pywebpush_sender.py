"""pywebpush, one message after the other: `documented` or with a `session`.

python pywebpush_sender.py WAY JOB      JOB: a JSON file of bench/push.py
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import requests
from pywebpush import webpush

WARM = 10  # messages before the clock runs


def main(way: str, file: str) -> None:
    """Sends, and prints messages a second and CPU microseconds for each."""
    job = json.loads(Path(file).read_text())
    os.environ["REQUESTS_CA_BUNDLE"] = job["ca"]
    session = requests.Session() if way == "session" else None

    def send(number: int) -> None:
        sub = job["subscriptions"][number % len(job["subscriptions"])]
        answer = webpush(
            sub,
            job["text"],
            vapid_private_key=job["key"],
            vapid_claims={"sub": "mailto:editor@localhost"},
            ttl=86400,
            requests_session=session,
        )
        assert answer.status_code == 201, answer.status_code  # noqa: S101, PLR2004

    for number in range(WARM):
        send(number)
    began, cpu = time.monotonic(), time.process_time()
    for number in range(job["count"]):
        send(number)
    took, cpu = time.monotonic() - began, time.process_time() - cpu
    count = job["count"]
    print(json.dumps({"rate": count / took, "cpu_us": cpu / count * 1e6}))  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
