"""The push request (RFC 8030), and what the answers mean."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stoppress.protocols import push_request as pr
from stoppress.protocols.origin import BadUrlError
from stoppress.protocols.push_request import Fault, Outcome, Reach, Urgency, answer

NOW = 784111777  # Sun, 06 Nov 1994 08:49:37 GMT
ENDPOINT = "https://push.example:8443/p/1"


def a_request(**changed: Any) -> pr.PushRequest:
    asked: dict[str, Any] = {
        "endpoint": ENDPOINT,
        "body": b"sealed",
        "authorization": "vapid t=a, k=b",
        "ttl": 60,
    }
    return pr.request(**(asked | changed))


def test_the_request():
    """RFC 8030 5: a POST to the endpoint with TTL, Urgency, Topic and the coded body."""
    made = a_request(ttl=3600, urgency=Urgency.HIGH, topic="post-7")
    assert made == pr.PushRequest(
        url=ENDPOINT,
        headers={
            "Authorization": "vapid t=a, k=b",
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": "3600",
            "Urgency": "high",
            "Topic": "post-7",
        },
        body=b"sealed",
        origin="https://push.example:8443",
    )


def test_no_topic_no_header():
    """Without a topic there is no Topic header, and the urgency is normal."""
    made = a_request()
    assert "Topic" not in made.headers
    assert made.headers["Urgency"] == "normal"


def test_the_urgencies_are_the_standards():
    """RFC 8030 5.3 knows four urgencies; another word is refused."""
    assert {u.value for u in Urgency} == {"very-low", "low", "normal", "high"}
    with pytest.raises(ValueError, match="urgent"):
        a_request(urgency="urgent")


@given(st.from_regex(r"[A-Za-z0-9_-]{1,32}", fullmatch=True))
def test_topics_of_the_alphabet(topic):
    """RFC 8030 5.4: up to 32 characters of the base64url alphabet are a Topic."""
    assert a_request(topic=topic).headers["Topic"] == topic


@pytest.mark.parametrize(
    "topic", ["", "x" * 33, "/posts/7", "a b", "é", "post-7\n", "a=b"]
)
def test_other_topics_are_refused(topic):
    """What services answer with 400 is refused before it is sent."""
    with pytest.raises(pr.BadTopicHeaderError):
        a_request(topic=topic)


@pytest.mark.parametrize("ttl", [-1, pr.TTL_AT_MOST + 1])
def test_a_ttl_out_of_range_is_refused(ttl):
    """A message is kept for a time from none to four weeks."""
    with pytest.raises(pr.BadTtlError):
        a_request(ttl=ttl)
    assert a_request(ttl=0).headers["TTL"] == "0"
    assert a_request(ttl=pr.TTL_AT_MOST).headers["TTL"] == "2419200"


def test_a_body_beyond_the_limit_is_refused():
    """RFC 8030 7.2: every service takes 4,096 octets; more is not tried."""
    assert len(a_request(body=bytes(4096)).body) == 4096
    with pytest.raises(pr.BodyTooLongError):
        a_request(body=bytes(4097))


@pytest.mark.parametrize("value", ["", "vapid t=a\r\nX: y", "vapid t=é", "a\0"])
def test_nothing_breaks_out_of_the_authorization(value):
    """An Authorization value that could make a header of its own is refused."""
    with pytest.raises(pr.BadAuthorizationError):
        a_request(authorization=value)


def test_an_endpoint_that_is_no_address_is_refused():
    """A request is only made for an address that has an origin."""
    with pytest.raises(BadUrlError):
        a_request(endpoint="https://push.example\\@evil.example/")


@pytest.mark.parametrize(
    ("statuses", "outcome", "fault", "reach"),
    [
        ((200, 201, 202, 204), Outcome.DELIVERED, Fault.NOBODY, Reach.MESSAGE),
        ((404, 410), Outcome.GONE, Fault.FOLLOWER, Reach.MESSAGE),
        ((406, 429), Outcome.LATER, Fault.RATE, Reach.ORIGIN),
        ((503,), Outcome.LATER, Fault.SERVICE, Reach.ORIGIN),
        ((500, 501, 502, 504, 599), Outcome.LATER, Fault.SERVICE, Reach.MESSAGE),
        ((408, 421, 425), Outcome.LATER, Fault.SERVICE, Reach.MESSAGE),
        ((401, 403), Outcome.REFUSED, Fault.VAPID, Reach.ORIGIN),
        ((400, 413), Outcome.REFUSED, Fault.MESSAGE, Reach.MESSAGE),
        (
            (301, 304, 307, 308, 402, 409, 418),
            Outcome.REFUSED,
            Fault.SERVICE,
            Reach.MESSAGE,
        ),
    ],
)
def test_what_the_answers_mean(statuses, outcome, fault, reach):
    """Each status has one meaning, one fault and one reach."""
    for status in statuses:
        got = answer(status, now=NOW)
        assert (got.outcome, got.fault, got.reach) == (outcome, fault, reach)
        assert got.status == status
        assert str(status) in got.sentence


@given(st.integers(-1, 1200), st.none() | st.text(max_size=40))
def test_only_two_answers_lose_a_follower(status, retry_after):
    """A follower is removed for 404 and 410, for no other answer whatever."""
    got = answer(status, retry_after, now=NOW)
    assert (got.outcome is Outcome.GONE) == (status in {404, 410})
    assert (got.outcome is Outcome.DELIVERED) == (200 <= status <= 299)
    assert (got.fault is Fault.NOBODY) == (got.outcome is Outcome.DELIVERED)
    assert got.retry_after is None or 0 <= got.retry_after <= pr.RETRY_AFTER_AT_MOST


def test_no_answer_is_later():
    """A lost connection is tried again, and never costs a follower."""
    assert pr.NO_ANSWER.outcome is Outcome.LATER
    assert pr.NO_ANSWER.sentence.endswith("(no answer)")


@pytest.mark.parametrize(
    ("text", "wait"),
    [
        ("120", 120),
        ("0", 0),
        ("000060", 60),
        (" 5\t", 5),
        ("86401", 86400),
        ("9" * 5000, 86400),
        ("Sun, 06 Nov 1994 08:50:37 GMT", 60),
        ("Sunday, 06-Nov-94 08:50:37 GMT", 60),
        ("Sun Nov  6 08:50:37 1994", 60),
        ("Sun, 06 Nov 1994 08:49:36 GMT", 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86400),
        ("-5", None),
        ("+5", None),
        ("1.5", None),
        ("\u0665", None),
        ("soon", None),
        ("", None),
    ],
)
def test_retry_after(text, wait):
    """RFC 9110 10.2.3: seconds or a date, never below nothing, at most a day."""
    assert answer(429, text, now=NOW).retry_after == wait
    assert answer(503, text, now=NOW).retry_after == wait


@pytest.mark.parametrize("status", [201, 400, 403, 410, 301])
def test_retry_after_counts_only_for_later(status):
    """A Retry-After on any other answer says nothing about sending again."""
    assert answer(status, "120", now=NOW).retry_after is None


def test_the_vapid_sentence_helps():
    """An operator who reads of a 403 is told what to look at."""
    sentence = answer(403, now=NOW).sentence
    for hint in ("contact", "clock", "vapid.pem", "403"):
        assert hint in sentence
