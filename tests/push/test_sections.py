"""Who follows a section is told of every story in it, once, as who follows everything."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from stoppress.posts import publishing, sections, stories
from stoppress.posts.copy import Change
from stoppress.push import following, kept, muting, queries
from stoppress.push.errors import TopicOver
from stoppress.push.models import Follow, Follower, Mute
from tests.push.conftest import STORY, Desk

WORLD, SPORT = "/sections/world", "/sections/sport"


@pytest.fixture
def paper(desk: Desk) -> Desk:
    """Two sections: the bridge and the harbour stand in the world, the match in sport."""
    for slug in ("world", "sport"):
        sections.make_section(slug, slug.title())
    stories.amend_story("bridge", section="world")
    stories.open_story("harbour", "The harbour", section="world")
    stories.open_story("match", "The match", section="sport")
    return desk


def told(desk: Desk, name: str) -> list[str]:
    return [one.notification["title"] for one in desk.far.of(name)]


def ask(client: Client, what: str, **body: Any) -> Any:
    path = f"/followers{what and '/' + what}"
    return client.post(path, json.dumps(body), content_type="application/json")


def test_a_section_brings_its_stories_and_no_others(paper):
    """Who follows a section is told of each story in it, and of none outside it."""
    paper.reader("Anna", WORLD)
    paper.reader("Ben", SPORT)
    paper.publish(headline="The bridge opens")
    paper.publish(headline="The harbour opens", story="harbour")
    paper.publish(headline="One to nil", story="match")
    paper.settle()
    assert told(paper, "Anna") == ["The bridge opens", "The harbour opens"]
    assert told(paper, "Ben") == ["One to nil"]


def test_who_follows_all_three_is_told_once(paper):
    """Everything, the section and the story: one alert, counted once at the desk."""
    paper.reader("Anna", "*", WORLD, STORY)
    assert queries.reach([STORY, WORLD])["key_event"] == 1
    paper.publish()
    paper.settle()
    assert told(paper, "Anna") == ["The bridge opens"]


def test_a_section_of_key_events_only(paper):
    """The choice is of the section's follow alone: a story followed beside it comes whole."""
    reader = paper.reader("Anna", WORLD, STORY)
    sub = following.subscription(reader.subscription)
    following.choose(sub, WORLD, key_only=True)
    paper.publish(headline="Ordinary", story="harbour")
    paper.publish(headline="Key", story="harbour", key_event=True)
    paper.publish(headline="The bridge opens")
    paper.settle()
    assert told(paper, "Anna") == ["Key", "The bridge opens"]


def test_a_story_that_is_moved_goes_to_the_followers_of_its_new_section(paper):
    """Its next alert is for them; a correction of what was told before is for those who
    had the error, wherever the story stands."""
    paper.reader("Anna", WORLD)
    paper.reader("Ben", SPORT)
    first = paper.publish(headline="The bridge opens")
    paper.settle()
    stories.amend_story("bridge", section="sport")
    paper.publish(headline="The bridge race")
    publishing.correct(first.post_id, Change(text="On Tuesday."), "Not on Monday.")
    paper.settle()
    assert told(paper, "Anna") == ["The bridge opens", "Correction: The bridge opens"]
    assert told(paper, "Ben") == ["The bridge race"]


def test_only_a_section_that_is_there_can_be_followed(client, paper):
    """One that is not is refused in words, and the browser may forget it."""
    sub = paper.reader("Anna", WORLD).subscription
    answer = ask(client, "", subscription=sub, topic="/sections/none")
    assert (answer.status_code, answer.json()["over"]) == (410, True)
    assert answer.json()["error"] == "There is no such section to follow."
    for topic in ("/sections/", "/sections/world/", "/sections/w%6Frld"):
        with pytest.raises(TopicOver):
            following.check_topic(topic)
    assert ask(client, "state", subscription=sub).json()["follows"] == [WORLD]


