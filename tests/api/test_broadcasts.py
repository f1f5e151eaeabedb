"""What became of a post's alert, as a machine is told."""

from __future__ import annotations

from typing import Any

import pytest
from pyroaring import BitMap

from stoppress.lib.clock import now
from stoppress.posts import publishing
from stoppress.posts.copy import Change
from stoppress.push import canary
from stoppress.push.ledger import enter, stored
from stoppress.push.models import Broadcast
from stoppress.push.rest import Rest
from tests.api.conftest import refused
from tests.builders import a_draft, a_post
from tests.desk.test_composing import followed

NIGHT = Rest("Europe/Minsk", 22 * 60, 7 * 60)
Nature = Broadcast.Nature


def path(post_id: int) -> str:
    return f"/posts/{post_id}/broadcasts"


def a_broadcast(post_id: int, seq: int = 1, **row: Any) -> Broadcast:
    """A broadcast about the post, of which nothing was sent yet."""
    row = {"nature": Nature.ALERT, "message": {}, "asked_at": now(), **row}
    return Broadcast.objects.create(seq=seq, post_id=post_id, **row)


def test_an_alert_and_its_correction(ask, desk, hands):
    """Each broadcast about the post, in order, with what became of those it is for."""
    hands.set("2027-03-01T23:00+03:00")
    desk.reader("awake")
    desk.resting("asleep", NIGHT)
    post = desk.publish().post_id
    desk.settle()
    hands.set("2027-03-01T23:10+03:00")
    publishing.correct(post, Change(text="It opens on Tuesday."), "It was Monday.")
    desk.settle()
    said = ask.told(path(post))
    assert (said["post"], said["told"]) == (post, 1)
    alert, correction = said["broadcasts"]
    assert alert == {
        "nature": "alert",
        "asked_at": "2027-03-01T20:00:00.000Z",
        "done": True,
        "meant": 2,
        "handed": 1,
        "unsure": 0,
        "gone": 0,
        "refused": 0,
        "missed": 0,
        "held": 1,
        "waiting": 1,
        "clicks": 0,
        "ninety_after": 0.0,
        "canary_after": None,
        "canary": "off",
    }
    assert correction["nature"] == "correction"
    assert correction["asked_at"] == "2027-03-01T20:10:00.000Z"
    assert (correction["meant"], correction["handed"]) == (1, 1)


@pytest.mark.parametrize(
    "nature", [Nature.ALERT, Nature.URGENT, Nature.CORRECTION, Nature.RETRACTION]
)
@pytest.mark.parametrize("heard", Broadcast.Canary.values)
def test_every_kind_of_broadcast_about_a_post_can_be_told(ask, nature, heard):
    """No nature, and nothing that may become of the canary, is unknown to the API."""
    post = a_post().post_id
    a_broadcast(post, nature=nature, canary=heard, ninety_after=1.5, canary_after=0.25)
    [found] = ask.told(path(post))["broadcasts"]
    assert (found["nature"], found["canary"]) == (nature, heard)
    assert (found["ninety_after"], found["canary_after"]) == (1.5, 0.25)


def test_while_it_is_being_sent_all_are_meant(ask):
    """An alert that has reached nobody yet is for whoever followed; so is one that has
    reached half, and whoever gave the address up was meant too."""
    post = a_post().post_id
    for _ in range(3):
        followed("*")
    row = a_broadcast(post, topics=["/stories/harbour-vote"], through=2**62)
    [found] = ask.told(path(post))["broadcasts"]
    assert (found["done"], found["meant"], found["handed"]) == (False, 3, 0)
    enter(row.pk, "a courier", gone=stored(BitMap([9_999])))
    [found] = ask.told(path(post))["broadcasts"]
    assert (found["meant"], found["gone"]) == (4, 1)


def test_when_it_is_done_the_books_say_who_was_meant(ask):
    """Who follows now has no part in it; those it was held back from have."""
    post = a_post().post_id
    all_of_it: dict[str, Any] = {"topics": ["/stories/harbour-vote"], "through": 2**62}
    row = a_broadcast(post, done_at=now(), held=stored(BitMap([8_888])), **all_of_it)
    handed, missed = stored(BitMap([9_997, 9_998])), stored(BitMap([9_999]))
    enter(row.pk, "a courier", handed=handed, missed=missed)
    followed("*")
    [found] = ask.told(path(post))["broadcasts"]
    assert (found["done"], found["meant"], found["held"]) == (True, 4, 1)


def test_the_canary_is_no_reader(ask):
    """It is in the books, and in none of the counts."""
    post = a_post().post_id
    row = a_broadcast(post, nature=Nature.CORRECTION, named=stored(BitMap([0, 1])))
    assert canary.NUMBER == 0
    enter(row.pk, "a courier", handed=stored(BitMap([0, 1])))
    [found] = ask.told(path(post))["broadcasts"]
    assert (found["meant"], found["handed"]) == (1, 1)


def test_what_alerted_nobody_has_no_broadcasts(ask):
    """A post without an alert, and a draft, are known and have none."""
    for post in (a_post().post_id, a_draft().post_id):
        assert ask.told(path(post)) == {"post": post, "told": 0, "broadcasts": []}


@pytest.mark.parametrize("number", [0, 404, 2**63 - 1, 2**63, 10**40])
def test_no_such_post(ask, number):
    """A number that no post has, or could have."""
    assert f"no post {number}" in refused(ask(path(number)), 404)


@pytest.mark.parametrize("number", ["x", "-1", "1.0", "٣", "9" * 5_000])
def test_what_is_no_number_is_no_address(ask, number):
    """There is nothing where no post could be."""
    refused(ask(f"/posts/{number}/broadcasts"), 404)


def test_it_takes_no_parameter(ask):
    """One that is made up is named, not passed over."""
    post = a_post().post_id
    assert "'nature'" in refused(ask(path(post), nature="alert"), 422)
