"""The crowd and the kernel's floor, compiled and run: counts, never times."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench import figures
from bench.errors import DidNotStart
from bench.going import Plan, let_in
from bench.live import compile_into
from bench.processes import Workshop
from bench.servers import Floor
from bench.standing import Size, Stand, Update, by_post

READERS = 40
PATIENCE_MS = 20_000
UPDATE = Update("one word zqj000000q")


@pytest.fixture
def workshop() -> Iterator[Workshop]:
    if shutil.which("gcc") is None:
        pytest.skip("gcc is not installed here: apt-get install gcc libc6-dev")
    with Workshop() as made:
        compile_into(made.folder)
        yield made


def test_every_reader_has_each_update_once(workshop):
    """Spread over two doors and three processes, each reader has both updates whole, not
    before they were posted, and none twice."""
    # Nearly the mark before the mark: the search begins anew where it failed.
    update = Update("a word zqjzqj00zqj000000q and more")
    stand = Floor().stand(workshop, update, Size(READERS, 2))
    crowd = let_in(workshop, Plan(READERS, 2, 3, 1), _doors(stand), "/")
    assert figures.crowd(crowd.hear("{")).connected == READERS
    for mark in (0, 7):
        done = stand.publish(mark)
        crowd.say(f"{mark} {PATIENCE_MS}")
        seen = figures.receipt(crowd.hear("{"))
        published = done()
        assert (seen.mark, seen.got, seen.twice, seen.closed) == (mark, READERS, 0, 0)
        assert published < seen.first <= seen.p50 <= seen.p99 <= seen.last
        assert seen.last < time.monotonic_ns()


def test_readers_of_a_server_that_dies_are_counted_as_gone(workshop):
    """Half of the readers lose their server: the other half has the update, and the
    crowd does not wait for those who are gone."""
    stand = Floor().stand(workshop, UPDATE, Size(READERS, 2))
    crowd = let_in(workshop, Plan(READERS, 2, 1, 1), _doors(stand), "/")
    crowd.hear("{")
    stand.children[1].stop()
    publish = by_post(stand.doors[:1], "/", UPDATE.marked, "text/plain")
    publish(4)()
    crowd.say(f"4 {PATIENCE_MS}")
    seen = figures.receipt(crowd.hear("{"))
    assert (seen.got, seen.closed) == (READERS // 2, READERS // 2)


def test_nothing_is_left():
    """When the workshop is closed its children are gone, and so is its folder."""
    with Workshop() as made:
        folder, child = made.folder, made.start("sleeper", ["sleep", "600"])
        assert folder.exists()
    assert not folder.exists()
    assert not Path(f"/proc/{child.pid}").exists()


def test_what_does_not_start_says_why():
    """A server that ends at once is an error with its own words in it."""
    with Workshop() as made:
        child = made.start("ls", ["ls", "/nowhere-at-all"])
        with pytest.raises(DidNotStart, match="nowhere-at-all"):
            child.answers(made.port())


def test_a_port_that_is_held_can_be_listened_on(workshop):
    """The floor listens on a port that the workshop keeps from everybody else."""
    stand = Floor().stand(workshop, UPDATE, Size(1, 1))
    assert len(set(stand.doors) | {workshop.port()}) == 2


def _doors(stand: Stand) -> str:
    return ",".join(map(str, stand.doors))
