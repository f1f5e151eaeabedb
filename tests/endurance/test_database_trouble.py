"""The database held by another writer."""

from __future__ import annotations

import time

from tests.endurance.conftest import Tell
from tests.endurance.house import PATIENCE, House
from tests.endurance.parts import page
from tests.endurance.press import Copy
from tests.support.newsroom import Newsroom
from tests.support.sse import Reader

HELD = 2.0  # seconds that another program holds the database


def test_posts_wait_while_another_program_writes(house: House, tell: Tell) -> None:
    """While the database is held for two seconds, pages are served, readers come and
    catch up; what was posted meanwhile is on the wire once when it is free again, and
    its alert goes out."""
    books, press = house.books, house.press
    begun = books.head()
    readers = [["*"]] * 5 + [["/stories/ferry"]]
    with house.part() as server, house.crowd(readers) as crowd:
        server.ready()
        crowd.opened()
        following = house.following(*[["*"]] * 5)
        house.post("Before.")
        with books.locked():
            end = time.monotonic() + HELD
            press.by_desk([Copy("harbour", "By the desk.", push=True)])
            press.by_command([Copy("ferry", "By command.", push=True)])
            served = 0
            while time.monotonic() < end:
                _is_served(house.newsroom, begun)
                served += 1
            assert len(press.sent) == 1, "acknowledged but not written"
        press.finish()
        house.told(2)
        entries = books.entries(begun)
        crowd.have(entries)
    assert sorted(e.plain for e in entries) == [
        "Before.",
        "By command.",
        "By the desk.",
    ]
    following.have(press.loud(entries))
    assert not following.repeats()
    assert "Traceback" not in server.log
    tell(f"held for {HELD} s: {served} pages and readers served meanwhile")


def _is_served(newsroom: Newsroom, after: int) -> None:
    """A page, and a reader who catches up from there."""
    assert "Before." in (page(newsroom, "/stories/harbour") or "")
    with Reader(newsroom.url, last=str(after)) as late:
        late.wait(lambda: late.ids, "what it missed", PATIENCE)
