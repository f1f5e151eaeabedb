"""draft-07 "Publication": what another system tells readers through the hub."""

from __future__ import annotations

import re

import pytest

from stoppress.live import publishing
from stoppress.protocols.mercure_publication import (
    BODY_AT_MOST,
    DATA_AT_MOST,
    RETRY_AT_MOST,
    TOPICS_AT_MOST,
)
from stoppress.wire import reading
from tests.builders import STORY, a_post
from tests.conformance.house import SCORES, SITE, a_token, datas, heard, on_the_wire
from tests.conformance.musts import proves

FORM = "application/x-www-form-urlencoded"


@proves("publish-answer", "publish-own-id", "publish-form")
def test_the_answer_is_the_id(house):
    """Who publishes gets the id that readers get: a fragment, which is how the draft
    would have a sequence told, of the number on the wire."""
    reader = house.read()
    answer = house.post({"topic": SCORES, "data": "1:0"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/plain")
    assert re.fullmatch(r"#\d+", answer.text)
    [event] = heard(reader, until=answer.text)
    assert event.data == "1:0"
    entry = reading.entry(int(answer.text[1:]))
    assert entry is not None
    assert (entry.kind, entry.topics) == ("hub.update", [SCORES])


@proves("publish-topics")
def test_canonical_and_alternate_topics(house):
    """Readers of any of an update's topics have it, each once."""
    asked = [(SCORES,), ("weather",), (SCORES, "weather"), ("*",), ("{+any}",)]
    readers = [house.read(*topics) for topics in asked]
    answer = house.post([("topic", SCORES), ("topic", "weather"), ("data", "both")])
    last = house.publish("last", "weather", private="")  # not for these
    last = house.post([("topic", SCORES), ("topic", "weather"), ("data", "end")]).text
    for reader in readers:
        assert datas(reader, until=last) == ["both", "end"]
    assert answer.status_code == 200


def test_in_the_order_of_the_wire(house):
    """What the newsroom posts and what others publish reach a reader in one order."""
    reader = house.read("*")
    ids = []
    for number in range(4):
        ids += [house.publish(str(number)), str(a_post(f"Post {number}.").seq)]
    events = heard(reader, until=ids[-1])
    mine = [event.last_event_id for event in events]
    assert [one for one in mine if one in ids] == ids


@proves("publish-form")
@pytest.mark.parametrize(
    "kind", ["application/json", "multipart/form-data", "", "text/plain"]
)
def test_no_other_form(house, kind):
    """What is not a form, urlencoded, is refused as of an unknown type."""
    headers = {"Content-Type": kind}
    answer = house.post({"topic": SCORES, "data": "x"}, headers=headers)
    assert answer.status_code == 415
    assert not on_the_wire()


@proves("publish-id")
@pytest.mark.parametrize("given", ["#1", "#", "a\nb", "a\rb", "a\0b"])
def test_ids_that_cannot_be(house, given):
    """An id that begins with `#`, or would break the stream, is refused."""
    assert house.post({"topic": SCORES, "id": given}).status_code == 400


@proves("publish-own-id")
def test_an_id_of_the_publisher_is_let_fall(house):
    """The hub gives its own id, whatever the publisher's was: readers resume from it."""
    assert re.fullmatch(r"#\d+", house.publish("x", id="urn:uuid:1"))


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ([("data", "no topic")], 400),
        ([("topic", "")], 400),
        ([("topic", "a\0b")], 400),
        ([("topic", "a\x85b")], 400),
        ([("topic", "*")], 400),
        ([("topic", "x" * 513)], 400),
        ([("topic", f"t{n}") for n in range(TOPICS_AT_MOST + 1)], 400),
        ([("topic", "a"), ("retry", "soon")], 400),
        ([("topic", "a"), ("retry", "-1")], 400),
        ([("topic", "a"), ("retry", "٣")], 400),
        ([("topic", "a"), ("retry", str(RETRY_AT_MOST + 1))], 400),
        ([("topic", "a"), ("type", "a\nb")], 400),
        ([("topic", "a"), ("type", "resync")], 400),
        ([("topic", "a"), ("type", "beat")], 400),
        ([("topic", "a"), ("type", "x" * 101)], 413),
        ([("topic", "a"), ("id", "x" * 257)], 413),
        ([("topic", "a"), ("data", "x" * (DATA_AT_MOST + 1))], 413),
    ],
)
def test_what_cannot_be_published(house, fields, status):
    """Each fault has its status and a sentence, and nothing comes on the wire."""
    answer = house.post(fields)
    assert answer.status_code == status
    assert answer.json()["error"]
    assert not on_the_wire()


@pytest.mark.parametrize(
    "body", [b"topic=%FF", b"topic=\xff", b"topic=a" + b"&x=1" * 99]
)
def test_what_is_no_form(house, body):
    """Octets that are not UTF-8, and a crowd of fields, are refused."""
    headers = {"Content-Type": FORM}
    answer = house.ask(
        "POST", token=a_token(publish=["*"]), content=body, headers=headers
    )
    assert answer.status_code == 400


def test_a_body_that_is_too_large_is_not_read(house):
    """A body is refused by the length that it announces, before it is sent; one that
    announces none is refused too."""
    head = "POST /.well-known/mercure HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    with house.connection() as connection:
        connection.send(f"{head}Content-Length: {BODY_AT_MOST + 1}\r\n\r\n".encode())
        assert connection.answer()[0] == 413
    with house.connection() as connection:
        connection.send(f"{head}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n".encode())
        assert connection.answer()[0] == 411


@pytest.mark.parametrize(
    "topic",
    [
        f"/stories/{STORY}",
        f"{SITE}/stories/{STORY}",
        "/posts/1",
        "/anything",
        SITE,
        "/.well-known/mercure/subscriptions/x/y",
        f"{SITE}/.well-known/mercure",
        "https://elsewhere.example/.well-known/mercure/subscriptions/a/b",
    ],
)
def test_nobody_speaks_for_the_newsroom(house, topic):
    """Not even a token for everything publishes on this site's own addresses, or forges
    who reads: what readers take for the newsroom's comes from its desk."""
    for fields in ([("topic", topic)], [("topic", SCORES), ("topic", topic)]):
        answer = house.post(fields)
        assert answer.status_code == 403
        assert answer.json()["error"]
    assert not on_the_wire()


@proves("publish-private", "subscribe-private")
@pytest.mark.parametrize("value", ["on", "", "off", "0"])
def test_private_whatever_it_says(house, value):
    """The field makes an update private by being there."""
    public, allowed = house.read(), house.read(token=a_token(subscribe=["*"]))
    house.publish("secret", private=value)
    last = house.publish("open")
    assert datas(public, until=last) == ["open"]
    assert datas(allowed, until=last) == ["secret", "open"]


def test_what_is_kept_is_what_was_published(house):
    """NUL, which PostgreSQL's JSON cannot hold, is on the wire all the same."""
    for data in ("a\0b", "plain", ""):
        entry = reading.entry(int(house.publish(data)[1:]))
        assert entry is not None
        assert publishing.published(entry).data == data
