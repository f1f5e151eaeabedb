"""The whole server killed, again and again, while posts are published."""

from __future__ import annotations

import random
import threading

from stoppress.push.broadcasting import AHEAD_AT_FIRST
from tests.endurance.conftest import Tell
from tests.endurance.crowd import Crowd
from tests.endurance.house import PATIENCE, House
from tests.endurance.press import Copy
from tests.support.pushfar import ACCEPTED, Answer
from tests.support.waiting import until

KILLS = 5
POSTS = 10  # by the desk before each kill: a fast machine must not be done before it
COMMANDS = 4

READERS = [["*"]] * 20 + [["/stories/harbour"]] * 3 + [["/stories/ferry", "*"]]
FOLLOWERS = [["*"]] * 22 + [["/stories/harbour"]] * 5 + [["/stories/ferry", "*"]] * 3

UNANSWERED = Answer(after=600)  # taken and shown, but the sender never hears of it


class Fate:
    """Decides when the server is killed next, and waits for that moment."""

    def __init__(self, chance: random.Random, house: House, crowd: Crowd) -> None:
        self.moments: list[str] = []
        self._chance = chance
        self._house = house
        self._crowd = crowd
        kinds = (self._posted, self._alerted, self._returned, self._at_any_time)
        self._kinds = chance.sample(kinds, len(kinds))

    def strike(self) -> None:
        """Wait for the next moment; each kind comes before one comes again."""
        kind = self._kinds[len(self.moments) % len(self._kinds)]
        self.moments.append(f"{kind.__name__.strip('_')} {kind()}")

    def _posted(self) -> int:
        """So many posts later."""
        press, more = self._house.press, self._chance.randint(1, 7)
        goal = len(press.sent) + more
        press.wait(
            lambda: len(press.sent) >= goal or not press.at_work,
            f"{more} posts more",
            PATIENCE,
        )
        return more

    def _alerted(self) -> int:
        """In the middle of a broadcast."""
        far, press = self._house.far, self._house.press
        more = self._chance.randint(1, 2 * len(FOLLOWERS))
        goal = len(far.deliveries) + more
        until(
            lambda: len(far.deliveries) >= goal or not press.at_work,
            f"{more} alerts more",
            PATIENCE,
        )
        return more

    def _returned(self) -> int:
        """When some of the readers have come back."""
        some = self._chance.randint(1, len(READERS))
        until(lambda: self._crowd.back >= some, f"{some} readers back", PATIENCE)
        return some

    def _at_any_time(self) -> str:
        """While it starts, or just after."""
        pause = self._chance.uniform(0.1, 2.0)
        threading.Event().wait(pause)
        return f"{pause:.2f} s"


def test_a_server_killed_at_any_moment_loses_nothing(
    house: House, chance: random.Random, tell: Tell
) -> None:
    """Each acknowledged post is on the wire once; each reader has each entry once and in
    order; each follower has each alert, and what it has twice takes its own place."""
    books, press = house.books, house.press
    begun = books.head()
    with house.part() as server, house.crowd(READERS) as crowd:
        server.ready()
        crowd.opened()
        following = house.following(*FOLLOWERS)
        press.by_command(_copies("command", COMMANDS, "ferry", chance))
        fate = Fate(chance, house, crowd)
        for kill in range(KILLS):
            press.by_desk(_copies(f"desk {kill}", POSTS, "harbour", chance))
            fate.strike()
            server.kill()
            server.start()
        server.ready()
        press.finish()
        house.told(press.alerts)
        entries = books.entries(begun)
        crowd.have(entries)

    _on_the_wire_once(house)
    following.have(press.loud(entries))
    repeats = following.repeats()
    assert repeats.total() <= KILLS * min(AHEAD_AT_FIRST, len(FOLLOWERS)), repeats
    tell(
        f"{len(press.sent)} posts ({press.again} forms sent twice), {press.alerts} "
        f"alerts, {len(house.far.deliveries)} messages, {repeats.total()} of them "
        f"repeated; killed after: {', '.join(fate.moments)}"
    )


def test_what_was_in_flight_is_told_again_in_its_own_place(
    house: House, tell: Tell
) -> None:
    """Killed between the push service's answers and the ledger, the server sends again
    what was in flight, with the same tag, Topic and words, and nothing else."""
    far = house.far
    with house.part() as server:
        server.ready()
        following = house.following(*FOLLOWERS)
        far.answers(ACCEPTED)  # libcurl learns from it that this service has no HTTP/2
        far.always(UNANSWERED)
        house.post("It is in flight.", push=True)
        far.wait(lambda: len(far.deliveries) > 2, "messages are taken", PATIENCE)
        server.kill()
        far.always(ACCEPTED)
        server.start()
        house.told(1)

    following.have(house.published())
    repeats = following.repeats()
    assert 2 <= repeats.total() <= min(AHEAD_AT_FIRST, len(FOLLOWERS))
    tell(f"{repeats.total()} messages repeated of {len(far.deliveries)}")


def test_a_retraction_reaches_those_whose_alert_was_in_flight(house: House) -> None:
    """Who has an alert that a killed server never heard to have arrived is told that it
    was retracted, though the alert itself is not sent on."""
    far, newsroom = house.far, house.newsroom
    with house.part() as server:
        server.ready()
        house.following(*[["*"]] * 6)
        far.answers(ACCEPTED)
        far.always(UNANSWERED)
        house.post("It was not so.", push=True)
        far.wait(lambda: len(far.deliveries) > 2, "messages are taken", PATIENCE)
        server.kill()
        far.always(ACCEPTED)
        newsroom.run("retract", "1", "--reason", "It was a rumour.", "--json")
        server.start()
        house.told(2)
    kinds: dict[str, set[str]] = {"alert": set(), "retraction": set()}
    for delivery in far.deliveries:
        kinds[delivery.kind].add(delivery.receiver)
    assert len(kinds["alert"]) > 2
    assert kinds["alert"] <= kinds["retraction"]


def _copies(who: str, count: int, story: str, chance: random.Random) -> list[Copy]:
    loud = set(chance.sample(range(count), count // 3))
    return [Copy(story, f"The {who}, number {n}.", n in loud) for n in range(count)]


def _on_the_wire_once(house: House) -> None:
    published, sent = house.published(), house.press.sent
    # The desk's forms were sent until they were answered, and the commands all lived:
    # so the wire has what was acknowledged and nothing besides.
    assert sorted((e.plain, e.post) for e in published) == sorted(
        (each.copy.text, each.post) for each in sent
    )
    known = {e.post: e.seq for e in published}
    assert all(each.seq in (None, known[each.post]) for each in sent)
    assert house.books.posts() == known
