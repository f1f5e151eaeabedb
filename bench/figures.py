"""From what was seen to figures: pure, so that they can be checked by hand.

A *delivery* is one update to all readers. A *go* is one candidate started, its readers
connected, and its deliveries. A *round* is one go of each candidate, one after the
other. Ratios are taken inside a round, between goes a few seconds apart, and the
median of the rounds is what is told: a machine that is slow for a minute is slow for
all of a round.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from math import isnan, nan
from statistics import median
from typing import TYPE_CHECKING, Any

from bench.errors import Broke

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

OURS, KERNEL, NCHAN = "stoppress", "kernel", "nchan"

# Of the machine, by others than the bench. Above it figures are told with a warning.
BUSY = 0.15

# What a reader of the last line may count on being there; null where not measured.
ALWAYS = (
    "cpu_vs_kernel",
    "cpu_vs_nchan",
    "p99_vs_kernel",
    "p99_vs_nchan",
    "bytes_per_reader",
    "screen_ms",
)


@dataclass(frozen=True, slots=True)
class Crowd:
    """How the readers got in: `seconds` until the last did."""

    connected: int
    failed: int
    closed: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Receipt:
    """One update as the crowd has it. The times are CLOCK_MONOTONIC in nanoseconds, of
    the first reader, the median, the 99th percentile and the last; 0 when nobody has."""

    mark: int
    got: int
    closed: int
    twice: int
    octets: int
    first: int
    p50: int
    p99: int
    last: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """One update: milliseconds from its publication, microseconds of the server's CPU
    for each reader who got it, octets read by each, readers who did not get it. `nan`
    where nobody got it."""

    p50_ms: float
    p99_ms: float
    last_ms: float
    cpu_us: float
    octets: float
    lost: int


@dataclass(frozen=True, slots=True)
class Go:
    """One candidate, once. `idle` and `after`: octets of the server's memory for each
    reader above the process without readers, before and after the deliveries;
    `kernel`: the kernel's, for both ends of a reader's connection.
    `others`: the part of the machine that was used by others meanwhile."""

    name: str
    wanted: int
    connected: int
    per_second: float
    idle: float
    after: float
    kernel: float
    deliveries: tuple[Delivery, ...]
    others: float
    bound: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A candidate's figures over all its goes: medians; `lost` is a sum."""

    name: str
    readers: int
    p50_ms: float
    p99_ms: float
    last_ms: float
    cpu_us: float
    idle: float
    after: float
    per_second: float
    octets: float
    lost: int


def crowd(line: str) -> Crowd:
    """The crowd's first line. Raises Broke."""
    said = _object(line)
    try:
        return Crowd(
            said["connected"], said["failed"], said["closed"], said["ns"] / 1e9
        )
    except (KeyError, TypeError) as error:
        raise Broke("The crowd", line) from error


