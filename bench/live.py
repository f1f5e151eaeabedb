"""`make bench-live`: ours, others and the kernel's floor, in one run on one machine.

    python -m bench.live [--readers N] [--rounds N] [--only NAMES] [--screen] [--page]

See README.md in this folder for what is measured, and how.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NoReturn

from bench import accounts, figures, pages, screen, table
from bench.asked import LARGE, POSTS, asked, chosen, cores, descriptors, plan
from bench.errors import BenchError, Interrupted, NotThere
from bench.figures import KERNEL, NCHAN, OURS
from bench.going import go
from bench.newsroom import House, Newsroom
from bench.processes import ROOT, Workshop, run
from bench.pushpin import Pushpin
from bench.servers import INSTALL, Floor, Nchan, Packaged

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.asked import Asked
    from bench.figures import Go
    from bench.going import Plan
    from bench.standing import Candidate

BESIDE, PUSHPIN = "stoppress-beside", "pushpin"
EVENTSTREAM, STARLETTE = "django-eventstream", "sse-starlette"
NAMES = (KERNEL, OURS, BESIDE, NCHAN, PUSHPIN, EVENTSTREAM, STARLETTE)
SMALL = (OURS, KERNEL, NCHAN)  # what the quick form and the large one measure
FAILED, INTERRUPTED = 1, 130


def main(words: Sequence[str] | None = None) -> int:
    """Runs the bench; the exit code."""
    for one in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(one, _interrupted)
    try:
        _bench(asked(sys.argv[1:] if words is None else words, os.environ))
    except BenchError as error:
        sys.stderr.write(f"bench: {error}\n")
        return FAILED
    except Interrupted:
        sys.stderr.write("bench: stopped; nothing is left running.\n")
        return INTERRUPTED
    return 0


def candidates(house: House) -> list[Candidate]:
    """All there are, in the order in which they run (NAMES)."""
    return [
        Floor(),
        Newsroom(OURS, house, inside=True),
        Newsroom(BESIDE, house, inside=False),
        Nchan(),
        Pushpin(),
        Packaged(EVENTSTREAM, "eventstream", "/events/"),
        Packaged(STARLETTE, "starlette_stream", "/events"),
    ]


def _bench(wanted: Asked) -> None:
    limit = descriptors()
    planned = plan(wanted.readers, wanted.updates, limit)
    usual = SMALL if wanted.quick or wanted.readers > LARGE else NAMES
    names = chosen(wanted.only, usual, NAMES) if wanted.delivery else []
    began, load = time.monotonic(), accounts.load()
    with Workshop() as workshop:
        compile_into(workshop.folder)
        house = House(workshop, wanted.characters)
        everyone = [one for one in candidates(house) if one.name in names]
        lacking = {one.name: line for one in everyone if (line := one.lacking())}
        running = [one for one in everyone if one.name not in lacking]
        _say(_headline(wanted, planned, house))
        rounds = _rounds(running, workshop, house, planned, wanted, began)
        took = _screen(workshop, house, planned, lacking) if wanted.screen else None
        if wanted.page:
            waits = pages.beside_updates(house, workshop, planned)
            _say(pages.told(waits, planned.readers))
    _tell(rounds, lacking, load, planned, limit)
    about = {
        "readers": wanted.readers,
        "rounds": len(rounds),
        "cores": cores(),
        "load": round(load, 1),
        "others": round(figures.others(rounds), 2),
    }
    _say(figures.last_line(rounds, names=NAMES, screen_ms=took, about=about))


def _rounds(
    running: list[Candidate],
    workshop: Workshop,
    house: House,
    planned: Plan,
    wanted: Asked,
    began: float,
) -> list[list[Go]]:
    rounds: list[list[Go]] = []
    longest = 0.0
    for number in range(wanted.rounds if running else 0):
        start = time.monotonic()
        if start + longest - began > wanted.seconds:
            _say(f"Time is up: {number} rounds of {wanted.rounds}.")
            break
        goes = []
        for one in running:
            goes.append(go(one, workshop, house.update, planned))
            _say(f"round {number + 1}: {_short(goes[-1])}")
        rounds.append(goes)
        longest = max(longest, time.monotonic() - start)
    return rounds


def _screen(
    workshop: Workshop, house: House, planned: Plan, lacking: dict[str, str]
) -> float | None:
    if line := screen.lacking():
        lacking["screen"] = line
        return None
    times = screen.post_to_screen(house, workshop, planned, POSTS)
    _say(screen.told(times, planned.readers))
    return median(times)


def _tell(
    rounds: list[list[Go]],
    lacking: dict[str, str],
    load: float,
    planned: Plan,
    limit: int,
) -> None:
    if rounds:
        _say("\n" + table.table(rounds) + "\n")
    for remark in table.remarks(rounds, lacking, load, cores()):
        _say(remark)
    if planned.servers > 1:
        each = figures.kernel(rounds)
        words = (planned.servers, planned.crowds, limit, each, planned.readers)
        _say(table.large(*words))


def compile_into(folder: Path) -> None:
    """The crowd and the floor, as programs. Raises NotThere."""
    if shutil.which("gcc") is None:
        raise NotThere("gcc", f"{INSTALL} gcc libc6-dev")
    for name in ("crowd", "floor"):
        source = ROOT / "bench" / "load" / f"{name}.c"
        run(["gcc", "-O2", "-o", folder / name, source])


def _headline(wanted: Asked, planned: Plan, house: House) -> str:
    return (
        f"{wanted.readers:,} readers, an update of {wanted.characters:,} characters, "
        f"{len(house.update.data.encode()):,} octets as an event, the same for all; "
        f"{wanted.rounds} rounds of {planned.updates} updates; "
        f"Linux {os.uname().release.split('-')[0]}, {cores()} cores, Python "
        f"{sys.version.split()[0]}."
    )


def _short(seen: Go) -> str:
    line = figures.line([seen])
    return (
        f"{line.name}: p50 {line.p50_ms:.1f} ms, p99 {line.p99_ms:.1f} ms, "
        f"{line.cpu_us:.2f} µs a delivery"
    )


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _interrupted(_number: int, _frame: object) -> NoReturn:
    raise Interrupted


if __name__ == "__main__":
    raise SystemExit(main())
