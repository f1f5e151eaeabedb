"""Two processes share the sending, and one of them is killed."""

from __future__ import annotations

import time

from stoppress.push.shares import SPAN
from tests.endurance.conftest import Tell
from tests.endurance.house import PATIENCE, House
from tests.endurance.parts import Part
from tests.support.pushfar import Answer
from tests.support.waiting import until

SHARES = 6
EACH = 120  # followers in each share

# Some seconds for each of the two: longer than it takes to kill one in the middle.
SLOWLY = Answer(after=0.02)

A_FEW_SECONDS = 5.0


def test_one_of_two_couriers_is_killed(house: House, tell: Tell) -> None:
    """Both tell their own shares; one dies in the middle of its part, and the other
    tells what is left of it: each follower once, as a browser shows it, none left out,
    and who was written down as told is not told again."""
    far, books = house.far, house.books
    with house.part("web") as web, house.part("tail") as one, house.part("tail") as two:
        web.ready()
        following = house.following()
        for number in range(SHARES):
            books.number_followers_from(number * SPAN + 1)
            following.many(EACH)
        until(lambda: _dealt(house, one, two), "both have shares", PATIENCE)
        far.always(SLOWLY)
        house.post("One of two dies of this.", push=True)
        until(lambda: len(books.handed_by(one.pid)) > EACH // 4, "one's book", PATIENCE)
        until(lambda: len(books.handed_by(two.pid)) > EACH // 4, "two's book", PATIENCE)
        written = books.handed_by(one.pid)
        died = time.monotonic()
        one.kill(reap=False)
        until(lambda: not books.shares_of(one.pid), "its shares are taken", PATIENCE)
        taken = time.monotonic() - died
        written |= books.handed_by(one.pid)
        house.told(1)
        took = time.monotonic() - died
        assert len(books.handed_by(two.pid)) + len(written) >= SHARES * EACH
        assert not books.handed_by(two.pid) & written, "told again"
    following.have(house.published())
    repeats = following.repeats()
    (broadcast,) = books.broadcasts()
    assert (broadcast.handed, broadcast.unsure) == (SHARES * EACH, 0)
    assert took < PATIENCE
    assert taken < A_FEW_SECONDS
    tell(
        f"taken over in {taken:.1f} s, all {SHARES * EACH} told in {took:.1f} s, "
        f"{repeats.total()} came twice"
    )


def _dealt(house: House, one: Part, two: Part) -> bool:
    dealt = [house.books.shares_of(part.pid) for part in (one, two)]
    return [len(each) for each in dealt] == [SHARES // 2, SHARES // 2]
