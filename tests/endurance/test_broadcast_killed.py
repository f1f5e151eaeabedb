"""The tail killed again and again in the middle of one broadcast to thousands."""

from __future__ import annotations

import random
import threading

import pytest

from tests.endurance.conftest import Tell
from tests.endurance.house import PATIENCE, House
from tests.support.pushfar import Answer
from tests.support.waiting import until

FOLLOWERS = 2_000
KILLS = 10
AT_MOST = 0.4  # seconds from the first new letter to the signal

# The far end's answers take so long that the broadcast outlives its killers.
SLOWLY = Answer(after=0.02)


@pytest.fixture
def patient(house: House) -> House:
    house.far.always(SLOWLY)
    return house


@pytest.mark.timeout(120)
def test_a_broadcast_killed_at_many_moments_tells_each_once(
    patient: House, chance: random.Random, tell: Tell
) -> None:
    """Whenever the process dies, each follower's browser ends with the alert shown once:
    none is left out, and what came twice has the same tag, Topic and words, and so takes
    its own place."""
    house, far = patient, patient.far
    killed = 0
    with house.part("web") as web, house.part("tail") as tail:
        web.ready()
        following = house.following(*[["*"]] * FOLLOWERS)
        house.post("It is told in spite of all.", push=True)
        while killed < KILLS and len(far.counts) < FOLLOWERS:
            came = len(far.deliveries)
            until(lambda: len(far.deliveries) > came or _over(house), "one", PATIENCE)  # noqa: B023
            threading.Event().wait(chance.uniform(0, AT_MOST))
            tail.kill()
            killed += 1
            tail.start()
        house.told(1)
    assert len(following.of(["*"])) == FOLLOWERS
    following.have(house.published())
    repeats = following.repeats()
    (broadcast,) = house.books.broadcasts()
    assert (broadcast.handed, broadcast.unsure, broadcast.missed) == (FOLLOWERS, 0, 0)
    assert killed >= KILLS // 2, "it was through before it could be killed"
    tell(
        f"killed {killed} times, {len(far.deliveries)} messages, {repeats.total()} twice"
    )


def _over(house: House) -> bool:
    return house.books.settled(1)
