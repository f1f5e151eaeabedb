"""Followers whom a push service refuses for our key, among those whom it accepts."""

from __future__ import annotations

import pytest

from stoppress.posts import publishing
from stoppress.posts.copy import Change
from stoppress.push import origins, queries
from stoppress.push.models import Follower
from stoppress.push.refusals import UNTELLABLE
from tests.push.conftest import Desk
from tests.support.pushfar import ACCEPTED, Answer

REFUSED = Answer(403)


def strangers(desk: Desk, count: int) -> None:
    """Followers who subscribed under another key."""
    for number in range(count):
        desk.reader(f"stranger {number}")
        desk.far.always(REFUSED, to=f"stranger {number}")


def readers(desk: Desk, count: int) -> None:
    for number in range(count):
        desk.reader(f"reader {number}")


def alert(desk: Desk, text: str = "Again.") -> int:
    posted = desk.publish(text)
    desk.settle()
    return posted.post_id


def test_the_refused_do_not_stand_before_the_others(desk: Desk) -> None:
    """However many followers with another key came first, everybody else is told."""
    strangers(desk, 150)
    readers(desk, 30)
    post = alert(desk)
    assert len(desk.far.deliveries) == 30
    [counts] = queries.broadcast_of(post)
    assert (counts["handed"], counts["refused"], counts["done"]) == (30, 150, True)


def test_who_was_refused_comes_last_the_next_time(desk: Desk) -> None:
    """Whoever was refused in one alert waits in the next until the others are through."""
    strangers(desk, 60)
    readers(desk, 30)
    alert(desk)
    before = len(desk.far.requests)
    alert(desk)
    names = [each.receiver for each in desk.far.requests[before:]]
    assert len(names) == 90
    # A few are under way at once, and may arrive in another order.
    assert all(name.startswith("reader") for name in names[: 30 - origins.TRIAL])


def test_our_own_wrong_key_stops_the_service_and_removes_nobody(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When a service refuses every letter it is left alone, alert after alert, and all
    its followers stay; with the right key again they are told."""
    monkeypatch.setattr(origins, "REFUSALS", 10)
    monkeypatch.setattr(origins, "back_off", lambda _: 300.0)
    readers(desk, 40)
    desk.far.always(REFUSED)
    for number in range(UNTELLABLE + 1):
        before = len(desk.far.requests)
        alert(desk, f"The wrong key, {number}.")
        asked = len(desk.far.requests) - before
        # The first alert finds out; the trial of each later one is a letter or a few.
        assert asked <= 10 + origins.TRIAL if not number else asked <= origins.TRIAL
        desk.restart() if number == UNTELLABLE else _pause_ends(desk)
    assert Follower.objects.count() == 40
    assert not Follower.objects.filter(refusals__gt=0).exists()
    assert queries.open_broadcasts() == UNTELLABLE + 1
    desk.far.always(ACCEPTED)
    desk.settle()
    assert queries.open_broadcasts() == 0


def _pause_ends(desk: Desk) -> None:
    for origin in desk.tail._broadcasting._origins.values():
        assert origin.paused
        origin._until = 0


def test_who_can_never_be_told_is_removed(desk: Desk) -> None:
    """Refused for our key in alerts in a row in which others were accepted, a follower
    is removed; once fewer, it stays. Corrections do not count."""
    strangers(desk, 1)
    readers(desk, 2)
    for number in range(UNTELLABLE - 1):
        post = alert(desk, f"Alert {number}.")
        publishing.correct(post, Change(text=f"It is {number}."), "It was wrong.")
        desk.settle()
    assert Follower.objects.count() == 3
    alert(desk, "The last one.")
    assert Follower.objects.count() == 2


def test_one_alert_that_is_accepted_begins_the_count_anew(desk: Desk) -> None:
    """A service that refuses now and then for reasons of its own loses nobody."""
    strangers(desk, 1)
    readers(desk, 1)
    for number in range(UNTELLABLE * 2):
        good = number % UNTELLABLE == UNTELLABLE - 1
        desk.far.always(ACCEPTED if good else REFUSED, to="stranger 0")
        alert(desk, f"Alert {number}.")
    assert Follower.objects.count() == 2
