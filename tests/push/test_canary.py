"""The canary gets what followers get, by the way that they get it, and is none of them."""

from __future__ import annotations

import logging

import pytest
from pyroaring import BitMap

from stoppress.posts import publishing, stories
from stoppress.posts.copy import Change
from stoppress.push import canary, kept, queries, roll
from stoppress.push.following import subscription
from stoppress.push.ledger import Ledger
from stoppress.push.models import Broadcast, Follow, Follower
from stoppress.push.roll import Roll
from stoppress.push.webpush.line import Line, Ways
from tests.push.conftest import STORY
from tests.support.pushfar import GONE
from tests.support.waiting import until


@pytest.fixture
def listening(live_server, settings):
    """Our own web server, where the canary hears."""
    settings.CANARY = str(live_server.url)
    return settings.CANARY


@pytest.fixture
def heard(caplog):
    caplog.set_level(logging.INFO, "stoppress.push.hearing")
    return caplog


def times_heard(heard: pytest.LogCaptureFixture) -> int:
    return sum("The canary has read" in line for line in heard.messages)


def test_an_alert_is_heard_and_its_pace_is_kept(desk, listening, heard):
    """Beside the readers the canary has it: its seconds, and those until nine in ten
    had it, are in the row."""
    for number in range(3):
        desk.reader(f"reader {number}")
    posted = desk.publish()
    desk.settle()
    [view] = queries.broadcast_of(posted.post_id)
    assert (view["canary"], view["handed"], view["done"]) == ("heard", 3, True)
    assert view["canary_after"] is not None
    assert view["ninety_after"] is not None
    assert 0 <= view["canary_after"] < 30
    assert 0 < view["ninety_after"] < 30
    assert times_heard(heard) == 1
    assert len(desk.far.deliveries) == 3


def test_without_any_follower_it_hears_all_the_same(desk, listening, heard):
    """A newsroom that nobody follows yet sees that its alerts would arrive."""
    posted = desk.publish()
    desk.settle()
    [view] = queries.broadcast_of(posted.post_id)
    assert (view["canary"], view["handed"], view["done"]) == ("heard", 0, True)
    assert view["ninety_after"] is None


def test_it_hears_of_every_kind(desk, listening, heard):
    """Alert, correction, retraction and farewell: each is heard."""
    desk.reader("a", STORY)
    posted = desk.publish()
    desk.settle()
    publishing.correct(posted.post_id, Change(text="On Tuesday."), "Not Monday.")
    desk.settle()
    publishing.retract(posted.post_id, "It does not open.")
    desk.settle()
    stories.close_story("bridge")
    desk.settle()
    rows = Broadcast.objects.values_list("nature", "canary")
    assert list(rows) == [
        (nature, "heard")
        for nature in ("alert", "correction", "retraction", "farewell")
    ]
    assert times_heard(heard) == 4
    assert len(desk.far.of("a")) == 4


def test_nowhere_is_it_a_reader(desk, listening):
    """No row, no count, no book that is shown has it; the ledger itself does."""
    desk.reader("a")
    posted = desk.publish()
    desk.settle()
    alert = Broadcast.objects.get()
    assert canary.NUMBER in Ledger.of(alert).handed
    assert queries.told(posted.post_id) == queries.followers() == 1
    assert queries.reach([STORY])["key_event"] == 1
    assert queries.reach([STORY])["had"] == [1, 0, 0]
    assert Follow.objects.count() == Follower.objects.count() == 1
    a = subscription(desk.far.receivers["a"].subscription)
    assert kept.about(a)


def test_readers_who_are_gone_do_not_hold_up_the_pace(desk, listening):
    """Nine in ten are of those who can be told: half of them gone, it is still reached."""
    for number in range(4):
        name = f"reader {number}"
        desk.reader(name)
        if number % 2:
            desk.far.always(GONE, to=name)
    posted = desk.publish()
    desk.settle()
    [view] = queries.broadcast_of(posted.post_id)
    assert (view["handed"], view["gone"]) == (2, 2)
    assert view["ninety_after"] is not None


def test_it_is_keyed_ahead_as_followers_are(desk, listening, monkeypatch):
    """Once it was told, its next message's keys are made with the others', and taken."""
    desk.publish()
    desk.settle()
    books = desk.tail._broadcasting
    until(lambda: canary.NUMBER in books._keyring, "the canary to be keyed")
    assert books.tally.numbers(1)["keyed"] == 0
    taken = []
    take = books._keyring.take

    def watched(follower, label):
        taken.append((follower, found := take(follower, label)))
        return found

    monkeypatch.setattr(books._keyring, "take", watched)
    desk.publish("And closes.")
    desk.settle()
    [(follower, material)] = taken
    assert follower == canary.NUMBER
    assert material is not None


def test_a_killed_process_does_not_tell_it_again(desk, listening, heard):
    """It is in the ledger as everybody is: the next process leaves it out."""
    desk.reader("a")
    desk.far.hold()
    desk.publish()
    desk.along.step()
    until(lambda: times_heard(heard) == 1, "the canary to hear")
    while Broadcast.objects.get().canary == "awaited":
        desk.along.step()
    desk.restart()
    desk.far.release()
    desk.settle()
    assert times_heard(heard) == 1
    assert len(desk.far.of("a")) >= 1


def test_it_is_called_before_all_others(desk, settings, monkeypatch):
    """Of an audience that is called up in many parts, the canary is in the first, with
    its own service; then come all the others, each once."""
    monkeypatch.setattr(roll, "BLOCK", 2)
    for number in range(5):
        desk.reader(f"reader {number}")
    ids = BitMap(Follower.objects.values_list("pk", flat=True))
    settings.CANARY = "http://127.0.0.1:9"
    desk.tail._broadcasting._ahead = 0
    desk.publish()
    desk.along.step()
    row = Broadcast.objects.get()
    rolled = Roll(row, [0], without=BitMap())
    parts = []
    while rolled.left:
        parts += list(rolled.call())
    assert parts[0][:2] == (canary.service(), BitMap([canary.NUMBER]))
    assert sorted(one for _, some, _ in parts[1:] for one in some) == list(ids)
    assert not Roll(row, [1], without=BitMap()).left
    told = Roll(row, [0], without=BitMap([canary.NUMBER]))
    assert canary.service() not in {service for service, _, _ in told.call()}


def test_without_one_nothing_is_different(desk, settings):
    """Where no web server listens, or it is switched off, readers are told and no
    verdict is spoken."""
    for where in ("", "no"):
        settings.CANARY = where
        desk.publish(f"It opens: {where}.")
        desk.settle()
        desk.tail._watch._looked = -1.0
        desk.settle()
    assert {row.canary for row in Broadcast.objects.all()} == {"off"}
    assert queries.alarm() is None


def test_only_its_own_letter_may_go_to_this_machine(live_server, caplog):
    """The guard against private addresses lets pass what is sent as our own, and
    nothing that comes after it over the same line."""
    line: Line[str] = Line(Ways())
    url = f"{live_server.url}/canary/x"

    def answered() -> int:
        while True:
            for _, reply in line.turn(1):
                return reply.answer.status

    try:
        line.start(url, [], b"", "a stranger's")
        assert answered() == 0
        line.start(url, [], b"", "ours", own=True)
        assert answered() == 404
        line.start(url, [], b"", "a stranger's")
        assert answered() == 0
        secure = url.replace("http:", "https:")
        line.start(secure, [], b"", "a stranger's")
        assert answered() == 0
        assert "not connected" in caplog.text
    finally:
        line.close()
