"""The message's text, and how it is shortened."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stoppress.protocols import declarative
from stoppress.protocols.declarative import (
    ELLIPSIS,
    Action,
    Notification,
    message,
    shorten,
)

NAVIGATE = "https://news.example/posts/7"
# Text in which octets and characters differ as much as they can.
texts = st.text(st.characters() | st.sampled_from('" \\\n\x01é€😀\u0301\u200d'))


def a_notification(
    title: str = "Putin and Lukashenko talk",
    body: str = "About integration.",
    **more: Any,
) -> Notification:
    return Notification(title, body, NAVIGATE, "post-7", **more)


def size(text: str) -> int:
    return len(json.dumps(text, ensure_ascii=False).encode("utf-8", "replace")) - 2


def as_a_browser_reads(octets: bytes) -> dict[str, object] | None:
    """W3C Push API, the declarative push message parser: what it needs, or None."""
    read = json.loads(octets.decode())
    shown = read.get("notification")
    if read.get("web_push") != 8030 or not isinstance(shown, dict):
        return None
    if not isinstance(shown.get("title"), str) or not isinstance(
        shown.get("navigate"), str
    ):
        return None
    return shown


def test_the_message_as_agreed():
    """The JSON has the magic number and all that page and worker count on."""
    octets = message(
        a_notification(
            lang="en-GB", silent=True, data={"post": 7, "kind": "correction"}
        )
    )
    assert json.loads(octets) == {
        "web_push": 8030,
        "notification": {
            "title": "Putin and Lukashenko talk",
            "body": "About integration.",
            "navigate": NAVIGATE,
            "tag": "post-7",
            "lang": "en-GB",
            "silent": True,
            "data": {"post": 7, "kind": "correction"},
        },
    }


def test_a_picture_and_buttons():
    """W3C Push API, Declarative Web Push: `image`, and `actions` that each lead
    somewhere; where there are none, nothing is said of them."""
    button = Action("mute", "Not this story", f"{NAVIGATE}#stop")
    picture = "https://news.example/photos/1.jpg"
    shown = json.loads(message(a_notification(image=picture, actions=[button])))
    assert shown["notification"]["image"] == picture
    assert shown["notification"]["actions"] == [
        {"action": "mute", "title": "Not this story", "navigate": f"{NAVIGATE}#stop"}
    ]
    bare = json.loads(message(a_notification()))["notification"]
    assert not {"image", "actions"} & set(bare)


def test_picture_and_buttons_give_way_to_the_title():
    """Where the title has no room beside them, they go; the title is whole."""
    title, picture = "A headline of some length", "https://news.example/photos/1.jpg"
    button = Action("mute", "Not this story", f"{NAVIGATE}#stop")
    bare = len(message(a_notification(title, "")))
    full = a_notification(title, "", image=picture, actions=[button])
    shown = json.loads(message(full, limit=bare + 20))["notification"]
    assert shown["title"] == title
    assert not {"image", "actions"} & set(shown)


def test_letters_stay_letters():
    """Text is sent as UTF-8, not as escapes three times as long."""
    assert "Лукашенко 😀".encode() in message(a_notification(body="Лукашенко 😀"))


@settings(deadline=None)
@given(title=texts.filter(str.strip), body=texts, limit=st.integers(250, 700))
def test_it_always_fits_and_is_always_whole(title, body, limit):
    """Whatever the words, the message fits and a browser can read it."""
    octets = message(a_notification(title, body), limit=limit)
    shown = as_a_browser_reads(octets)
    assert len(octets) <= limit
    assert shown is not None
    assert shown["title"]
    assert (shown["navigate"], shown["tag"]) == (NAVIGATE, "post-7")


@settings(deadline=None)
@given(title=st.text(min_size=1, max_size=40).filter(str.strip), body=texts)
def test_nothing_is_cut_that_fits(title, body):
    """Words that fit are sent whole."""
    whole = message(a_notification(title, body), limit=10**9)
    assert message(a_notification(title, body), limit=len(whole)) == whole


def test_the_body_goes_first():
    """While the title fits, the title is whole and the body ends at a word's end."""
    title, body = "A headline of some length", "word after word " * 400
    octets = message(a_notification(title, body))
    shown = json.loads(octets)["notification"]
    assert shown["title"] == title
    assert shown["body"].endswith("word" + ELLIPSIS) or shown["body"].endswith("after…")
    assert 3993 - len("word after ") <= len(octets) <= 3993


