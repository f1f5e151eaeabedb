"""What a person reads."""

from __future__ import annotations

from dataclasses import replace

from bench import table
from tests.bench.made import a_delivery, a_go


def test_each_candidate_has_its_row_and_its_ratios():
    """A row each under the heads, with the ratios to the kernel and to nchan."""
    rounds = [
        [
            a_go("kernel", a_delivery(p99=40, cpu=4)),
            a_go("stoppress", a_delivery(p99=60, cpu=5)),
            a_go("nchan", a_delivery(p99=80, cpu=10)),
        ]
    ]
    heads, *rows = table.table(rounds).splitlines()
    assert [row.split()[0] for row in rows] == ["kernel", "stoppress", "nchan"]
    assert heads.split()[-4:] == ["CPU/kernel", "p99/kernel", "CPU/nchan", "p99/nchan"]
    assert rows[1].split()[-4:] == ["1.25", "1.50", "0.50", "0.75"]


def test_columns_stand_under_each_other():
    """Figures end where their head ends, however long they are."""
    rounds = [[a_go("kernel"), a_go("a-much-longer-name", a_delivery(p99=123_456))]]
    heads, *rows = table.table(rounds).splitlines()
    end = heads.index("p99 ms") + len("p99 ms")
    assert [row[:end].split()[-1] for row in rows] == ["40.0", "123456.0"]


def test_who_was_left_out_is_named_with_what_brings_it():
    """The line that installs a missing peer stands below the table."""
    said = table.remarks([], {"pushpin": "apt-get install pushpin"}, 0.1, 2)
    assert "pushpin was left out: apt-get install pushpin" in said


def test_losses_and_bounds_are_told():
    """Deliveries that were lost and readers that did not get in are not passed over."""
    goes = [a_go("nchan", a_delivery(lost=7), bound="90 of 100 readers got in")]
    said = table.remarks([goes], {}, 0.1, 2)
    assert "nchan: 7 deliveries were lost." in said
    assert "nchan: 90 of 100 readers got in." in said


def test_a_busy_machine_is_warned_of():
    """Above the limit the figures come with a warning, below it without."""
    quiet = a_go("kernel")
    busy = replace(quiet, others=0.5)
    assert not any("BUSY" in one for one in table.remarks([[quiet]], {}, 0.1, 2))
    assert any("BUSY" in one for one in table.remarks([[busy]], {}, 9.0, 2))


def test_the_large_form_says_what_bounds_it():
    """The limit on open files, and what follows from it, in figures."""
    said = table.large(3, 4, 20_000, 10_240, 50_000)
    assert "20000 a process" in said
    assert "3 server and 4 crowd processes" in said
    assert "10.0 KB" in said
    assert "512 MB" in said
