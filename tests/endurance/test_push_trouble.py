"""Push services in trouble while a broadcast is under way."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator

import pytest

from stoppress.push.origins import TRIAL
from tests.endurance.conftest import Tell
from tests.endurance.crowd import Following
from tests.endurance.house import PATIENCE, House
from tests.endurance.press import Copy
from tests.support.loopthread import LoopThread
from tests.support.pushfar import ACCEPTED, LOST, RESET, Answer, PushFar, busy
from tests.support.waiting import until

EACH = 12  # followers who stay, at each of two push services

TROUBLE = [Answer(500)] * 4 + [RESET] * 3 + [LOST] * 3 + [Answer(502)] * 2


@pytest.fixture
def other(thread: LoopThread) -> Iterator[PushFar]:
    """A second push service, in good health."""
    with PushFar(thread) as service:
        yield service


def test_everyone_is_settled_in_spite_of_every_trouble(
    house: House, other: PushFar, chance: random.Random, tell: Tell
) -> None:
    """A service that asks for a second is left alone for a second while the other goes
    on; failures and lost connections are tried again, across a kill; the gone are
    forgotten; nobody is missed."""
    far = house.far
    with house.part() as server:
        server.ready()
        troubled = house.following(*[["*"]] * (EACH + 1))
        healthy = Following(house.newsroom, other).follow(*[["*"]] * EACH)
        leaver = chance.choice(list(far.receivers.values()))
        leaver.gone = True
        far.answers(*[busy(1)] * TRIAL)
        far.answers(*chance.sample(TROUBLE, len(TROUBLE)), busy(0, 503))
        house.post("There is trouble.", push=True)
        half = TRIAL + len(TROUBLE) // 2
        until(lambda: len(far.requests) > half, "half of the trouble", PATIENCE)
        server.kill()
        server.start()
        house.told(1)

    asked_to_wait, came_back = (far.requests[n].at for n in (TRIAL - 1, TRIAL))
    assert came_back - asked_to_wait >= 1.0
    assert max(each.at for each in other.deliveries) < came_back, "it waited too"
    _settled(house, handed=2 * EACH)
    healthy.have(house.published())
    assert not healthy.repeats()
    assert {name for name, _ in far.counts} == set(far.receivers) - {leaver.name}
    said = Counter(each.status for each in far.requests)
    tell(f"answers {dict(sorted(said.items()))}; {troubled.repeats().total()} repeated")


def test_a_service_that_is_away_is_found_again(house: House) -> None:
    """Alerts posted while no connection to the push service holds all arrive once it is
    back, each once."""
    far = house.far
    copies = [Copy("ferry", f"Nobody answers, {n}.", push=True) for n in range(3)]
    with house.part() as server:
        server.ready()
        following = house.following(*[["*"]] * 3)
        far.always(RESET)
        house.press.by_desk(copies)
        house.press.finish()
        far.wait(lambda: len(far.requests) > 2, "it was tried", PATIENCE)
        far.always(ACCEPTED)
        house.told(len(copies))
    following.have(house.published())
    assert not following.repeats()


def _settled(house: House, *, handed: int) -> None:
    (broadcast,) = house.books.broadcasts()
    assert broadcast.handed == handed
    assert (broadcast.refused, broadcast.missed, broadcast.unsure) == (0, 0, 0)
    assert house.books.rows("push_follower") == handed
