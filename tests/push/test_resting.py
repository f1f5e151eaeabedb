"""Key events only, quiet hours, enough for a day: who is told, and who afterwards."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from stoppress.posts import publishing, stories
from stoppress.posts.copy import Change
from stoppress.push import following, queries
from stoppress.push.models import Broadcast
from stoppress.push.rest import Rest
from tests.push.conftest import STORY, Desk

NIGHT = Rest("Europe/Minsk", 22 * 60, 7 * 60)
MINSK = "2027-03-01T{}+03:00"


def told(desk: Desk, name: str) -> list[str]:
    return [one.notification["title"] for one in desk.far.of(name)]


def news(desk: Desk, *headlines: str, key_event: bool = False) -> list[int]:
    """Publishes with an alert and lets all be sent; the posts' numbers."""
    posts = [
        desk.publish(f"{each}.", headline=each, key_event=key_event).post_id
        for each in headlines
    ]
    desk.settle()
    return posts


def test_the_night_comes_as_one_digest(desk, hands):
    """Alerts of the night are told in the morning: one message, newest first, in the
    words of the morning, without what was taken back. Who is awake has each at once."""
    hands.set(MINSK.format("23:30"))
    desk.resting("asleep", NIGHT)
    desk.reader("awake")
    posts = news(desk, "One", "Two", "Three", "Four")
    publishing.retract(posts[1], "Not true.")
    change = Change(headline="Three, put right", text="Put right.")
    publishing.correct(posts[2], change, "It was wrong.")
    desk.settle()
    assert told(desk, "asleep") == []
    assert told(desk, "awake")[:4] == ["One", "Two", "Three", "Four"]
    hands.set(MINSK.format("06:59").replace("01T", "02T"))
    desk.settle()
    assert told(desk, "asleep") == []
    hands.set(MINSK.format("07:00").replace("01T", "02T"))
    desk.settle()
    [digest] = desk.far.of("asleep")
    note = digest.notification
    assert note["title"] == "3 updates waited for you"
    lines = note["body"].split("\n")
    assert lines == ["Four", "Three, put right (corrected)", "One"]
    assert urlsplit(note["navigate"]).path == STORY
    hands.set(MINSK.format("22:00").replace("01T", "02T"))
    desk.settle()
    assert len(desk.far.of("asleep")) == 1


def test_one_alert_that_waited_is_itself(desk, hands):
    """One alone comes as the alert that it is, and leads to its post, so that its
    correction takes its place."""
    hands.set(MINSK.format("23:30"))
    desk.resting("asleep", NIGHT)
    [post] = news(desk, "One")
    hands.set("2027-03-02T07:00+03:00")
    desk.settle()
    publishing.correct(post, Change(text="Other."), "It was wrong.")
    desk.settle()
    first, second = desk.far.of("asleep")
    assert urlsplit(first.notification["navigate"]).path == f"/posts/{post}"
    assert first.tag == second.tag
    assert told(desk, "asleep") == ["One", "Correction: One"]


def test_a_correction_follows_the_digest(desk, hands):
    """Who read the error in a digest is told of its correction; who was not told yet
    reads the right words, and is told nothing of the error."""
    hands.set(MINSK.format("23:30"))
    desk.resting("early", Rest("Europe/Minsk", 22 * 60, 6 * 60))
    desk.resting("late", NIGHT)
    posts = news(desk, "One", "Two")
    hands.set("2027-03-02T06:00+03:00")
    desk.settle()
    publishing.correct(posts[0], Change(headline="Right", text="R."), "It was wrong.")
    desk.settle()
    hands.set("2027-03-02T07:00+03:00")
    desk.settle()
    assert told(desk, "early") == ["2 updates waited for you", "Correction: Right"]
    assert told(desk, "late") == ["2 updates waited for you"]
    body = desk.far.of("late")[0].notification["body"]
    assert body == "Two\nRight (corrected)"


def test_an_open_digest_is_redrawn(desk, hands):
    """A digest on its way when a post of it is taken back: who has it is told, the
    others get it without the post."""
    hands.set(MINSK.format("23:30"))
    for name in ("a", "b"):
        desk.resting(name, NIGHT)
    posts = news(desk, "One", "Two", "Three")
    hands.set("2027-03-02T07:00+03:00")
    desk.tail._broadcasting._ahead = 1
    desk.along.step()
    [first] = desk.far.deliveries
    publishing.retract(posts[1], "Not true.")
    desk.settle()
    other = ({"a", "b"} - {first.receiver}).pop()
    assert first.notification["body"] == "Three\nTwo\nOne"
    assert told(desk, first.receiver)[1:] == ["Retracted: The bridge"]
    [late] = desk.far.of(other)
    assert late.notification["body"] == "Three\nOne"


def test_who_stopped_gets_no_digest(desk, hands):
    """What was stopped during the night is not told in the morning."""
    hands.set(MINSK.format("23:30"))
    reader = desk.resting("asleep", NIGHT, STORY, "/stories/ferry")
    news(desk, "One", "Two")
    desk.publish("It sails.", story="ferry", headline="The ferry sails")
    desk.settle()
    following.unfollow(following.subscription(reader.subscription), STORY)
    hands.set("2027-03-02T07:00+03:00")
    desk.settle()
    assert told(desk, "asleep") == ["The ferry sails"]


