"""Whom an alert would reach, as a machine is told before it is sent."""

from __future__ import annotations

import pytest

from stoppress.posts import publishing, stories
from stoppress.push import following, queries
from stoppress.push.models import Broadcast
from stoppress.push.rest import Rest
from stoppress.wire import reading
from tests.api.conftest import refused
from tests.builders import STORY, a_draft, a_person, a_post, a_section, a_story
from tests.push.conftest import Desk, Hands

MINSK = "2027-03-01T{}+03:00"
NIGHT = Rest("Europe/Minsk", 22 * 60, 7 * 60)
PATH = "/audience"


@pytest.fixture
def evening(desk: Desk, hands: Hands) -> Desk:
    """Three alerts went out today. Of three followers one is asleep now, one has had
    enough, and one, who wants key events alone, has had none."""
    hands.set(MINSK.format("21:00"))
    desk.resting("asleep", NIGHT)
    desk.resting("full", Rest("Europe/Minsk", most=3))
    sub = following.subscription(desk.reader("key", "/stories/bridge").subscription)
    following.choose(sub, "/stories/bridge", key_only=True)
    for headline in ("One", "Two", "Three"):
        desk.publish("T.", headline=headline)
        desk.settle()
    hands.set(MINSK.format("22:30"))
    return desk


def test_a_key_event_is_counted_before_it_is_sent(evening, ask):
    """How many are meant, who of them rests and why, and how many had how many today."""
    assert ask.told(PATH, story="bridge", key_event="true") == {
        "at": "2027-03-01T19:30:00.000Z",
        "story": "bridge",
        "post": None,
        "people": [],
        "key_event": True,
        "meant": 3,
        "at_once": 1,
        "asleep": {"total": 2, "quiet_hours": 1, "had_enough": 1},
        "had_in_24_hours": {"none": 1, "one": 0, "two": 0, "three_or_more": 2},
    }


def test_an_ordinary_post_is_counted_by_those_who_want_it(evening, ask):
    """Whoever wants key events alone is in none of the figures; that is so unless a key
    event is asked for."""
    said = ask.told(PATH, story="bridge")
    assert said == ask.told(PATH, story="bridge", key_event="false")
    assert (said["key_event"], said["meant"], said["at_once"]) == (False, 2, 0)
    assert said["asleep"] == {"total": 2, "quiet_hours": 1, "had_enough": 1}
    assert said["had_in_24_hours"]["none"] == 0


def test_the_desk_and_the_api_say_the_same(evening, ask):
    """Both count by one function: of a key event all figures agree."""
    reach = queries.reach(["/stories/bridge"])
    said = ask.told(PATH, story="bridge", key_event="1")
    assert said["meant"] == reach["key_event"]
    assert said["asleep"]["quiet_hours"] == reach["quiet"]
    assert said["asleep"]["had_enough"] == reach["enough"]
    ordinary = ask.told(PATH, story="bridge")["meant"]
    assert ordinary == reach["ordinary"]


def test_had_counts_each_follower_once(ask, desk, hands):
    """One who had one, one who had two, and one who had none are three followers."""
    hands.set(MINSK.format("12:00"))
    desk.reader("two")
    desk.publish("T.", headline="One")
    desk.settle()
    desk.reader("one")
    desk.publish("T.", headline="Two")
    desk.settle()
    desk.reader("none")
    had = ask.told(PATH, story="bridge")["had_in_24_hours"]
    assert had == {"none": 1, "one": 1, "two": 1, "three_or_more": 0}


def test_a_sections_followers_are_meant_too(desk, ask):
    """Whoever follows the section that the story stands in is told of it."""
    a_section()
    stories.amend_story("bridge", section="world")
    desk.reader("of the section", "/sections/world")
    assert ask.told(PATH, story="bridge")["meant"] == 1


