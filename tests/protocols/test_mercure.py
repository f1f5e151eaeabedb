"""Mercure: the subscribe request, selectors, discovery."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stoppress.protocols import mercure
from stoppress.protocols.mercure import Subscription, link, subscription
from stoppress.protocols.mercure_topics import (
    EVERYTHING,
    TOPIC_LENGTH_AT_MOST,
    matches,
    selects,
)

HUB = mercure.HUB_PATH.encode()

topics = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="{"),
    min_size=1,
    max_size=80,
)


def ask(query: str) -> Subscription:
    return subscription(HUB + b"?" + query.encode())


@given(
    st.lists(topics, min_size=1, max_size=20), st.none() | st.from_regex(r"\A[!-~]+\Z")
)
def test_any_topics_arrive_as_they_were_asked_for(wanted, last):
    """Every topic comes out in order, once, whatever letters it has."""
    last = last and last[:200]
    query = [("topic", topic) for topic in wanted]
    if last:
        query.append(("lastEventID", last))
    got = ask(urlencode(query))
    assert got.topics == tuple(dict.fromkeys(wanted))
    assert got.last_event_id == last


@given(st.binary(max_size=300))
def test_no_query_does_worse_than_a_named_refusal(query):
    """Any octets give a subscription or an error with an HTTP status."""
    with suppress(mercure.SubscribeError):
        subscription(HUB + b"?" + query)
    for refusal in mercure.SubscribeError.__subclasses__():
        assert refusal.status in {400, 414, 501}


def test_the_same_address_is_the_same_subscription():
    """Parsing depends on nothing but the address, so its results may be kept."""
    target = HUB + b"?topic=/stories/x&topic=/posts/7&lastEventID=12"
    assert subscription(target) == subscription(target)
    assert hash(subscription(target)) == hash(subscription(target))


def test_names_are_read_exactly():
    """`Topic` and `TOPIC` are not `topic`, and unknown parameters are let be."""
    got = ask("utm=x&topic=/stories/x&Topic=/no&Authorization=abc")
    assert got == Subscription(("/stories/x",), None)


@pytest.mark.parametrize("target", [b"", b"?", b"?Topic=x", b"?lastEventID=3"])
def test_no_topic_is_refused(target):
    """A request that names no topic gets 400."""
    with pytest.raises(mercure.MissingTopicError) as refused:
        subscription(HUB + target)
    assert refused.value.status == 400


@pytest.mark.parametrize(
    "query",
    ["topic=", "topic", "topic=a%00b", "topic=a%0Ab", "topic=%7F", "topic=%C2%85"],
)
def test_a_topic_that_cannot_be_is_refused(query):
    """Empty topics and control characters get 400: they break logs and databases."""
    with pytest.raises(mercure.BadSelectorError):
        ask(query)


def test_the_longest_topic():
    """A topic may have TOPIC_LENGTH_AT_MOST characters, not bytes, and no more."""
    longest = "é" * TOPIC_LENGTH_AT_MOST
    assert ask(urlencode({"topic": longest})).topics == (longest,)
    with pytest.raises(mercure.BadSelectorError):
        ask(urlencode({"topic": longest + "é"}))


def test_the_most_topics():
    """One request may name TOPICS_AT_MOST different topics, and no more."""
    query = "&".join(f"topic=/posts/{n}" for n in range(mercure.TOPICS_AT_MOST))
    assert len(ask(query).topics) == mercure.TOPICS_AT_MOST
    with pytest.raises(mercure.TooManyTopicsError):
        ask(query + "&topic=/posts/one-more")
    with pytest.raises(mercure.TooManyTopicsError):
        ask("&".join(["topic=/posts/1"] * 1000))


def test_a_huge_address_is_refused():
    """An address beyond TARGET_AT_MOST gets 414 before it is looked at."""
    with pytest.raises(mercure.TargetTooLongError) as refused:
        ask("topic=/x&" + "y" * mercure.TARGET_AT_MOST)
    assert refused.value.status == 414


@pytest.mark.parametrize("query", [b"topic=%FF", b"topic=\xc3\xa9", b"topic=%C3"])
def test_a_query_that_is_not_percent_encoded_utf_8_is_refused(query):
    """Raw or broken octets get 400 instead of a topic that nobody publishes on."""
    with pytest.raises(mercure.BadQueryError):
        subscription(HUB + b"?" + query)


def test_a_template_that_is_not_matched_is_refused_aloud():
    """A template with a prefix modifier, or a crowd of variables, gets 501: silence would
    look like a story with no news. Others, and what is none, are selectors."""
    with pytest.raises(mercure.TemplateNotServedError) as refused:
        ask("topic=/stories/%7Bslug:3%7D")
    assert refused.value.status == 501
    with pytest.raises(mercure.TemplateNotServedError):
        ask(urlencode({"topic": "{a}{b}{c}{d}{e}{f}{g}{h}{i}"}))
    for selector in ("/stories/{slug}", "a{b", "{!a}"):
        assert ask(urlencode({"topic": selector})).topics == (selector,)


def test_the_most_templates():
    """One request may name TEMPLATES_AT_MOST templates, and no more."""
    asked = [("topic", f"/{n}/{{x}}") for n in range(mercure.TEMPLATES_AT_MOST)]
    assert len(ask(urlencode(asked)).topics) == mercure.TEMPLATES_AT_MOST
    with pytest.raises(mercure.TooManyTopicsError):
        ask(urlencode([*asked, ("topic", "/more/{x}")]))


def test_an_address_of_this_site_is_its_path():
    """A topic may be asked for by its whole address; other sites' are left as they are."""
    site = "https://news.example"
    for address, kept in [
        (f"{site}/stories/x", "/stories/x"),
        (f"{site}/stories/{{slug}}", "/stories/{slug}"),
        (f"{site}.evil/x", f"{site}.evil/x"),
        (f"{site}//evil/x", f"{site}//evil/x"),
        (f"{site}", f"{site}"),
        ("https://other.example/x", "https://other.example/x"),
    ]:
        query = urlencode({"topic": address}).encode()
        assert subscription(HUB + b"?" + query, site).topics == (kept,)


