"""What was asked for, and whether this machine can do it."""

from __future__ import annotations

import argparse
import os
import resource
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.errors import KEPT_FREE, BenchError, TooFewDescriptors
from bench.going import Plan

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

READERS = 10_000
# The small form keeps the number of readers: what an update costs once, its writing and
# drawing, is shared by all of them, and the ratios are those of so many.
ROUNDS, QUICK_ROUNDS = 3, 3
UPDATES, QUICK_UPDATES = 10, 6
POSTS = 9  # `stoppress post` with a browser looking

# Characters of an update's text: "1 KB".
CHARACTERS = 1_000

# Seconds after which the small form begins no further round.
QUICK_SECONDS = 40.0

# Above this one process for each server would not do: the wires between the machine's
# parts would be measured. The large form is ours, the kernel and nchan.
LARGE = 20_000

# Readers for one process of the crowd.
CROWD_AT_MOST = 15_000

# Server processes beyond which the figures would say nothing about any of them.
PROCESSES_AT_MOST = 8


@dataclass(frozen=True, slots=True)
class Asked:
    """`only`: names of candidates, none for all; `seconds`: when no further round
    begins; `screen`, `page`: also, or (`delivery` off) only, from post to screen and
    what a page takes meanwhile."""

    readers: int
    rounds: int
    updates: int
    characters: int
    only: tuple[str, ...]
    seconds: float
    delivery: bool
    screen: bool
    page: bool
    quick: bool


def asked(words: Sequence[str], environment: Mapping[str, str]) -> Asked:
    """From the command line, with QUICK and READERS from the environment."""
    quick = environment.get("QUICK", "") not in {"", "0", "no"}
    given = _parser(quick=quick, readers=environment.get("READERS", "")).parse_args(
        words
    )
    only = tuple(name for name in given.only.split(",") if name)
    alone = given.screen or given.page
    whole = not (alone or quick or only or given.readers > LARGE)
    return Asked(
        readers=given.readers,
        rounds=given.rounds,
        updates=given.updates,
        characters=given.characters,
        only=only,
        seconds=QUICK_SECONDS if quick else float("inf"),
        delivery=not alone,
        screen=given.screen or whole,
        page=given.page or whole,
        quick=quick,
    )


def plan(readers: int, updates: int, limit: int) -> Plan:
    """`limit`: how many descriptors a process may have. Raises TooFewDescriptors."""
    room = limit - KEPT_FREE
    if readers > room * PROCESSES_AT_MOST:
        raise TooFewDescriptors(readers, limit, max(room * PROCESSES_AT_MOST, 1))
    return Plan(
        readers=readers,
        servers=_parts(readers, room),
        crowds=_parts(readers, min(room, CROWD_AT_MOST)),
        updates=updates,
    )


def descriptors() -> int:
    """Raises this process's limit as far as the system lets it; what is started
    inherits it."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = hard if hard != resource.RLIM_INFINITY else 1 << 20
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return wanted


def chosen(
    only: Sequence[str], usual: Sequence[str], known: Sequence[str]
) -> list[str]:
    """The candidates of this run. Raises BenchError for one that does not exist."""
    for name in only:
        if name not in known:
            raise BenchError(f"There is no {name!r}; there are {', '.join(known)}.")
    return [name for name in known if name in (only or usual)]


def _parts(readers: int, most: int) -> int:
    return -(-readers // most)


def _parser(*, quick: bool, readers: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench.live",
        description="What live delivery costs, beside others and beside the kernel.",
    )
    number = _positive
    add = parser.add_argument
    add("--readers", type=number, default=readers or READERS, help="connected at once")
    add("--rounds", type=number, default=QUICK_ROUNDS if quick else ROUNDS)
    add("--updates", type=number, default=QUICK_UPDATES if quick else UPDATES)
    add("--characters", type=number, default=CHARACTERS, help="of an update's text")
    add("--only", default="", metavar="NAMES", help="candidates, with commas")
    add("--screen", action="store_true", help="only from post to screen")
    add("--page", action="store_true", help="only what a page takes meanwhile")
    return parser


def _positive(word: str) -> int:
    number = int(word)
    if not 1 <= number <= MOST:
        raise argparse.ArgumentTypeError(f"takes a number from 1 to {MOST}")
    return number


# What the crowd has source addresses for, and a mistake in typing has not.
MOST = 1_000_000


def cores() -> int:
    """How many there are."""
    return os.cpu_count() or 1
