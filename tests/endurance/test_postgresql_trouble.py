"""PostgreSQL goes away and comes back while posts are published."""

from __future__ import annotations

import random

from tests.endurance.conftest import Tell
from tests.endurance.house import House
from tests.endurance.press import Copy

CUTS = 4
POSTS = 40
READERS = [["*"]] * 10 + [["/stories/harbour"]]


def test_every_connection_to_the_database_cut_again_and_again(
    house: House, chance: random.Random, tell: Tell
) -> None:
    """When all its connections to the database are cut at random points, the newsroom
    goes on by itself: each post of the desk is on the wire once, each reader has each
    entry once, each follower each alert once."""
    press, books = house.press, house.books
    begun = books.head()
    points = sorted(chance.sample(range(1, POSTS), CUTS))
    with house.part() as server, house.crowd(READERS) as crowd:
        server.ready()
        crowd.opened()
        following = house.following(*[["*"]] * 10)
        press.by_desk([Copy("harbour", f"Post {n}.", n % 3 == 0) for n in range(POSTS)])
        cut = 0
        for point in points:
            press.reached(point)
            cut += books.cut()
        press.finish()
        house.told(press.alerts)
        entries = books.entries(begun)
        crowd.have(entries)
    assert [e.plain for e in entries] == [each.copy.text for each in press.sent]
    following.have(press.loud(entries))
    assert not following.repeats()
    tell(f"{cut} connections cut, after {points} posts; {press.again} forms sent twice")
