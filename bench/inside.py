"""Runs in the newsroom's own process: the product whole, and an editor in a thread.

    python -m bench.inside serve …    the server, with the editor inside
    python -m bench.inside            the editor alone, in a process beside the server

The editor reads lines on standard input: `post MARK`, answered by a line of JSON with
the wire's number; `when SEQ`, answered by the moment at which that entry was appended, in
nanoseconds of CLOCK_MONOTONIC and in milliseconds of the wall clock. Posting goes through
`posts.publishing`, the way of the desk and of the commands alike.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time

import django

from bench.standing import MARK
from stoppress.cli import main as stoppress

SENTENCE = "Word after word the news comes in. "


def text(mark: int, characters: int) -> str:
    """An update of so many characters with the mark at its end."""
    end = MARK.format(mark)
    body = SENTENCE * (characters // len(SENTENCE) + 1)
    return body[: max(characters - len(end) - 1, 0)] + " " + end


def editor(story: str, characters: int) -> None:
    """Does what the lines say until there are no more."""
    for line in sys.stdin:
        order, number = line.split()
        does = {"post": _post, "when": _when}[order]
        answer = does(int(number), story, characters)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _post(mark: int, story: str, characters: int) -> dict[str, float | None]:
    from stoppress.posts import publishing  # noqa: PLC0415  Django is set up by now
    from stoppress.posts.copy import Copy  # noqa: PLC0415

    posted = publishing.publish(Copy(story=story, text=text(mark, characters)))
    return {"seq": posted.seq}


def _when(seq: int, _story: str, _characters: int) -> dict[str, float | None]:
    from stoppress.wire import reading  # noqa: PLC0415

    entry = reading.after(seq - 1, limit=1)[0]
    # The entry says what the wall clock was; the crowd has the other clock.
    behind = time.time_ns() - time.monotonic_ns()
    wall = round(entry.at.timestamp() * 1e6) * 1_000
    return {"ns": wall - behind, "wall_ms": wall / 1e6}


def main(words: list[str]) -> int:
    """See the head of the file."""
    story, characters = os.environ["BENCH_STORY"], int(os.environ["BENCH_CHARACTERS"])
    if not words:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stoppress.settings")
        django.setup()
        editor(story, characters)
        return 0
    threading.Thread(target=editor, args=(story, characters), daemon=True).start()
    return stoppress(words)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
