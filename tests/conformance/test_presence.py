"""draft-07 "Active Subscriptions": who reads now."""

from __future__ import annotations

import json
import os
import re
from typing import Any
from urllib.parse import quote

import pytest

from stoppress.live import presence_api
from tests.conformance.house import (
    SCORES,
    SITE,
    House,
    a_token,
    datas,
    documents,
    heard,
)
from tests.conformance.musts import proves
from tests.live.reader import HUB, Reader

WHO = f"{HUB}/subscriptions"
ANY = f"{WHO}{{/topic}}{{/subscriber}}"
AWKWARD = "https://scores.example/{match}/é%2F?a=b"


@pytest.fixture
def watcher(house: House) -> Reader:
    """Who is told of each subscription; past the news of its own."""
    watcher = house.read(ANY, token=a_token(subscribe=[WHO, ANY]))
    watcher.until(lambda one: len(told(one)) == 1)
    return watcher


def told(reader: Reader) -> list[dict[str, Any]]:
    return documents(event for event in reader.events if event.type == "message")


def lists(house: House, path: str = WHO) -> dict[str, Any]:
    answer = house.ask(path=path, token=a_token(subscribe=["*"]))
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/ld+json"
    found: dict[str, Any] = answer.json()
    return found


@proves("told-begin", "told-end", "told-topic", "told-encoded", "told-document")
def test_a_subscription_begins_and_ends(house, watcher):
    """Each selector of a reader is told of when it comes and when it goes, by a document
    whose id is the topic, with every reserved letter encoded, and in which nothing but
    `active` differs."""
    reader = house.read(AWKWARD, "weather")
    watcher.until(lambda one: len(told(one)) == 3)
    reader.close()
    watcher.until(lambda one: len(told(one)) == 5)
    _own, *begun, first_end, second_end = told(watcher)
    for topic, begin, end in zip(
        (AWKWARD, "weather"), begun, (first_end, second_end), strict=True
    ):
        name = begin["subscriber"]
        assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", str(name))
        assert begin == {
            "@context": "https://mercure.rocks/",
            "id": f"{WHO}/{quote(topic, safe='')}/{quote(str(name), safe='')}",
            "type": "Subscription",
            "topic": topic,
            "subscriber": name,
            "active": True,
        }
        assert end == {**begin, "active": False}
    assert begun[0]["subscriber"] == begun[1]["subscriber"]


@proves("told-private")
def test_not_told_to_everyone(house, watcher):
    """The anonymous, and those whose token covers other topics, are not told; one whose
    token covers a single selector's subscriptions is told of those."""
    mine = f"{WHO}/weather/{{subscriber}}"
    others = [
        house.read("*"),
        house.read(ANY),
        house.read(ANY, token=a_token(subscribe=["weather"])),
        house.read("*", token=a_token(publish=["*"])),
    ]
    some = house.read(ANY, token=a_token(subscribe=[mine]))
    house.read("tides")
    house.read("weather")
    some.until(told)
    assert [shown["topic"] for shown in told(some)] == ["weather"]
    watcher.until(lambda one: told(one)[-1]["topic"] == "weather")
    assert datas(others[0], until=house.publish("x", "weather")) == ["x"]
    come = [event for one in others for event in one.read_what_is_here().events]
    assert all("active" not in event.data for event in come)


def test_what_a_token_says_of_its_bearer(house, watcher):
    """The payload of a token is in the documents of its subscriptions."""
    payload = {"desk": "sport"}
    house.read("weather", token=a_token(subscribe=[], mercure={"payload": payload}))
    watcher.until(lambda one: len(told(one)) == 2)
    assert told(watcher)[-1]["payload"] == payload
    collection = lists(house, f"{WHO}/weather")
    [one] = collection["subscriptions"]
    assert one["payload"] == payload


