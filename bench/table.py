"""The figures as a person reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench import figures
from bench.figures import BUSY, KERNEL, NCHAN, ratio

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bench.figures import Go, Line

HEADS = (
    "",
    "readers",
    "p50 ms",
    "p99 ms",
    "last ms",
    "CPU µs",
    "B/reader",
    "after",
    "conn/s",
    "CPU/kernel",
    "p99/kernel",
    "CPU/nchan",
    "p99/nchan",
)


READING = (
    "p50, p99, last: from publication until so many readers have the update whole. "
    "CPU: of the server alone, for each delivery. B/reader: its memory above the process "
    "without readers; after: once updates went out."
)


def table(rounds: Sequence[Sequence[Go]]) -> str:
    """One row a candidate; the ratios are medians over the rounds."""
    rows = [HEADS, *(_row(line, rounds) for line in figures.lines(rounds))]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADS))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def remarks(
    rounds: Sequence[Sequence[Go]], lacking: Mapping[str, str], load: float, cores: int
) -> list[str]:
    """What must be known to read the table."""
    said = [READING] if rounds else []
    said += [
        f"{line.name}: {line.lost} deliveries were lost."
        for line in figures.lines(rounds)
        if line.lost
    ]
    bounds = {go.name: go.bound for goes in rounds for go in goes if go.bound}
    said += [f"{name}: {bound}." for name, bound in bounds.items()]
    said += [f"{name} was left out: {line}" for name, line in lacking.items()]
    others = figures.others(rounds)
    said.append(f"Load average {load:.1f} on {cores} cores.")
    if rounds:
        said.append(f"Others used {others:.0%} of the machine meanwhile.")
    if others > BUSY:
        said.append(
            "The machine was BUSY: times are longer than they need be. Read the "
            "ratios, or run again when it is quiet."
        )
    return said


def large(servers: int, crowds: int, limit: int, kernel: float, readers: int) -> str:
    """What bounds a run with more readers than one process holds. `kernel`: octets of
    its memory for each reader."""
    return (
        f"What bounds it: open files, {limit} a process (`ulimit -n`; systemd: "
        f"LimitNOFILE=), so {servers} server and {crowds} crowd processes; then the "
        f"kernel's memory for sockets, {kernel / 1024:.1f} KB for both ends of each "
        f"connection, {kernel * readers / 1e6:,.0f} MB for all."
    )


def _row(line: Line, rounds: Sequence[Sequence[Go]]) -> tuple[str, ...]:
    def times(other: str, figure: str) -> str:
        found = ratio(rounds, line.name, other, figure)
        return "" if found is None else f"{found:.2f}"

    cells = (
        line.name,
        f"{line.readers:,}",
        f"{line.p50_ms:.1f}",
        f"{line.p99_ms:.1f}",
        f"{line.last_ms:.1f}",
        f"{line.cpu_us:.2f}",
        f"{line.idle:,.0f}",
        f"{line.after:,.0f}",
        f"{line.per_second:,.0f}",
        times(KERNEL, "cpu_us"),
        times(KERNEL, "p99_ms"),
        times(NCHAN, "cpu_us"),
        times(NCHAN, "p99_ms"),
    )
    return tuple("-" if cell == "nan" else cell for cell in cells)
