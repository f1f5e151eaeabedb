"""A story that is closed says so to those who follow it, once, and lets them go."""

from __future__ import annotations

from datetime import timedelta

from stoppress.posts import stories
from stoppress.push import following
from stoppress.push.models import Follow, Follower
from stoppress.push.rest import Rest
from stoppress.push.tail import FRESH
from tests.push.conftest import STORY, Desk


def titles(desk: Desk, name: str) -> list[str]:
    return [one.notification["title"] for one in desk.far.of(name)]


def test_a_closed_story_says_goodbye(desk):
    """Its own followers are told once, silently, and follow it no more; who follows
    nothing else is forgotten; who follows everything is told nothing."""
    desk.reader("story", STORY)
    desk.reader("both", STORY, "*")
    desk.reader("all")
    stories.close_story("bridge")
    desk.settle()
    [goodbye] = desk.far.of("story")
    assert goodbye.notification["title"] == "The bridge"
    assert goodbye.notification["silent"] is True
    assert "Thank you for following." in goodbye.notification["body"]
    assert goodbye.notification["data"]["topic"] == STORY
    assert (titles(desk, "both"), titles(desk, "all")) == (["The bridge"], [])
    assert list(Follow.objects.values_list("topic", flat=True)) == ["*", "*"]
    assert Follower.objects.count() == 2


def test_opened_again_it_begins_without_followers(desk):
    """Closed and opened within a moment or after: nobody follows by themselves."""
    desk.reader("story", STORY)
    stories.close_story("bridge")
    stories.open_story("bridge", "The bridge")
    desk.settle()
    desk.publish()
    desk.settle()
    assert titles(desk, "story") == ["The bridge"]


def test_whoever_follows_anew_meanwhile_is_not_forgotten(desk):
    """The farewell is still on its way when its reader follows another story."""
    reader = desk.reader("story", STORY)
    stories.close_story("bridge")
    desk.tail._broadcasting._ahead = 0
    desk.along.step()
    following.follow(following.subscription(reader.subscription), "*")
    desk.tail._broadcasting._ahead = 1
    desk.settle()
    assert Follower.objects.count() == 1


def test_the_last_alert_still_arrives(desk):
    """An alert under way when the story is closed reaches all whom it was for, across a
    crash; so does one that waits for the morning."""
    desk.tail._broadcasting._ahead = 1
    for name in ("a", "b"):
        desk.reader(name, STORY)
    desk.publish()
    desk.along.step()
    stories.close_story("bridge")
    desk.along.step()
    desk.restart()
    desk.settle()
    for name in ("a", "b"):
        assert sorted(titles(desk, name)) == ["The bridge", "The bridge opens"]


def test_what_waits_for_the_morning_survives_the_story(desk, hands):
    """An alert held back in the night comes although the story ended before dawn; its
    reader is forgotten only after that."""
    hands.set("2027-03-01T23:30+03:00")
    desk.resting("asleep", Rest("Europe/Minsk", 22 * 60, 7 * 60), STORY)
    desk.publish()
    desk.settle()
    stories.close_story("bridge")
    desk.settle()
    hands.set("2027-03-02T07:00+03:00")
    desk.settle()
    assert titles(desk, "asleep") == ["The bridge", "The bridge opens"]
    desk.settle()
    assert not Follower.objects.exists()


def test_an_old_ending_is_not_told(desk, hands):
    """A newsroom that was off for long says nothing of it, and ends the follows."""
    moment = hands.set("2027-03-01T12:00+00:00")
    desk.reader("story", STORY)
    stories.close_story("bridge")
    hands.moment = moment + FRESH + timedelta(seconds=1)
    desk.settle()
    assert desk.far.requests == []
    assert not Follower.objects.exists()
