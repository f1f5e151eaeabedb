"""A tail's process is killed in the middle of an entry: the next one does it, once."""

from __future__ import annotations

import time

import pytest

from stoppress.wire import reading
from stoppress.wire.ownership import LEASE
from tests.support.programs import Program
from tests.support.waiting import until
from tests.wire.following import Recorder, cursor, entries, running
from tests.wire.notebook import noted, remarks

# At once, that is: not after the lease. A busy machine may take its time.
AT_ONCE = 5.0  # seconds
assert LEASE.total_seconds() > 2 * AT_ONCE


@pytest.mark.parametrize("at", [1, 4])
def test_a_killed_tail_has_done_each_entry_once_or_not_at_all(wire, at):
    """`kill -9` inside the transaction of an entry: those before it are done, it and
    those behind it are not, and whoever stood by does them at once, each once."""
    numbers = entries(6)
    with Program("tests.wire.program", "tail", str(at)) as program:
        said = {program.says(), program.says()}
        assert said == {"ready", "in the middle"}
        with running(Recorder(remark="successor")):
            assert noted("recorder") == numbers[: at - 1]
            program.kill()
            killed = time.monotonic()
            until(lambda: noted("recorder") == numbers, "the rest of the entries")
            taken_over = time.monotonic() - killed
    assert taken_over < AT_ONCE
    assert cursor().seq == numbers[-1]
    assert remarks("recorder") == (
        {"program", "successor"} if at > 1 else {"successor"}
    )
    assert reading.parked() == []


def test_a_tail_in_another_process_hears_of_entries_and_stops_in_order(wire):
    """A tail's process handles what this one writes, and gives its cursor back when it
    is told to stop."""
    with Program("tests.wire.program", "tail", "0") as program:
        assert program.says() == "ready"
        numbers = entries(3)
        until(lambda: noted("recorder") == numbers, "what was written here")
        program.hears("stop")
        assert program.end() == 0
    assert remarks("recorder") == {"program"}
    assert cursor().owner == ""