def receipt(line: str) -> Receipt:
    """The crowd's answer to a mark. Raises Broke."""
    said = _object(line)
    try:
        first, p50, p99, last = said["ns"] or (0, 0, 0, 0)
        return Receipt(
            mark=said["mark"],
            got=said["got"],
            closed=said["closed"],
            twice=said["twice"],
            octets=said["octets"],
            first=first,
            p50=p50,
            p99=p99,
            last=last,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Broke("The crowd", line) from error


def delivery(seen: Receipt, *, published: int, cpu_us: float, wanted: int) -> Delivery:
    """`published`: nanoseconds on the same clock; `wanted`: readers who should have it."""
    if not seen.got:
        return Delivery(nan, nan, nan, nan, nan, lost=wanted)
    return Delivery(
        p50_ms=(seen.p50 - published) / 1e6,
        p99_ms=(seen.p99 - published) / 1e6,
        last_ms=(seen.last - published) / 1e6,
        cpu_us=cpu_us / seen.got,
        octets=seen.octets / seen.got,
        lost=max(wanted - seen.got, 0),  # some came in after they were counted
    )


def line(goes: Sequence[Go]) -> Line:
    """All goes of one candidate in one line; `nan` for what no update has."""

    def of(ask: Callable[[Delivery], float]) -> float:
        asked = (ask(one) for go in goes for one in go.deliveries)
        return median([one for one in asked if not isnan(one)] or [nan])

    return Line(
        name=goes[0].name,
        readers=round(median(go.connected for go in goes)),
        p50_ms=of(lambda one: one.p50_ms),
        p99_ms=of(lambda one: one.p99_ms),
        last_ms=of(lambda one: one.last_ms),
        cpu_us=of(lambda one: one.cpu_us),
        idle=median(go.idle for go in goes),
        after=median(go.after for go in goes),
        per_second=median(go.per_second for go in goes),
        octets=of(lambda one: one.octets),
        lost=sum(one.lost for go in goes for one in go.deliveries),
    )


def lines(rounds: Iterable[Sequence[Go]]) -> list[Line]:
    """One line for each candidate, in the order of the first round that had it."""
    return [line(goes) for goes in _by_name(rounds).values()]


def ratio(
    rounds: Iterable[Sequence[Go]], one: str, other: str, figure: str
) -> float | None:
    """How often `one` has of `figure` (a field of Line) what `other` has; None when no
    round has both."""
    found = []
    for goes in rounds:
        there = {go.name: line([go]) for go in goes}
        if one in there and other in there:
            above, below = getattr(there[one], figure), getattr(there[other], figure)
            if below > 0 and not isnan(above):
                found.append(above / below)
    return median(found) if found else None


def last_line(
    rounds: Sequence[Sequence[Go]],
    *,
    names: Iterable[str],
    screen_ms: float | None,
    about: Mapping[str, Any],
) -> str:
    """The bench's last line: JSON. `names`: all candidates, measured or not; `about`:
    what else belongs in it (readers, cores, load)."""
    measured = {one.name: one for one in lines(rounds)}
    said: dict[str, Any] = {
        "cpu_vs_kernel": _rounded(ratio(rounds, OURS, KERNEL, "cpu_us")),
        "cpu_vs_nchan": _rounded(ratio(rounds, OURS, NCHAN, "cpu_us")),
        "p99_vs_kernel": _rounded(ratio(rounds, OURS, KERNEL, "p99_ms")),
        "p99_vs_nchan": _rounded(ratio(rounds, OURS, NCHAN, "p99_ms")),
        "bytes_per_reader": round(measured[OURS].idle) if OURS in measured else None,
        "screen_ms": _rounded(screen_ms),
        **about,
        "candidates": {name: _shown(measured.get(name)) for name in names},
    }
    return json.dumps(said)


def others(rounds: Iterable[Sequence[Go]]) -> float:
    """The part of the machine that others used, at the median of all goes."""
    return median([go.others for goes in rounds for go in goes] or [0.0])


def kernel(rounds: Iterable[Sequence[Go]]) -> float:
    """Octets of the kernel's for each reader, at the median of all goes."""
    return median([go.kernel for goes in rounds for go in goes] or [0.0])


def _shown(one: Line | None) -> dict[str, float | None] | None:
    if one is None:
        return None
    return {
        "readers": one.readers,
        "p50_ms": _rounded(one.p50_ms),
        "p99_ms": _rounded(one.p99_ms),
        "cpu_us": _rounded(one.cpu_us),
        "bytes_per_reader": round(one.idle),
        "connects_per_second": round(one.per_second),
        "lost": one.lost,
    }


def _rounded(value: float | None) -> float | None:
    # JSON has no word for nan.
    return None if value is None or isnan(value) else round(value, 3)


def _by_name(rounds: Iterable[Sequence[Go]]) -> dict[str, list[Go]]:
    found: dict[str, list[Go]] = {}
    for goes in rounds:
        for go in goes:
            found.setdefault(go.name, []).append(go)
    return found


def _object(said: str) -> dict[str, Any]:
    try:
        found = json.loads(said)
    except ValueError as error:
        raise Broke("The crowd", said) from error
    if not isinstance(found, dict):
        raise Broke("The crowd", said)
    return found
