"""What a browser chose to be told of, and that nobody else chooses for it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stoppress.push import following
from stoppress.push.models import Follow
from stoppress.push.rest import Rest
from tests.push.conftest import STORY, Desk

NIGHT = Rest("Europe/Minsk", 22 * 60, 7 * 60)


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


def test_key_events_only_or_each_alert(client, desk):
    """An alert of a key event reaches all; of an ordinary post, those who want each;
    who follows twice is told once, and by the wider of the two wishes."""
    every = desk.reader("every", STORY)
    for name, topics in (("key", [STORY]), ("both", ["*", STORY])):
        sub = following.subscription(desk.reader(name, *topics).subscription)
        following.choose(sub, STORY, key_only=True)
    news(desk, "A bus was late")
    news(desk, "The mayor resigns", key_event=True)
    assert told(desk, every.name) == ["A bus was late", "The mayor resigns"]
    assert told(desk, "both") == ["A bus was late", "The mayor resigns"]
    assert told(desk, "key") == ["The mayor resigns"]


def test_the_choice_is_the_browsers_own(client, desk):
    """A browser chooses for each follow, sees what it chose, and only by its secret;
    following again leaves it; a moved browser keeps it."""
    sub = desk.reader("Anna", "*", STORY).subscription

    def ask(what: str, **body: object) -> dict[str, Any]:
        text = json.dumps({"subscription": sub, **body})
        answer = client.post(
            f"/followers/{what}", text, content_type="application/json"
        )
        assert answer.status_code < 300, answer.content
        found: dict[str, Any] = answer.json()
        return found

    ask("choice", topic=STORY, key_only=True)
    following.follow(following.subscription(sub), STORY)
    rest = {"zone": "Asia/Kolkata", "from": 1320, "to": 420, "most": 3}
    ask("rest", rest=rest)
    seen = ask("mine")
    assert [row["key_only"] for row in seen["listed"]] == [False, True]
    assert seen["rest"] == rest
    other = {**sub, "keys": {**sub["keys"], "auth": "A" * 22}}
    assert following.choose(following.subscription(other), STORY, key_only=False) == []
    moved = desk.far.receiver("Anna's new one").subscription
    following.follow(following.subscription(moved), STORY, key_only=False)
    following.move(sub["endpoint"], following.subscription(moved))
    sub = moved
    seen = ask("mine")
    assert {row["topic"]: row["key_only"] for row in seen["listed"]} == {
        "*": False,
        STORY: True,
    }
    assert seen["rest"] == rest


@pytest.mark.parametrize("body", [{"key_only": 1}, {"key_only": "yes"}, {}])
def test_a_choice_is_true_or_false(client, desk, body):
    """Anything else is refused with a sentence."""
    sub = desk.reader("Anna", STORY).subscription
    text = json.dumps({"subscription": sub, "topic": STORY, **body})
    answer = client.post("/followers/choice", text, content_type="application/json")
    assert (answer.status_code, bool(answer.json()["error"])) == (400, True)


def test_the_wish_is_sent_again_with_the_follow(desk):
    """A server that lost a follower is told its wishes with what it follows."""
    reader = desk.far.receiver("lost")
    sub = following.subscription(reader.subscription)
    following.follow(sub, STORY, key_only=True, rest=NIGHT)
    row = Follow.objects.get()
    assert (row.key_only, Rest.of(row.follower)) == (True, NIGHT)