def test_a_story_is_left_out_of_a_followed_section(client, paper):
    """Muted, it alerts no more whoever follows its section, and the desk counts them not;
    undone, it does."""
    sub = paper.reader("Anna", WORLD).subscription
    answer = ask(client, "mute", subscription=sub, topic=STORY)
    assert answer.json() == {"follows": [WORLD], "muted": [STORY]}
    assert queries.reach([STORY, WORLD])["key_event"] == 0
    paper.publish(headline="The bridge opens")
    paper.publish(headline="The harbour opens", story="harbour")
    paper.settle()
    assert told(paper, "Anna") == ["The harbour opens"]
    ask(client, "unmute", subscription=sub, topic=STORY)
    paper.publish(headline="The bridge closes")
    paper.settle()
    assert told(paper, "Anna") == ["The harbour opens", "The bridge closes"]


def test_a_muted_story_that_is_followed_by_its_own_name_still_comes(paper):
    """One reader mutes it; another, who follows it as well as its section, is told."""
    muting.mute(following.subscription(paper.reader("Anna", WORLD).subscription), STORY)
    paper.reader("Ben", WORLD, STORY)
    paper.publish()
    paper.settle()
    assert (told(paper, "Anna"), told(paper, "Ben")) == ([], ["The bridge opens"])


def test_a_mute_goes_with_the_last_wide_follow(client, paper):
    """While everything or a section is followed it is kept; after that it says nothing."""
    sub = paper.reader("Anna", "*", WORLD, "/stories/match").subscription
    ask(client, "mute", subscription=sub, topic=STORY)
    ask(client, "unfollow", subscription=sub, topic="*")
    assert Mute.objects.count() == 1
    ask(client, "unfollow", subscription=sub, topic=WORLD)
    assert not Mute.objects.exists()


def test_a_closed_story_says_goodbye_to_its_own_followers_alone(paper):
    """Who follows its section hears nothing, and follows on."""
    paper.reader("story", STORY)
    paper.reader("section", WORLD)
    stories.close_story("bridge")
    paper.settle()
    assert told(paper, "story") == ["The bridge"]
    assert told(paper, "section") == []
    assert list(Follow.objects.values_list("topic", flat=True)) == [WORLD]


def test_a_deleted_section_lets_its_followers_go(paper):
    """They are told once, silently; mutes that say nothing any more go; who follows
    nothing else is forgotten; made again, it begins without followers."""
    paper.reader("Anna", SPORT)
    ben = following.subscription(paper.reader("Ben", SPORT, STORY).subscription)
    muting.mute(ben, "/stories/harbour")
    cleo = following.subscription(paper.reader("Cleo", SPORT, "*").subscription)
    muting.mute(cleo, "/stories/harbour")
    stories.amend_story("match", section="")
    sections.delete_section("sport")
    sections.make_section("sport", "Sport")
    paper.settle()
    [goodbye] = paper.far.of("Anna")
    assert goodbye.notification["title"] == "Sport"
    assert goodbye.notification["silent"] is True
    assert "This section is no more" in goodbye.notification["body"]
    assert goodbye.notification["data"]["topic"] == SPORT
    assert goodbye.notification["navigate"].split("?")[0].endswith("/")
    assert not Follow.objects.filter(topic=SPORT).exists()
    assert Follower.objects.count() == 2
    assert muting.muted(ben) == []
    assert muting.muted(cleo) == ["/stories/harbour"]


def test_a_section_is_listed_and_exported_by_its_title(client, paper):
    """What a browser follows names the section; renamed, by its new title; gone, as over."""
    sub = paper.reader("Anna", SPORT).subscription
    sections.rename_section("sport", "Sports")
    [row] = ask(client, "mine", subscription=sub).json()["listed"]
    assert (row["title"], row["url"], row["over"]) == ("Sports", SPORT, False)
    about = ask(client, "export", subscription=sub).json()["kept"]
    assert [row["title"] for row in about["follows"]] == ["Sports"]
    stories.amend_story("match", section="")
    sections.delete_section("sport")
    [line] = kept.listed(following.subscription(sub))
    assert (line["title"], line["over"]) == (SPORT, True)
