"""Alerts: everyone once, whatever the push services and crashes do."""

from __future__ import annotations

import json

import pytest

from stoppress.posts import publishing, stories
from stoppress.posts.copy import Change
from stoppress.push import campaign, messages, queries
from stoppress.push.models import Broadcast, Follower
from tests.push.conftest import STORY, Desk
from tests.support.pushfar import GONE, LOST, RESET, Answer, PushFar, busy


def kinds(desk: Desk, name: str) -> list[str]:
    return [delivery.kind for delivery in desk.far.of(name)]


def test_an_alert_reaches_each_follower_once(desk):
    """Who follows everything, the story, or both is told once; others are not."""
    desk.reader("all")
    desk.reader("story", STORY)
    desk.reader("both", "*", STORY)
    publishing_elsewhere(desk)
    posted = desk.publish()
    desk.settle()
    assert desk.far.counts == {
        (name, f"post-{posted.post_id}"): 1 for name in ("all", "story", "both")
    }
    assert desk.far.reused == []


def publishing_elsewhere(desk: Desk) -> None:
    stories.open_story("harbour", "The harbour")
    desk.reader("elsewhere", "/stories/harbour")


def test_the_message_is_declarative(desk):
    """The message says what happened, where to read it, and under which tag."""
    desk.reader("a")
    posted = desk.publish("It opens on **Monday**.")
    desk.settle()
    [got] = desk.far.of("a")
    assert got.message["web_push"] == 8030
    note = got.notification
    assert (note["title"], note["body"]) == ("The bridge opens", "It opens on Monday.")
    number = Broadcast.objects.get().pk
    assert note["navigate"] == f"{posted.url}?alert={number}"
    assert note["data"] == {
        "post": posted.post_id,
        "seq": posted.seq,
        "kind": "alert",
        "topic": STORY,
        "story": "The bridge",
        "broadcast": number,
    }
    assert got.headers["Topic"] == note["tag"] == f"post-{posted.post_id}"
    assert got.headers["TTL"] == str(messages.TTL)
    assert got.claims["sub"] == "mailto:editor@localhost"


def test_a_post_without_push_alerts_nobody(desk):
    """Only what the editor asked to push is pushed."""
    desk.reader("a")
    desk.publish(push=False)
    desk.settle()
    assert desk.far.requests == []
    assert not Broadcast.objects.exists()


def test_editing_and_republishing_never_alert_again(desk):
    """However a post is changed, its alert is sent once."""
    desk.reader("a")
    posted = desk.publish()
    desk.settle()
    publishing.amend(posted.post_id, Change(text="It opens at noon."), silent=True)
    publishing.amend(posted.post_id, Change(text="It opens at one."))
    publishing.pin(posted.post_id)
    desk.restart()
    desk.settle()
    assert kinds(desk, "a") == ["alert"]


def test_who_follows_later_was_not_meant(desk):
    """A broadcast is for those who followed when it was asked for."""
    desk.reader("early")
    desk.far.hold()
    desk.publish()
    desk.far.release()
    desk.along.step()
    desk.reader("late")
    desk.settle()
    assert kinds(desk, "early") == ["alert"]
    assert kinds(desk, "late") == []


def test_gone_followers_are_removed(desk):
    """410 and 404 remove the follower, and only that one."""
    for name, answer in (("gone", GONE), ("unknown", Answer(404)), ("here", Answer())):
        desk.reader(name)
        desk.far.always(answer, to=name)
    desk.publish()
    desk.settle()
    assert Follower.objects.count() == 1
    assert kinds(desk, "here") == ["alert"]


@pytest.mark.parametrize("status", [500, 502, 503, 429, 408])
def test_passing_trouble_removes_nobody(desk, no_pauses, status):
    """An error that passes is tried again, and the follower stays."""
    desk.reader("a")
    desk.far.answers(Answer(status), Answer(status))
    desk.publish()
    desk.settle()
    desk.settle()
    desk.settle()
    assert kinds(desk, "a") == ["alert"]
    assert Follower.objects.count() == 1


@pytest.mark.parametrize("status", [400, 413])
def test_a_refused_message_is_not_repeated(desk, no_pauses, status):
    """What a service refuses is counted and never repeated blindly."""
    desk.reader("a")
    desk.far.always(Answer(status))
    posted = desk.publish()
    desk.settle()
    desk.restart()
    desk.settle()
    assert len(desk.far.requests) == 1
    [counts] = queries.broadcast_of(posted.post_id)
    assert (counts["refused"], counts["done"]) == (1, True)
    assert Follower.objects.count() == 1


def test_retry_after_pauses_the_service(desk):
    """Retry-After is honoured for all of a service's followers at once."""
    for number in range(3):
        desk.reader(f"reader {number}")
    desk.far.answers(busy(3600))
    desk.publish()
    desk.settle()
    asked = len(desk.far.requests)
    desk.settle()
    assert len(desk.far.requests) == asked
    assert queries.open_broadcasts() == 1


def test_one_services_trouble_does_not_slow_the_others(desk, far):
    """While one push service is away, the followers of another are told."""
    with PushFar() as other:
        troubled, desk.far = desk.far, other
        desk.reader("well")
        desk.far = troubled
        desk.reader("ill")
        troubled.always(busy(3600))
        desk.publish()
        desk.settle()
        assert [d.kind for d in other.of("well")] == ["alert"]


def test_a_lost_connection_is_tried_again(desk, no_pauses):
    """A connection cut before the message was taken loses nothing."""
    desk.reader("a")
    desk.far.answers(RESET, RESET)
    desk.publish()
    for _ in range(3):
        desk.settle()
    assert kinds(desk, "a") == ["alert"]


def test_a_lost_answer_repeats_under_the_same_tag(desk, no_pauses):
    """Where it is not known whether it arrived, it is sent again under the same tag
    and Topic, so that the reader sees one notification."""
    desk.reader("a")
    desk.far.answers(LOST)
    desk.publish()
    for _ in range(2):
        desk.settle()
    first, second = desk.far.of("a")
    assert first.tag == second.tag
    assert first.headers["Topic"] == second.headers["Topic"]
    assert json.loads(first.plaintext) == json.loads(second.plaintext)


def test_after_a_crash_only_the_rest_is_told(desk):
    """A process that dies between two batches leaves a ledger; the next one goes on
    with those who are not in it."""
    desk.tail._broadcasting._ahead = 3
    for number in range(7):
        desk.reader(f"reader {number}")
    posted = desk.publish()
    desk.along.step()
    assert 0 < len(desk.far.deliveries) < 7
    desk.restart()
    desk.settle()
    assert desk.far.counts == {
        (f"reader {n}", f"post-{posted.post_id}"): 1 for n in range(7)
    }


def test_what_cannot_be_delivered_is_called_missed(desk, no_pauses, time_machine):
    """An alert that cannot be delivered in time is given up, counted, and closed."""
    desk.reader("a")
    desk.far.always(Answer(500))
    posted = desk.publish()
    for _ in range(campaign.MAX_TRIES):
        desk.settle()
    [counts] = queries.broadcast_of(posted.post_id)
    assert (counts["missed"], counts["done"]) == (1, True)
    assert Follower.objects.count() == 1
