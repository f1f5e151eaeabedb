"""Thousands of readers that lose their connection at once."""

from __future__ import annotations

import time

import pytest

from tests.endurance.conftest import Tell
from tests.endurance.house import PATIENCE, House
from tests.endurance.multitude import Multitude
from tests.endurance.press import Copy

READERS = 5_000


@pytest.mark.parametrize("options", [(), ("--workers", "2", "--writers", "1")])
def test_everyone_comes_back(
    house: House, tell: Tell, options: tuple[str, ...]
) -> None:
    """The server is killed under thousands of readers, in the middle of posting, and
    started again; then it is stopped and started: everyone comes back, nobody is sent
    to fetch the page anew, and each has each entry once and in order."""
    books, press = house.books, house.press
    begun = books.head()
    port = house.newsroom.port
    with house.part("serve", *options) as server:
        server.ready()
        with Multitude(port, READERS, after=begun) as readers:
            readers.all_open(PATIENCE)
            press.by_desk([Copy("harbour", f"Desk {n}.") for n in range(12)])
            press.reached(4)
            server.kill()
            server.start().ready()
            began = time.monotonic()
            readers.all_open(PATIENCE)
            back = time.monotonic() - began
            press.finish()
            assert server.stop()[0] == 0
            server.start().ready()
            readers.all_open(PATIENCE)
            press.by_desk([Copy("harbour", "After the stop.")])
            press.finish()
            entries = books.entries(begun)
            readers.have(len(entries), entries[-1].seq, PATIENCE)
    tell(
        f"{READERS} readers, {len(entries)} entries; after the kill all were back "
        f"{back:.1f} s after the first page was answered ({readers.connects} connects)"
    )