def test_followers_of_whom_it_names_are_meant_too(desk, ask):
    """Of a post to be, whoever is said; of a draft, whom it names: each reader once."""
    for name in ("Ann Moor", "Bo Ek"):
        a_person(name)
    desk.reader("both", "/people/ann-moor", "/people/bo-ek")
    desk.reader("one", "/people/bo-ek")
    assert ask.told(PATH, story="bridge")["meant"] == 0
    said = ask.told(PATH, story="bridge", person=["ann-moor", "bo-ek", "bo-ek"])
    assert (said["meant"], said["people"]) == (2, ["ann-moor", "bo-ek"])
    draft = a_draft(story="bridge", people=("ann-moor",)).post_id
    said = ask.told(PATH, post=draft)
    assert (said["meant"], said["people"]) == (1, ["ann-moor"])


def test_a_person_that_cannot_be_asked_about(ask, desk):
    """One who is not there; one beside a post, which names its own; more than fit."""
    a_person()
    draft = a_draft(story="bridge").post_id
    assert "'nobody'" in refused(ask(PATH, story="bridge", person="nobody"), 404)
    assert "with a story" in refused(ask(PATH, post=draft, person="ann-moor"), 422)
    many = ask(PATH, story="bridge", person=["ann-moor"] * 21)
    assert "at most 20" in refused(many, 422)


def test_a_draft_is_asked_about_by_its_number(desk, ask):
    """Its story is the post's, and so is whether it is a key event, unless it is said."""
    sub = following.subscription(desk.reader("key", "/stories/bridge").subscription)
    following.choose(sub, "/stories/bridge", key_only=True)
    draft = a_draft(story="bridge", key_event=True).post_id
    said = ask.told(PATH, post=draft)
    assert (said["story"], said["post"], said["key_event"]) == ("bridge", draft, True)
    assert said["meant"] == 1
    assert ask.told(PATH, post=draft, key_event="false")["meant"] == 0


def test_nobody_follows(ask):
    """All is 0 in a story that nobody follows."""
    said = ask.told(PATH, story=a_story())
    assert (said["meant"], said["at_once"], said["asleep"]["total"]) == (0, 0, 0)
    assert set(said["had_in_24_hours"].values()) == {0}


def test_asking_sends_nothing(evening, ask):
    """No entry, no broadcast and no letter comes of a question."""
    before = reading.head(), Broadcast.objects.count(), len(evening.far.deliveries)
    ask.told(PATH, story="bridge", key_event="true")
    evening.settle()
    after = reading.head(), Broadcast.objects.count(), len(evening.far.deliveries)
    assert after == before


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, "either story"),
        ({"story": STORY, "post": 1}, "either story"),
        ({"story": "no story!"}, "'story'"),
        ({"story": "a\0b"}, "'story'"),
        ({"story": "x" * 201}, "'story'"),
        ({"story": ""}, "'story'"),
        ({"story": STORY, "key_event": "perhaps"}, "'key_event'"),
        ({"post": "seven"}, "'post'"),
        ({"post": 0}, "'post'"),
        ({"post": "9" * 5_000}, "'post'"),
        ({"story": STORY, "key_evnt": "true"}, "'key_evnt'"),
        ({"story": STORY, "section": "world"}, "'section'"),
        ({"story": [STORY, "ferry"]}, "more than once"),
    ],
)
def test_a_slip_is_refused_and_named(ask, said, words):
    """What cannot be, what is not known and what is said twice get no figures, for they
    would be figures of something else."""
    a_story()
    assert words in refused(ask(PATH, **said), 422)


@pytest.mark.parametrize(
    "said", [{"story": "nowhere"}, {"post": 404}, {"post": 2**63}, {"post": 10**40}]
)
def test_what_is_not_there(ask, said):
    """No such story or post, however large its number."""
    a_story()
    assert str(next(iter(said.values()))) in refused(ask(PATH, **said), 404)


def test_what_can_have_no_alert(ask):
    """Nothing is posted in a closed story, and a retracted post alerts nobody."""
    post = a_post().post_id
    publishing.retract(post, "It was wrong.")
    assert "retracted" in refused(ask(PATH, post=post), 409)
    other = a_post().post_id
    stories.close_story(STORY)
    assert "closed" in refused(ask(PATH, story=STORY), 409)
    assert "closed" in refused(ask(PATH, post=other), 409)
