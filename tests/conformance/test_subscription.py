"""draft-07 "Subscription": a stream of what was asked for."""

from __future__ import annotations

import pytest

from stoppress.protocols.mercure import TOPICS_AT_MOST
from tests.conformance.house import SCORES, SITE, datas, heard
from tests.conformance.musts import proves


@proves("subscribe", "event-stream")
def test_several_topics(house):
    """One stream has the updates of each topic that it names, in order, each once."""
    reader = house.read(SCORES, "weather", "traffic")
    house.publish("one", SCORES)
    house.publish("no", "tides")
    last = house.publish("two", "weather")
    assert reader.headers["content-type"] == "text/event-stream"
    assert datas(reader, until=last) == ["one", "two"]


@proves("data", "properties")
def test_all_properties_of_an_event(house):
    """Data, type and reconnection time arrive as they were published, beside our id."""
    reader = house.read()
    last = house.publish("line 1\nline 2", type="goal", retry="1234")
    [event] = heard(reader, until=last)
    assert (event.data, event.type) == ("line 1\nline 2", "goal")
    assert event.last_event_id == last
    assert reader.retry == 1234


@proves("data")
def test_an_update_without_data(house):
    """A publisher that only signals a change reaches its readers too."""
    reader = house.read()
    assert datas(reader, until=house.publish()) == [""]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 400),
        ("?topic=", 400),
        ("?topic=%00", 400),
        ("?topic=%FF", 400),
        ("?matchURLPattern=/a/:b", 400),
        ("?Match=/a", 400),
        ("?topic=%7Ba:3%7D", 501),
        ("?topic=/a&lastEventID=%0A", 400),
        ("?" + "&".join(f"topic={n}" for n in range(TOPICS_AT_MOST + 1)), 400),
    ],
)
def test_a_request_that_cannot_be_served(house, query, status):
    """Each fault has its status and a sentence, also for a page of another site."""
    answer = house.ask(path=f"/.well-known/mercure{query}")
    assert answer.status_code == status
    assert answer.json()["error"]
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods(house, method):
    """What is neither read nor published is refused, and what is allowed is named."""
    answer = house.ask(method)
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS, POST"


@proves("subscribe")
def test_what_draft_08_calls_match(house):
    """`match=` names a whole topic as `topic=` does."""
    reader = house.read("tides", query=f"match={SITE}/stories/x&match=weather")
    assert datas(reader, until=house.publish("fair", "weather")) == ["fair"]


def test_templates_have_a_bound(house, monkeypatch):
    """When strangers' templates are too many, one more is told to come back; the front
    page's own is never refused, nor is a reader of whole topics."""
    monkeypatch.setattr("stoppress.live.room.TEMPLATES_AT_MOST", 2)
    house.read("/a/{x}", "/b/{x}")
    answer = house.refused("/c/{x}")
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    house.read("/stories/{slug}")
    house.read("/c")