def test_readers_of_different_stories_get_different_digests(desk, hands):
    """Each digest has what its reader follows, and nothing else."""
    hands.set(MINSK.format("23:30"))
    for name, topics in (("all", ["*"]), ("bridge", [STORY]), ("ferry", FERRY)):
        desk.resting(name, NIGHT, *topics)
    news(desk, "One", "Two")
    for headline in ("Sails", "Lands"):
        desk.publish("F.", story="ferry", headline=headline)
    desk.settle()
    hands.set("2027-03-02T07:00+03:00")
    desk.settle()
    bodies = {one.receiver: one.notification["body"] for one in desk.far.deliveries}
    assert bodies == {
        "all": "Lands\nSails\nTwo\nOne",
        "bridge": "Two\nOne",
        "ferry": "Lands\nSails",
    }
    front = [one for one in desk.far.deliveries if one.receiver == "all"]
    assert urlsplit(front[0].notification["navigate"]).path == "/"


def test_a_crash_loses_nobody_and_tells_nobody_twice(desk, hands):
    """Killed between any two steps of the night and the morning, each has one digest."""
    hands.set(MINSK.format("23:30"))
    for name in ("a", "b", "c"):
        desk.resting(name, NIGHT)
    for headline in ("One", "Two"):
        desk.publish("T.", headline=headline)
        for _ in range(3):
            desk.along.step()
            desk.restart()
    hands.set("2027-03-02T07:00+03:00")
    for _ in range(8):
        desk.along.step()
        desk.restart()
    desk.settle()
    for name in "abc":
        assert told(desk, name) == ["2 updates waited for you"]


def test_held_back_stays_held_back_after_a_crash(desk, hands):
    """The alert is still on its way when the night ends and the process dies: who was
    held back has it by the digest, and not by the alert as well."""
    hands.set(MINSK.format("06:50"))
    desk.resting("asleep", NIGHT)
    for name in ("x", "y"):
        desk.reader(name)
    desk.tail._broadcasting._ahead = 1
    desk.publish()
    desk.along.step()
    hands.set(MINSK.format("07:00"))
    desk.restart()
    desk.settle()
    counts = {one: len(desk.far.of(one)) for one in ("asleep", "x", "y")}
    assert counts == {"asleep": 1, "x": 1, "y": 1}


def test_enough_for_a_day(desk, hands):
    """After the third alert of the day the rest comes in the morning, by the reader's
    clock, and the new day counts anew."""
    hands.set("2027-03-01T12:00+05:30")
    desk.resting("kolkata", Rest("Asia/Kolkata", most=3))
    news(desk, "One", "Two", "Three", "Four", "Five")
    assert told(desk, "kolkata") == ["One", "Two", "Three"]
    hands.set("2027-03-02T06:45+05:30")
    desk.settle()
    assert len(told(desk, "kolkata")) == 3
    hands.set("2027-03-02T07:00+05:30")
    desk.restart()  # its signature is of yesterday
    desk.settle()
    assert told(desk, "kolkata")[3:] == ["2 updates waited for you"]
    news(desk, "Six", "Seven", "Eight", "Nine")
    assert told(desk, "kolkata")[4:] == ["Six", "Seven", "Eight"]


def test_enough_counts_what_is_on_its_way(desk, hands):
    """Alerts that come all at once are counted before they are answered."""
    hands.set("2027-03-01T12:00+05:30")
    desk.resting("kolkata", Rest("Asia/Kolkata", most=3))
    for headline in ("One", "Two", "Three", "Four", "Five"):
        desk.publish("T.", headline=headline)
    desk.settle()
    assert sorted(told(desk, "kolkata")) == ["One", "Three", "Two"]


def test_what_waited_too_long_is_history(desk, hands):
    """A newsroom that was switched off for days tells nobody of last week."""
    hands.set(MINSK.format("23:30"))
    desk.resting("asleep", NIGHT)
    news(desk, "One")
    hands.set("2027-03-05T12:00+03:00")
    desk.settle()
    assert told(desk, "asleep") == []
    assert not Broadcast.objects.filter(waits=True).exists()


def test_before_sending_the_desk_knows(desk, hands):
    """How many would be told, who of them rests, and how many had how many."""
    hands.set(MINSK.format("21:00"))
    desk.resting("asleep", NIGHT)
    desk.resting("full", Rest("Europe/Minsk", most=3))
    sub = following.subscription(desk.reader("key", STORY).subscription)
    following.choose(sub, STORY, key_only=True)
    news(desk, "One", "Two", "Three")
    hands.set(MINSK.format("22:30"))
    assert queries.reach([STORY]) == {
        "key_event": 3,
        "ordinary": 2,
        "quiet": 1,
        "enough": 1,
        "had": [2, 2, 2],
    }


FERRY = ["/stories/ferry"]


@pytest.fixture(autouse=True)
def ferry(desk: Desk) -> None:
    """Another story."""
    stories.open_story("ferry", "The ferry")
