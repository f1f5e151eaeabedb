"""Who follows a person is told of every post that names them, once."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from stoppress.posts import people, publishing, sections, stories
from stoppress.posts.copy import Change, Copy
from stoppress.posts.queries import any_post
from stoppress.push import following, kept, muting, queries, rehearsal
from stoppress.push.errors import BadTopic, TopicOver
from stoppress.push.models import Follow, Follower
from tests.push.conftest import STORY, Desk

ANN, BO = "/people/ann-moor", "/people/bo-ek"


def test_who_is_in_a_draft_alone_cannot_be_followed(desk):
    """Readers do not know of them; once a post has come out they can."""
    kept_back = Copy("bridge", "Boxes.", people=("Cy Lind",), new_people=True)
    draft = publishing.save_draft(kept_back).post_id
    with pytest.raises(TopicOver):
        following.check_topic("/people/cy-lind")
    publishing.publish_draft(draft)
    following.check_topic("/people/cy-lind")


@pytest.fixture
def paper(desk: Desk) -> Desk:
    """Two people in the news, and two stories that may name them."""
    people.make_person("Ann Moor")
    people.make_person("Bo Ek")
    stories.open_story("harbour", "The harbour")
    return desk


def told(desk: Desk, name: str) -> list[str]:
    return [one.notification["title"] for one in desk.far.of(name)]


def ask(client: Client, what: str, **body: Any) -> Any:
    path = f"/followers{what and '/' + what}"
    return client.post(path, json.dumps(body), content_type="application/json")


def test_a_person_brings_the_posts_that_name_them_and_no_others(paper):
    """In whatever story; a post that names somebody else, or nobody, does not come."""
    paper.reader("Anna", ANN)
    paper.publish(headline="Moor on the bridge", people=("Ann Moor",))
    paper.publish(headline="Moor and Ek", story="harbour", people=("bo-ek", "ann-moor"))
    paper.publish(headline="Ek alone", people=("Bo Ek",))
    paper.publish(headline="Nobody")
    paper.settle()
    assert told(paper, "Anna") == ["Moor on the bridge", "Moor and Ek"]


def test_who_follows_all_of_it_is_told_once(paper):
    """Everything, the section, the story and both people: one alert."""
    sections.make_section("world", "World")
    stories.amend_story("bridge", section="world")
    paper.reader("Anna", "*", "/sections/world", STORY, ANN, BO)
    paper.publish(people=("ann-moor", "bo-ek"))
    paper.settle()
    assert told(paper, "Anna") == ["The bridge opens"]


def test_a_correction_of_who_it_was_goes_to_who_had_the_error(paper):
    """Who followed the one that was named wrongly has the correction; who follows the
    right one had no error, and no alert that was wrong."""
    paper.reader("Anna", ANN)
    paper.reader("Ben", BO)
    post = paper.publish(headline="Moor resigns", people=("ann-moor",)).post_id
    paper.settle()
    right = Change(headline="Ek resigns", people=("bo-ek",))
    publishing.correct(post, right, "It is Ek.")
    paper.settle()
    assert told(paper, "Anna") == ["Moor resigns", "Correction: Ek resigns"]
    assert told(paper, "Ben") == []


def test_key_events_only(paper):
    """Of a person too."""
    reader = paper.reader("Anna", ANN)
    sub = following.subscription(reader.subscription)
    following.choose(sub, ANN, key_only=True)
    paper.publish(headline="Ordinary", people=("ann-moor",))
    paper.publish(headline="Key", people=("ann-moor",), key_event=True)
    paper.settle()
    assert told(paper, "Anna") == ["Key"]


def test_a_story_is_left_out_of_a_followed_person(client, paper):
    """Muted, it brings no alert though it names them; other stories do; the last wide
    follow gone, the mute is gone."""
    sub = paper.reader("Anna", ANN).subscription
    answer = ask(client, "mute", subscription=sub, topic=STORY)
    assert answer.json() == {"follows": [ANN], "muted": [STORY]}
    paper.publish(people=("ann-moor",))
    paper.publish(headline="The harbour", story="harbour", people=("ann-moor",))
    paper.settle()
    assert told(paper, "Anna") == ["The harbour"]
    following.follow(following.subscription(sub), "/stories/harbour")
    ask(client, "unfollow", subscription=sub, topic=ANN)
    assert muting.muted(following.subscription(sub)) == []


def test_only_who_is_there_can_be_followed(client, paper):
    """Nobody else, and nothing that only looks like it."""
    sub = paper.reader("Anna", ANN).subscription
    answer = ask(client, "", subscription=sub, topic="/people/nobody")
    assert (answer.status_code, answer.json()["over"]) == (410, True)
    assert answer.json()["error"] == "There is no such person to follow."
    for topic in ("/people/", "/people/ann-moor/", "/people/ann%2Dmoor"):
        with pytest.raises(TopicOver):
            following.check_topic(topic)


def test_a_browser_follows_so_many(paper, monkeypatch):
    """The bound counts people as well, and says so."""
    monkeypatch.setattr(following, "MAX_FOLLOWS", 1)
    sub = following.subscription(paper.reader("Anna", ANN).subscription)
    with pytest.raises(BadTopic, match="1 stories, sections and people"):
        following.follow(sub, BO)


def test_who_is_deleted_lets_their_followers_go(paper):
    """They are told once, silently, and follow on what else they follow; who follows
    nothing else is forgotten."""
    paper.reader("Anna", ANN)
    paper.reader("Ben", ANN, STORY)
    people.delete_person("ann-moor")
    paper.settle()
    [goodbye] = paper.far.of("Anna")
    assert goodbye.notification["title"] == "Ann Moor"
    assert goodbye.notification["silent"] is True
    assert "This page is no more" in goodbye.notification["body"]
    assert goodbye.notification["data"]["topic"] == ANN
    assert list(Follow.objects.values_list("topic", flat=True)) == [STORY]
    assert Follower.objects.count() == 1


def test_what_is_followed_names_them(client, paper):
    """By their name of today; gone, as over."""
    sub = paper.reader("Anna", ANN).subscription
    people.change_person("ann-moor", name="Dame Ann")
    [row] = ask(client, "mine", subscription=sub).json()["listed"]
    assert (row["title"], row["url"], row["over"]) == ("Dame Ann", ANN, False)
    people.delete_person("ann-moor")
    [line] = kept.listed(following.subscription(sub))
    assert (line["title"], line["over"]) == (ANN, True)


def test_whom_an_alert_would_reach_counts_them(paper):
    """A rehearsal of a post, and its topics, count who follows a person in it."""
    paper.reader("Anna", ANN)
    post = paper.publish(people=("ann-moor",), push=False).post_id
    assert rehearsal.rehearse(any_post(post)).meant == 1
    assert queries.reach([STORY])["key_event"] == 0
    assert queries.reach([STORY, ANN])["key_event"] == 1
