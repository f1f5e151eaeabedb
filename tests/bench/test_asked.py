"""What may be asked for, and what this machine refuses."""

from __future__ import annotations

import pytest

from bench.asked import asked, chosen, plan
from bench.errors import BenchError, TooFewDescriptors


def test_the_whole_run_is_ten_thousand_readers_and_the_screen():
    """Without a word: everything, three rounds, no end before."""
    wanted = asked([], {})
    assert (wanted.readers, wanted.rounds, wanted.quick) == (10_000, 3, False)
    assert wanted.delivery
    assert wanted.screen
    assert wanted.seconds == float("inf")


def test_quick_is_small_and_has_an_end():
    """QUICK=1 asks for fewer updates, no browser, and no round after its time."""
    wanted = asked([], {"QUICK": "1"})
    assert wanted.quick
    assert wanted.updates < asked([], {}).updates
    assert wanted.seconds < 50
    assert not wanted.screen


@pytest.mark.parametrize("said", ["", "0", "no"])
def test_quick_can_be_said_no_to(said):
    """An empty QUICK, as make passes it on, is none."""
    assert not asked([], {"QUICK": said}).quick


def test_readers_come_from_either_place():
    """READERS=50000 and --readers 50000 are one wish; the option wins."""
    assert asked([], {"READERS": "50000"}).readers == 50_000
    assert asked(["--readers", "7"], {"READERS": "50000"}).readers == 7


def test_the_screen_alone():
    """--screen measures nothing else."""
    wanted = asked(["--screen"], {})
    assert (wanted.delivery, wanted.screen) == (False, True)


@pytest.mark.parametrize("said", ["0", "-1", "many", "100000000"])
def test_no_number_of_readers_that_cannot_be(capsys, said):
    """A number out of reach is refused before anything starts."""
    with pytest.raises(SystemExit):
        asked([f"--readers={said}"], {})
    assert "--readers" in capsys.readouterr().err


def test_one_process_where_it_is_enough():
    """Ten thousand readers on twenty thousand descriptors: one server, one crowd."""
    made = plan(10_000, 10, 20_000)
    assert (made.servers, made.crowds) == (1, 1)


def test_more_processes_where_one_is_not_enough():
    """Fifty thousand readers are spread, each process below its limit."""
    made = plan(50_000, 10, 20_000)
    assert (made.servers, made.crowds) == (3, 4)


def test_too_few_descriptors_says_what_to_do():
    """The refusal names the wish, the limit, the command that raises it, and how many
    readers would do."""
    with pytest.raises(TooFewDescriptors) as refused:
        plan(10_000, 10, 1_024)
    said = str(refused.value)
    assert "10000 readers" in said
    assert "1024" in said
    assert "ulimit -n" in said
    assert "READERS=5792" in said
    assert plan(5_792, 10, 1_024).servers == 8


def test_candidates_are_chosen_by_name():
    """Those that are named, in the usual order, or the usual ones."""
    known = ["kernel", "stoppress", "nchan"]
    assert chosen(["nchan", "kernel"], known, known) == ["kernel", "nchan"]
    assert chosen([], ["kernel"], known) == ["kernel"]


def test_no_such_candidate():
    """A name that is none is refused with those that are."""
    with pytest.raises(BenchError, match="'nchn'; there are kernel, nchan"):
        chosen(["nchn"], [], ["kernel", "nchan"])
