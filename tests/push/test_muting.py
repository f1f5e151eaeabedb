"""Not this story: who follows everything is spared one story, by their own word."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from stoppress.posts import stories
from stoppress.push import following, kept, muting, queries
from stoppress.push.errors import BadTopic
from stoppress.push.models import Follower, Mute
from stoppress.push.rest import Rest
from tests.push.conftest import STORY, Desk

HARBOUR = "/stories/harbour"


@pytest.fixture
def two(desk: Desk) -> Desk:
    """A newsroom with two stories."""
    stories.open_story("harbour", "The harbour")
    return desk


def told(desk: Desk, name: str) -> list[str]:
    return [one.notification["title"] for one in desk.far.of(name)]


def ask(client: Client, what: str, **body: Any) -> Any:
    path = f"/followers{what and '/' + what}"
    return client.post(path, json.dumps(body), content_type="application/json")


def test_a_muted_story_alerts_no_more_and_others_do(client, two):
    """Who follows everything and mutes a story is told of the others; nobody else is
    spared; undone, its alerts come again, and no story of before."""
    sub = two.reader("Anna").subscription
    two.reader("Ben")
    answer = ask(client, "mute", subscription=sub, topic=STORY)
    assert answer.json() == {"follows": ["*"], "muted": [STORY]}
    two.publish(headline="The bridge opens")
    two.publish(headline="The harbour opens", story="harbour")
    two.settle()
    assert told(two, "Anna") == ["The harbour opens"]
    assert told(two, "Ben") == ["The bridge opens", "The harbour opens"]
    answer = ask(client, "unmute", subscription=sub, topic=STORY)
    assert answer.json() == {"follows": ["*"], "muted": []}
    two.publish(headline="The bridge closes")
    two.settle()
    assert told(two, "Anna") == ["The harbour opens", "The bridge closes"]


def test_the_desk_does_not_count_whom_it_would_not_tell(client, two):
    """What the desk says before sending leaves out who muted the story."""
    ask(client, "mute", subscription=two.reader("Anna").subscription, topic=STORY)
    assert queries.reach([STORY])["key_event"] == 0
    assert queries.reach([HARBOUR])["key_event"] == 1


def test_a_followed_story_is_let_go(client, two):
    """Where the story itself is followed, that ends; nothing is muted for whom nothing
    else brings it, and who follows nothing then is forgotten."""
    sub = two.reader("Anna", STORY, HARBOUR).subscription
    answer = ask(client, "mute", subscription=sub, topic=STORY)
    assert answer.json() == {"follows": [HARBOUR], "muted": []}
    ask(client, "mute", subscription=sub, topic=HARBOUR)
    assert not Follower.objects.exists()


def test_who_follows_both_is_spared(client, two):
    """Of a story that is followed beside everything, no alert comes any more."""
    sub = two.reader("Anna", "*", STORY).subscription
    answer = ask(client, "mute", subscription=sub, topic=STORY)
    assert answer.json() == {"follows": ["*"], "muted": [STORY]}
    two.publish()
    two.settle()
    assert told(two, "Anna") == []


def test_following_a_story_unmutes_it(client, two):
    """The reader's last word counts."""
    sub = two.reader("Anna").subscription
    ask(client, "mute", subscription=sub, topic=STORY)
    ask(client, "", subscription=sub, topic=STORY)
    assert ask(client, "state", subscription=sub).json()["muted"] == []
    two.publish()
    two.settle()
    assert told(two, "Anna") == ["The bridge opens"]


def test_a_mute_ends_with_the_follow_of_everything(client, two):
    """Without that follow it says nothing, and is not kept."""
    sub = two.reader("Anna", "*", HARBOUR).subscription
    ask(client, "mute", subscription=sub, topic=STORY)
    ask(client, "unfollow", subscription=sub, topic="*")
    assert not Mute.objects.exists()


def test_an_alert_that_waits_for_the_morning_is_spared_too(client, two, hands):
    """What was held back by night and muted before the morning is not in the digest."""
    hands.set("2027-03-01T23:00+03:00")
    night = Rest("Europe/Minsk", 22 * 60, 7 * 60)
    sub = two.resting("Anna", night).subscription
    two.publish(headline="The bridge opens")
    two.publish(headline="The harbour opens", story="harbour")
    two.settle()
    ask(client, "mute", subscription=sub, topic=STORY)
    hands.set("2027-03-02T07:00+03:00")
    two.settle()
    assert told(two, "Anna") == ["The harbour opens"]


def test_mutes_are_listed_exported_and_erased(client, two):
    """They are among what is kept: shown in words, handed over, gone with the rest."""
    sub = two.reader("Anna").subscription
    ask(client, "mute", subscription=sub, topic=STORY)
    seen = ask(client, "mine", subscription=sub).json()
    assert [(row["title"], row["url"]) for row in seen["muted_listed"]] == [
        ("The bridge", STORY)
    ]
    about = ask(client, "export", subscription=sub).json()["kept"]
    assert [row["topic"] for row in about["muted"]] == [STORY]
    fields = {field.name for field in Mute._meta.concrete_fields}
    assert fields - {"id", "follower"} <= set(about["muted"][0])
    ask(client, "erase", subscription=sub)
    assert not Mute.objects.exists()


def test_only_the_browser_itself_mutes(client, two):
    """Whoever knows the endpoint but not its secret changes and sees nothing."""
    sub = two.reader("Anna").subscription
    stranger = {**sub, "keys": {**sub["keys"], "auth": "A" * 22}}
    nothing: dict[str, list[str]] = {"follows": [], "muted": []}
    assert ask(client, "mute", subscription=stranger, topic=STORY).json() == nothing
    ask(client, "mute", subscription=sub, topic=STORY)
    assert ask(client, "unmute", subscription=stranger, topic=STORY).json() == nothing
    assert kept.muted(following.subscription(stranger)) == []
    assert muting.muted(following.subscription(sub)) == [STORY]


@pytest.mark.parametrize("topic", ["*", "/stories/none", "/posts/1", "nonsense"])
def test_only_a_story_can_be_muted(client, two, topic):
    """Anything else is refused with a sentence, and nothing that is followed is lost."""
    sub = two.reader("Anna").subscription
    answer = ask(client, "mute", subscription=sub, topic=topic)
    assert (answer.status_code, answer.json()["over"]) == (410, True)
    assert ask(client, "state", subscription=sub).json()["follows"] == ["*"]


def test_a_browser_cannot_mute_without_end(two, monkeypatch):
    """The number of mutes is bounded; who is refused keeps what they follow."""
    monkeypatch.setattr(muting, "MAX_FOLLOWS", 1)
    sub = following.subscription(two.reader("Anna", "*", HARBOUR).subscription)
    muting.mute(sub, STORY)
    with pytest.raises(BadTopic):
        muting.mute(sub, HARBOUR)
    assert following.state(sub) == ["*", HARBOUR]
    assert muting.mute(sub, STORY) == ["*", HARBOUR]


def test_a_moved_browser_keeps_its_mutes(two):
    """So does one whose new address followed something already; what either follows
    itself is not muted."""
    old = two.reader("Anna", "*", HARBOUR)
    new = two.reader("Anna's new one")
    muting.mute(following.subscription(old.subscription), STORY)
    moved = following.subscription(new.subscription)
    muting.mute(moved, HARBOUR)
    following.move(old.endpoint, moved)
    assert muting.muted(moved) == [STORY]
