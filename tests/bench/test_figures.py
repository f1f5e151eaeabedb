"""From the crowd's lines to the last line of the bench."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bench import figures
from bench.errors import Broke
from bench.figures import ALWAYS, Crowd, Go, Receipt
from tests.bench.made import a_delivery, a_go

MS = 1_000_000  # nanoseconds
NOBODY = Receipt(0, 0, 5, 0, 0, 0, 0, 0, 0)
SAID = (
    '{"mark": 3, "got": 4, "closed": 1, "twice": 0, "octets": 400, '
    '"ns": [1000000, 2000000, 3000000, 4000000]}'
)


def test_the_crowds_first_line_is_read():
    """Who got in, who did not, and in how many seconds."""
    said = '{"connected": 9, "failed": 1, "closed": 2, "ns": 1500000000}'
    assert figures.crowd(said) == Crowd(9, 1, 2, 1.5)


def test_a_receipt_is_read():
    """Each time of the list lands in the field that is named for it."""
    seen = figures.receipt(SAID)
    assert (seen.mark, seen.got, seen.closed, seen.octets) == (3, 4, 1, 400)
    assert [seen.first, seen.p50, seen.p99, seen.last] == [MS, 2 * MS, 3 * MS, 4 * MS]


def test_an_update_that_nobody_got_is_a_receipt_too():
    """No times, no error: the loss is in the count."""
    said = '{"mark": 0, "got": 0, "closed": 5, "twice": 0, "octets": 0, "ns": []}'
    seen = figures.receipt(said)
    assert (seen.got, seen.last) == (0, 0)


@pytest.mark.parametrize("said", ["", "[]", "{}", "crowd: no further socket", "7"])
def test_what_the_crowd_never_says_is_shown(said):
    """A line that is no answer is an error with the line in it, not a figure."""
    with pytest.raises(Broke, match="crowd"):
        figures.receipt(said)
    with pytest.raises(Broke, match="crowd"):
        figures.crowd(said)


def test_a_delivery_counts_from_the_publication():
    """Times are taken from the moment of publication, CPU and octets for each reader who
    got it, and who did not is lost."""
    seen = Receipt(0, 4, 0, 0, 400, 11 * MS, 12 * MS, 13 * MS, 14 * MS)
    made = figures.delivery(seen, published=10 * MS, cpu_us=20, wanted=5)
    assert (made.p50_ms, made.p99_ms, made.last_ms) == (2, 3, 4)
    assert (made.cpu_us, made.octets, made.lost) == (5, 100, 1)


def test_an_update_that_nobody_got_is_no_time():
    """It is lost for all, and neither a median nor a ratio nor the last line has it."""
    none = figures.delivery(NOBODY, published=MS, cpu_us=20, wanted=5)
    assert none.lost == 5
    some = [a_go("nchan", none, a_delivery(p99=20)), a_go("kernel", a_delivery(p99=10))]
    assert figures.line(some[:1]).p99_ms == 20
    assert figures.ratio([some], "nchan", "kernel", "p99_ms") == 2
    nothing = [a_go("stoppress", none), a_go("kernel")]
    said = _last([nothing])
    assert said["p99_vs_kernel"] is None
    assert said["candidates"]["stoppress"]["p99_ms"] is None


def test_a_line_is_the_median_of_all_updates():
    """One slow update of three changes nothing; what was lost adds up."""
    goes = [
        a_go("one", a_delivery(p99=10, lost=1), a_delivery(p99=900, lost=2)),
        a_go("one", a_delivery(p99=20)),
    ]
    line = figures.line(goes)
    assert (line.p99_ms, line.lost) == (20, 3)


def test_ratios_are_taken_inside_a_round():
    """A round in which everything took ten times as long moves no ratio."""
    rounds = [
        [a_go("a", a_delivery(p99=30)), a_go("b", a_delivery(p99=20))],
        [a_go("a", a_delivery(p99=300)), a_go("b", a_delivery(p99=200))],
        [a_go("a", a_delivery(p99=20)), a_go("b", a_delivery(p99=20))],
    ]
    assert figures.ratio(rounds, "a", "b", "p99_ms") == 1.5


def test_no_ratio_to_who_was_not_there():
    """Neither a candidate that was left out nor a figure of nothing is divided by."""
    rounds = [[a_go("a"), a_go("b", idle=0)]]
    assert figures.ratio(rounds, "a", "c", "p99_ms") is None
    assert figures.ratio(rounds, "a", "b", "idle") is None


def test_the_last_line_has_its_keys_and_values():
    """CPU, p99 and memory of ours, beside the kernel's and nchan's."""
    rounds = [
        [
            a_go("kernel", a_delivery(p99=40, cpu=4)),
            a_go("stoppress", a_delivery(p99=60, cpu=5), idle=210.4),
            a_go("nchan", a_delivery(p99=80, cpu=10)),
        ]
    ]
    said = _last(rounds, screen_ms=30.25)
    assert said["cpu_vs_kernel"] == 1.25
    assert said["cpu_vs_nchan"] == 0.5
    assert said["p99_vs_kernel"] == 1.5
    assert said["p99_vs_nchan"] == 0.75
    assert said["bytes_per_reader"] == 210
    assert said["screen_ms"] == 30.25
    assert said["readers"] == 100


def test_what_was_not_measured_is_null():
    """With nothing measured every key is there all the same, and no candidate is missing
    from the list."""
    said = _last([])
    assert {name: said[name] for name in ALWAYS} == dict.fromkeys(ALWAYS)
    assert said["candidates"] == {"kernel": None, "stoppress": None, "pushpin": None}


def _last(rounds: list[list[Go]], screen_ms: float | None = None) -> dict[str, Any]:
    names = ("kernel", "stoppress", "pushpin")
    line = figures.last_line(
        rounds, names=names, screen_ms=screen_ms, about={"readers": 100}
    )
    assert "\n" not in line
    said: dict[str, Any] = json.loads(line)
    return said