def test_the_title_goes_last():
    """A title that is too long by itself is shortened, and the body left out."""
    shown = json.loads(message(a_notification("long title " * 500, "body")))[
        "notification"
    ]
    assert shown["body"] == ""
    assert shown["title"].endswith(ELLIPSIS)
    assert shown["title"].startswith("long title long")


def test_a_shortened_title_stands_alone():
    """Room that is left beside a shortened title is not filled with the body."""
    title = "a" * 2500 + " " + "b" * 2500
    shown = json.loads(message(a_notification(title, "body")))["notification"]
    assert (shown["title"], shown["body"]) == ("a" * 2500 + ELLIPSIS, "")


def test_no_half_body():
    """Where not even a word of the body fits, there is no body, and no lone ellipsis."""
    title = "A headline"
    bare = len(message(a_notification(title, "")))
    for room in range(12):
        octets = message(a_notification(title, "Considerable news"), limit=bare + room)
        body = json.loads(octets)["notification"]["body"]
        assert body != ELLIPSIS
        assert size(body) <= room


def test_an_empty_title_is_refused():
    """A notification without a title is nobody's wish."""
    for title in ("", "  \n"):
        with pytest.raises(declarative.EmptyTitleError):
            message(a_notification(title))


@pytest.mark.parametrize(
    "navigate", ["", "/posts/7", "javascript:alert(1)", "news.example"]
)
def test_a_click_leads_to_an_absolute_address(navigate):
    """The address behind the notification is a whole http(s) address."""
    with pytest.raises(declarative.BadNavigateError):
        message(Notification("t", "b", navigate, "post-7"))
    with pytest.raises(declarative.BadNavigateError):
        message(a_notification(actions=[Action("a", "A", navigate)]))


def test_no_room_for_words():
    """When the rest fills the message, that is said and no empty message is sent."""
    with pytest.raises(declarative.NoRoomForWordsError):
        message(a_notification(data={"much": "x" * 4000}))


def test_lone_surrogates_do_no_harm():
    """Half a character, as a broken import may leave, is replaced, not a failure."""
    shown = json.loads(message(a_notification("a\ud800b", "c\udfff")))["notification"]
    assert (shown["title"], shown["body"]) == ("a\ufffdb", "c\ufffd")


@settings(deadline=None)
@given(texts, st.integers(0, 80))
def test_shortened_text_is_a_beginning(text, room):
    """What is left is the text, or its beginning and an ellipsis, within the room."""
    got = shorten(text, room)
    assert (
        len(json.dumps(got, ensure_ascii=False).encode("utf-8", "surrogatepass")) - 2
        <= room
    )
    if got != text:
        assert got == "" or (got[-1] == ELLIPSIS and text.startswith(got[:-1]))


@pytest.mark.parametrize(
    ("text", "room", "expected"),
    [
        ("one two three", 13, "one two three"),
        ("one two three", 12, "one two…"),
        ("one two three", 10, "one two…"),
        ("one two three", 9, "one…"),
        ("one two, three", 12, "one two…"),
        ("one two — three", 15, "one two…"),
        ("antidisestablishment", 10, "antidis…"),
        ("I antidisestablishment", 12, "I antidis…"),
        ("白罗斯和俄罗斯", 12, "白罗斯…"),
        ("白罗斯和俄罗斯", 11, "白罗…"),
        ("cafe\u0301s are", 9, "cafe\u0301…"),
        ("cafe\u0301s are", 8, "caf…"),
        ("ab👩\u200d👩\u200d👧x", 15, "ab…"),
        ("ab🇫🇷x", 9, "ab…"),
        ("ab👍🏽x", 9, "ab…"),
        ('""""""', 9, '"""…'),
        ("one", 2, ""),
        ("one", 0, ""),
    ],
)
def test_where_it_is_cut(text, room, expected):
    """At a word's end, without its comma; else between whole letters."""
    assert shorten(text, room) == expected