@proves("api-addresses", "api-collection", "api-one", "api-type", "api-last-event-id")
def test_the_lists(house):
    """All subscriptions, those of one selector, and one by itself: each the same document
    that is told, with where the wire is."""
    assert lists(house)["lastEventID"] == "earliest"
    seq = house.publish("x")[1:]
    house.until_readers(0)
    for asked in ([AWKWARD, "weather"], ["weather"], [f"{SITE}/stories/x"]):
        house.read(*asked)
    everything = lists(house)
    held = everything.pop("subscriptions")
    assert everything == {
        "@context": "https://mercure.rocks/",
        "id": WHO,
        "type": "Subscriptions",
        "lastEventID": seq,
    }
    topics = [one["topic"] for one in held]
    assert sorted(topics) == sorted([AWKWARD, "weather", "weather", "/stories/x"])
    for one in held:
        alone = lists(house, one["id"])
        assert alone == {"@context": everything["@context"], "lastEventID": seq, **one}
    address = f"{WHO}/weather"
    of_one = lists(house, address)
    assert of_one["id"] == address
    assert of_one["subscriptions"] == [one for one in held if one["topic"] == "weather"]


def test_a_long_list(house, monkeypatch):
    """A list that is made in many pieces is whole, and is JSON."""
    monkeypatch.setattr(presence_api, "READERS_AT_ONCE", 2)
    for number in range(7):
        house.read(f"t{number}")
    held = lists(house)["subscriptions"]
    names = [one["topic"] for one in held]
    assert names == [f"t{number}" for number in range(7)]
    assert len({one["subscriber"] for one in held}) == 7


@proves("api-404")
def test_what_is_not_there(house):
    """One that is not there, has ended, or is no address at all, is answered 404."""
    reader = house.read("weather")
    [one] = lists(house)["subscriptions"]
    reader.close()
    house.until_readers(0)
    all_tokens = a_token(subscribe=["*"])
    for path in (one["id"], f"{WHO}/a/b", f"{WHO}/a/b/c", f"{WHO}/", f"{WHO}/%FF"):
        answer = house.ask(path=path, token=all_tokens)
        assert answer.status_code == 404, path
        assert answer.json()["error"]
    assert lists(house, f"{WHO}/weather")["subscriptions"] == []


@proves("api-authorised")
def test_who_may_ask(house):
    """The token must cover the address that is asked for: 401 without one, 403 with
    another; a template may cover the lists of all selectors and not the list of all."""
    assert house.ask(path=WHO).status_code == 401
    for subscribe in ([], ["weather"], [f"{WHO}{{/topic}}{{/subscriber}}"]):
        token = a_token(subscribe=subscribe)
        status = house.ask(path=WHO, token=token).status_code
        assert status == (200 if subscribe and "{" in subscribe[0] else 403)
    some = a_token(subscribe=[f"{WHO}/weather"])
    assert house.ask(path=f"{WHO}/weather", token=some).status_code == 200
    assert house.ask(path=f"{WHO}/tides", token=some).status_code == 403
    assert house.ask(path=WHO, token=a_token(publish=["*"])).status_code == 403


def test_other_methods(house):
    """Who reads can be asked for and not changed; HEAD has no body; a preflight is
    answered."""
    token = a_token(subscribe=["*"])
    answer = house.ask("DELETE", WHO, token=token)
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")
    for path in (WHO, f"{WHO}/weather"):
        answer = house.ask("HEAD", path, token=token)
        assert (answer.status_code, answer.content) == (200, b"")
        assert house.ask("OPTIONS", path).status_code == 204


def test_names_are_worked_out_only_when_somebody_asks(house, monkeypatch):
    """Readers that nobody watches cost not one question to the kernel."""
    asked: list[int] = []
    stat = os.fstat

    def noted(descriptor: int) -> os.stat_result:
        asked.append(descriptor)
        return stat(descriptor)

    monkeypatch.setattr("stoppress.live.descriptors.os.fstat", noted)
    with house.read("weather"), house.read("*", token=a_token(subscribe=["weather"])):
        house.until_readers(2)
    house.until_readers(0)
    assert asked == []
    lists(house)
    house.read("tides")
    assert len(lists(house)["subscriptions"]) == len(asked) == 1


def test_events_of_the_hub_are_in_order_with_news(house, watcher):
    """What is told has the place on the wire as its id: whoever comes back with it misses
    no news."""
    seq = house.publish("x")[1:]
    house.until_given_out(int(seq))
    house.read("weather")
    watcher.until(lambda one: len(told(one)) == 2)
    assert watcher.events[-1].last_event_id == seq
    json.loads(watcher.events[-1].data)
    assert heard(house.read(SCORES, last=0), until=f"#{seq}")
