"""The tails alone killed, in a process of their own beside the web server."""

from __future__ import annotations

import time
from contextlib import ExitStack

from stoppress.push.broadcasting import AHEAD_AT_FIRST
from tests.endurance.conftest import Tell
from tests.endurance.house import PATIENCE, House
from tests.support.pushfar import ACCEPTED, Answer
from tests.support.waiting import until

FOLLOWERS = AHEAD_AT_FIRST + 10  # some that are settled, and some under way
UNANSWERED = Answer(after=600)
A_FEW_SECONDS = 5.0


def test_another_tail_takes_over_from_one_that_was_killed(
    house: House, tell: Tell
) -> None:
    """The tail that stood by goes on within seconds, also when nobody buried the dead
    one; who was settled before is not alerted again, and the others are."""
    far, books = house.far, house.books
    with (
        house.part("web") as web,
        house.part("tail") as dying,
        ExitStack() as then,
    ):
        web.ready()
        following = house.following(*[["*"]] * FOLLOWERS)
        until(books.owner, "it follows", PATIENCE)
        until(lambda: books.shares_of(dying.pid), "it sends", PATIENCE)
        left = then.enter_context(house.part("tail"))
        left.says("Following the wire")
        far.answers(*[ACCEPTED] * AHEAD_AT_FIRST)
        far.always(UNANSWERED)
        house.post("The tail dies of this.", push=True)
        far.wait(
            lambda: len(far.deliveries) > AHEAD_AT_FIRST, "some unanswered", PATIENCE
        )
        until(
            lambda: books.broadcasts()[0].handed == AHEAD_AT_FIRST,
            "the books",
            PATIENCE,
        )
        settled = {each.receiver for each in far.requests}
        assert len(settled) == AHEAD_AT_FIRST

        far.always(ACCEPTED)
        died = time.monotonic()
        dying.kill(reap=False)
        house.told(1)
        took = time.monotonic() - died
        assert f"/{left.pid}/" in books.owner()
    following.have(house.published())
    repeats = following.repeats()
    assert not settled & {receiver for receiver, _ in repeats}
    assert 0 < repeats.total() <= FOLLOWERS - len(settled) <= AHEAD_AT_FIRST
    assert took < A_FEW_SECONDS
    tell(f"taken over and all told in {took:.1f} s, {repeats.total()} repeated")


def test_a_tail_started_after_the_other_died_goes_on_where_it_was(house: House) -> None:
    """What was posted while no tail ran is told once when one runs again, and what was
    told before is not told again."""
    with house.part("web") as web, house.part("tail") as tail:
        web.ready()
        following = house.following(*[["*"]] * 5)
        house.post("With a tail.", push=True)
        house.told(1)
        tail.kill()
        house.post("Without a tail.", push=True)
        tail.start()
        house.told(2)
    following.have(house.published())
    assert not following.repeats()
