"""What the wire's tests run in other processes.

write COUNT   says ready, waits to hear, writes COUNT entries, says each one's number
tail AT       follows the wire; says ready; where AT is not 0, says "in the middle"
              inside the transaction of the AT-th entry and stays there for good
"""

from __future__ import annotations

import sys
import threading

import django

django.setup()

from stoppress.wire.models import Entry  # noqa: E402
from tests.wire.following import Recorder, an_entry, running  # noqa: E402


def say(line: object) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def write(count: int) -> None:
    say("ready")
    sys.stdin.readline()
    for _ in range(count):
        say(an_entry())


def tail(at: int) -> None:
    seen = []

    def stay(entry: Entry) -> None:
        seen.append(entry.seq)
        if len(seen) == at:
            say("in the middle")
            threading.Event().wait()

    with running(Recorder(remark="program", after=stay)):
        say("ready")
        sys.stdin.readline()


if __name__ == "__main__":
    {"write": write, "tail": tail}[sys.argv[1]](int(sys.argv[2]))
