"""Readers on a connection that is cut again and again."""

from __future__ import annotations

import os
import random
import time
from functools import partial

import pytest

from tests.endurance.conftest import Tell
from tests.endurance.house import PATIENCE, House
from tests.support.flaky import FlakyLine
from tests.support.loopthread import LoopThread
from tests.support.sse import Reader

READERS = 12

# How long posts come in. The whole ten minutes: STOPPRESS_TEST_FLAKY=600.
SECONDS = float(os.environ.get("STOPPRESS_TEST_FLAKY", "12"))
BETWEEN = 0.4  # seconds between two posts


@pytest.mark.timeout(SECONDS + 120)
def test_readers_on_a_flaky_line_have_what_the_wire_holds(
    house: House, tell: Tell, thread: LoopThread, chance: random.Random
) -> None:
    """While posts come in, each connection is delayed, split and cut after seconds or at
    once; at the end each reader has exactly what the wire holds, in its order."""
    books = house.books
    begun = books.head()
    with house.part() as server, FlakyLine(thread, house.newsroom.port, chance) as line:
        server.ready()
        url = f"http://127.0.0.1:{line.port}"
        readers = [Reader(url, last=str(begun)) for _ in range(READERS)]
        end = time.monotonic() + SECONDS
        count = 0
        while time.monotonic() < end:
            count += 1
            house.post(f"Update {count}. {'word ' * chance.randrange(400)}")
            _pause(readers[0])
        wire = [str(entry.seq) for entry in books.entries(begun)]
        for reader in readers:
            reader.wait(partial(_has, reader, wire[-1]), "the last", PATIENCE)
            assert _told(reader) == wire, reader.describe()
            assert not reader.resyncs
            reader.close()
    connections = sum(reader.connections for reader in readers)
    tell(
        f"{len(wire)} entries in {SECONDS:g} s to {READERS} readers over {connections} "
        f"streams; the line was cut {line.cuts} times; each has exactly the wire"
    )


def _has(reader: Reader, last: str) -> bool:
    return _told(reader)[-1:] == [last]


def _told(reader: Reader) -> list[str]:
    """The entries that the reader has; heartbeats bear the number of the last."""
    return [event.id for event in list(reader.events) if event.kind == "message"]


def _pause(reader: Reader) -> None:
    """Some time, in which the readers go on."""
    began = time.monotonic()
    reader.wait(lambda: time.monotonic() - began > BETWEEN, "a while", PATIENCE)
