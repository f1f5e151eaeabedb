"""The tail killed again and again in the middle of one broadcast to thousands, and while
digests are told."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable

import pytest

from tests.endurance.conftest import Tell
from tests.endurance.databases import SERVER
from tests.endurance.house import PATIENCE, House
from tests.endurance.reborn import Reborn
from tests.support.pushfar import Answer
from tests.support.waiting import until

FOLLOWERS = 5_000
# Fewer on the second database: what is proved of dying is the same, its rows are not.
KILLS = 15 if SERVER else 50
A_MOMENT = 0.05  # seconds: the longest from the letter that was chosen to the signal

EACH = 40  # of those who rest, by what they follow
DIGEST_KILLS = 8 if SERVER else 20

# The far end's answers take so long that what is under way outlives its killers.
SLOWLY = Answer(after=0.02)


def kill_at_moments(
    house: House,
    tail: Reborn,
    chance: random.Random,
    kills: int,
    left: Callable[[], int],
) -> None:
    """Kills it so many times, spread over all that is `left` to be told, each time a
    moment after one of the letters; some lives end before their first."""
    while tail.deaths < kills and left():
        seen = len(house.far.deliveries)
        most = 2 * left() // (kills - tail.deaths + 1)
        chosen = seen + chance.randint(0, most)
        until(
            lambda: len(house.far.deliveries) >= chosen or not left(),  # noqa: B023
            "the letter",
            PATIENCE,
        )
        threading.Event().wait(chance.uniform(0, A_MOMENT))
        tail.kill()
        tail.start()


@pytest.mark.timeout(180)
def test_a_broadcast_killed_at_many_moments_tells_each_once(
    house: House, chance: random.Random, tell: Tell
) -> None:
    """Whenever the process dies, each follower's browser ends with the alert shown once:
    none is left out, and what came twice has the same tag, Topic and words, and so takes
    its own place."""
    far = house.far
    with house.part("web") as web:
        web.ready()
        following = house.following().many(FOLLOWERS)
        house.post("It is told in spite of all.", push=True)
        with Reborn(house.newsroom) as tail:
            kill_at_moments(
                house, tail, chance, KILLS, lambda: FOLLOWERS - len(far.counts)
            )
            house.told(1)
    assert len(following.of(["*"])) == FOLLOWERS
    following.have(house.published())
    repeats = following.repeats()
    (broadcast,) = house.books.broadcasts()
    assert (broadcast.handed, broadcast.unsure, broadcast.missed) == (FOLLOWERS, 0, 0)
    assert tail.deaths == KILLS, "it was through before it could be killed"
    tell(f"killed {KILLS} times, {FOLLOWERS} followers, {repeats.total()} came twice")


@pytest.mark.timeout(120)
def test_digests_killed_at_many_moments_tell_each_once(
    house: House, chance: random.Random, tell: Tell
) -> None:
    """Three alerts waited for readers of both stories, of one and of the other. Whenever
    the process dies, as digests are written or told, each reader's browser ends with one
    notification, of what they follow."""
    far = house.far
    crowd = [["*"], ["/stories/harbour"], ["/stories/ferry"]] * EACH
    with house.part("web") as web:
        web.ready()
        following = house.following(*crowd)
        following.rest(hours=2)
        with house.part("tail"):
            for number, story in enumerate(("harbour", "harbour", "ferry")):
                house.post(f"News of {story}: {number}.", push=True, story=story)
            house.told(3)
        assert not far.deliveries
        following.rest(hours=0)
        far.always(SLOWLY)
        everyone = len(crowd)
        with Reborn(house.newsroom) as tail:
            kill_at_moments(
                house, tail, chance, DIGEST_KILLS, lambda: everyone - len(far.counts)
            )
            house.told(3 + 3)
    shown = Counter(receiver for receiver, _ in far.counts)
    assert shown == dict.fromkeys(far.receivers, 1)
    titles = {
        topic: {
            delivery.notification["title"]
            for name in following.of_alone(topic)
            for delivery in far.of(name)
        }
        for topic in ("*", "/stories/harbour", "/stories/ferry")
    }
    assert len(titles["*"]) == len(titles["/stories/harbour"]) == 1
    assert titles["*"] != titles["/stories/harbour"]
    repeats = following.repeats()
    assert not any(each.unsure or each.missed for each in house.books.broadcasts())
    assert tail.deaths >= DIGEST_KILLS // 2, "it was through before it could be killed"
    tell(
        f"killed {tail.deaths} times, {everyone} digests, {repeats.total()} came twice"
    )