def test_what_draft_08_says_in_the_same_words():
    """`match` and `matchExact` name a whole topic, or everything; the rest of the family
    is refused, and so is a slip in its name."""
    assert ask("match=/a&matchExact=/b&topic=/c").topics == ("/a", "/b", "/c")
    assert ask("match=*").topics == ("*",)
    for wrong in (
        "matchURLPattern=/a/:b",
        "Match=/a",
        "matchexact=/a",
        "match=%7Ba%7D",
    ):
        with pytest.raises(mercure.BadMatcherError) as refused:
            ask(wrong)
        assert refused.value.status == 400


def test_a_token_in_the_address():
    """The parameter `authorization` is handed on, and is not shown with the rest."""
    asked = ask("topic=/a&authorization=secret.of.mine")
    assert asked.authorization == "secret.of.mine"
    assert "secret" not in repr(asked)


def test_both_spellings_of_the_parameter():
    """`lastEventID` and draft-07's `Last-Event-ID` are read; the newer name wins."""
    assert ask("topic=*&lastEventID=12").last_event_id == "12"
    assert ask("topic=*&Last-Event-ID=11").last_event_id == "11"
    assert ask("topic=*&Last-Event-ID=11&lastEventID=12").last_event_id == "12"
    assert ask("topic=*&Last-Event-ID=11&lastEventID=").last_event_id == "11"
    assert ask("topic=*&lastEventID=1&lastEventID=2").last_event_id == "1"
    assert ask("topic=*&lastEventID=").last_event_id is None
    assert ask("topic=*&lastEventID=earliest").last_event_id == mercure.EARLIEST


def test_the_header_wins():
    """On reconnection the header's id is newer than the one in the page's address."""
    page = ask("topic=*&lastEventID=12")
    assert page.resume_after(b"40") == "40"
    assert page.resume_after("é1".encode()) == "é1"
    assert page.resume_after(b"") == "12"
    assert page.resume_after(None) == "12"
    assert ask("topic=*").resume_after(None) is None


@pytest.mark.parametrize("value", [b"\xff", b"1\x01", b"9" * 257])
def test_an_unusable_last_event_id_is_refused(value):
    """A last event id that is no short text is refused in the header and the address."""
    with pytest.raises(mercure.BadQueryError):
        ask("topic=*").resume_after(value)
    with pytest.raises(mercure.BadQueryError):
        ask(urlencode({"topic": "*", "lastEventID": value}))


@given(topics.filter(lambda topic: topic != EVERYTHING))
def test_exactness(topic):
    """A selector selects the same text, `*` selects all, and nothing else does."""
    assert matches(topic, topic)
    assert matches(EVERYTHING, topic)
    assert not matches(topic, topic + "/")


def test_no_normalising():
    """Topics are compared as written: capitals, encoding and composition count."""
    assert not matches("/stories/X", "/stories/x")
    assert not matches("/stories/%78", "/stories/x")
    assert not matches("e\u0301", "\u00e9")
    assert not matches("/stories/x", "*")


def test_a_stream_wants_what_any_of_its_selectors_selects():
    """An update is wanted when one of its topics meets one of the selectors."""
    some = ("/stories/x", "/posts/9")
    assert selects(some, ["/stories/x", "/posts/7"])
    assert selects(some, ["/stories/y", "/posts/9"])
    assert not selects(some, ["/stories/y", "/posts/7"])
    assert not selects(some, [])
    assert selects(("/stories/x", "*"), ["/anything"])


def test_discovery():
    """A page says where its hub is, what its topic is, and up to where it is drawn."""
    hub = "https://news.example/.well-known/mercure"
    assert link(hub) == f'<{hub}>; rel="mercure"'
    assert link(hub, topic="/stories/x", last_event_id="12") == (
        f'<{hub}>; rel="mercure"; last-event-id="12", </stories/x>; rel="self"'
    )
    assert link(hub, content_type="application/json").endswith(
        '; content-type="application/json"'
    )
    assert link(hub, last_event_id='a"\\').endswith(r'last-event-id="a\"\\"')


@pytest.mark.parametrize(
    ("hub", "parts"),
    [
        ("/a>;rel=evil", {}),
        ("/a<b", {}),
        ("/a b", {}),
        ("", {}),
        ("/h", {"topic": "/é"}),
        ("/h", {"last_event_id": "1\r\nSet-Cookie: x"}),
    ],
)
def test_nothing_breaks_out_of_the_header(hub, parts):
    """What could end the header or the address early is refused."""
    with pytest.raises(mercure.BadLinkError):
        link(hub, **parts)
