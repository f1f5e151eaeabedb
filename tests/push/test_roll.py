"""The roll: who is told of an alert is looked up while it is told."""

from __future__ import annotations

import pytest
from django.db import OperationalError, connection
from pyroaring import BitMap

from stoppress.lib.transactions import atomic
from stoppress.posts import stories
from stoppress.push import canary, following, roll
from stoppress.push.campaign import Campaign
from stoppress.push.models import Broadcast, Follow, Follower
from stoppress.push.rest import Rest
from tests.push.conftest import STORY, Desk

NIGHT = Rest("Europe/Minsk", 22 * 60, 7 * 60)


@pytest.fixture(autouse=True)
def short_stretches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two numbers to a stretch."""
    monkeypatch.setattr(roll, "BLOCK", 2)


def an_alert(desk: Desk, *, key_event: bool = False) -> Broadcast:
    """Asked for, and nobody told yet."""
    desk.tail._broadcasting._ahead = 0
    desk.publish(key_event=key_event)
    desk.along.step()
    return Broadcast.objects.get()


def a_campaign(row: Broadcast) -> Campaign:
    """It, with all followers to send to."""
    campaign = Campaign(row, "us")
    campaign.goes_on(row, frozenset([0]))
    return campaign


def called(calls: roll.Roll) -> list[BitMap]:
    """Who is called up, call by call."""
    found = []
    while calls.left:
        found.append(BitMap())
        for _service, present, _refused in calls.call():
            assert not found[-1] & present
            found[-1] |= present
    return found


def test_each_once_a_stretch_at_a_time(desk):
    """Everybody who follows any of the topics is called once, a few at a time; who
    follows something else, wants key events only, is settled or came later is not."""
    stories.open_story("ferry", "The ferry")
    ids = {}
    for name, topics in (
        ("both", (STORY, "*")),
        ("story", (STORY,)),
        ("other", ("/stories/ferry",)),
        ("all", ("*",)),
        ("settled", ("*",)),
        ("keys", ()),
    ):
        reader = desk.reader(name, *topics)
        sub = following.subscription(reader.subscription)
        if name == "keys":
            following.follow(sub, "*", key_only=True)
        ids[name] = Follower.objects.latest("pk").pk
    row = an_alert(desk)
    desk.reader("late", "*")
    calls = called(roll.Roll(row, [0], without=BitMap([ids["settled"]])))
    assert len(calls) >= 3
    assert all(len(some) <= 2 for some in calls)
    everyone = BitMap.union(*calls)
    assert sum(map(len, calls)) == len(everyone)
    assert everyone == BitMap([ids["both"], ids["story"], ids["all"]])


def test_who_rests_is_not_called(desk, hands):
    """Who is in their quiet hours as the sending begins is held back, and written down;
    who follows nothing of this is not held back from it."""
    hands.set("2027-03-01T23:30+03:00")
    stories.open_story("ferry", "The ferry")
    desk.resting("asleep", NIGHT, STORY)
    asleep = Follower.objects.latest("pk").pk
    desk.resting("elsewhere", NIGHT, "/stories/ferry")
    for name in ("a", "b", "c"):
        desk.reader(name, STORY)
    row = an_alert(desk)
    (found,) = a_campaign(row)._rolls
    assert sum(len(some) for some in called(found)) == 3
    row.refresh_from_db()
    assert BitMap.deserialize(bytes(row.held)) == BitMap([asleep])


def test_a_story_closed_meanwhile_loses_nobody(desk):
    """Nobody follows the story any more when the second stretch is looked up: all who
    were meant are told nevertheless, each once."""
    names = [f"r{n}" for n in range(6)]
    for name in names:
        desk.reader(name, STORY)
    desk.publish()
    desk.tail._broadcasting._ahead = 1
    desk.along.step()
    stories.close_story("bridge")
    desk.settle()
    told = [[one.notification["title"] for one in desk.far.of(name)] for name in names]
    assert [sorted(each) for each in told] == [["The bridge", "The bridge opens"]] * 6


def test_a_story_closed_at_the_last_moment(desk):
    """Closed between the look at the row and the note that all are told, by another
    process: the broadcast stays open, and those who were meant are called by name."""
    desk.reader("a", STORY)
    row = an_alert(desk)
    campaign = a_campaign(row)
    meant = list(Follower.objects.values_list("pk", flat=True))
    Broadcast.objects.filter(pk=row.pk).update(named=BitMap(meant).serialize())
    Follow.objects.all().delete()
    assert not any(called(campaign._rolls[0]))
    before = campaign.through
    with atomic():
        campaign.lock()
    assert (before, campaign.through) == (True, False)
    assert called(campaign._rolls[0]) == [BitMap(meant)]


def test_a_database_that_went_away_leaves_nobody_out(desk):
    """The question who is in a stretch fails: it is asked again, and everybody is
    called."""
    for number in range(6):
        desk.reader(f"reader {number}")
    calls = roll.Roll(an_alert(desk), [0], without=BitMap())
    everybody = BitMap(Follower.objects.values_list("pk", flat=True))
    cuts = iter([True, False, True, True])

    def cut(execute, sql, params, many, context):
        if "push_follow" in sql and next(cuts, False):
            raise OperationalError("server closed the connection unexpectedly")
        return execute(sql, params, many, context)

    found, lost = BitMap(), 0
    with connection.execute_wrapper(cut):
        while calls.left:
            try:
                for _service, present, _refused in calls.call():
                    found |= present
            except OperationalError:
                lost += 1
    assert lost == 3
    assert found - BitMap([canary.NUMBER]) == everybody
