"""What goes down a stream, as a browser reads it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stoppress.lib.clock import now
from stoppress.live import frames
from stoppress.live.framing import framed
from stoppress.protocols.sse import Event, Parser, chunk
from stoppress.wire.models import Entry


def seen(*chunks: bytes) -> tuple[list[Event], Parser]:
    """The events that a browser makes of these chunks, and its parser after them."""
    parser = Parser()
    return parser.feed(b"".join(frames.bare(each) for each in chunks)), parser


@given(st.binary(min_size=1))
def test_bare_undoes_chunk(octets):
    """Taking a chunk's wrapping off gives what was wrapped, whatever is inside."""
    assert frames.bare(chunk(octets)) == octets


@given(
    st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"])),
        st.text(st.characters(exclude_categories=["Cs"])),
    )
)
def test_any_words_arrive(shown):
    """Whatever the words are (line ends, NUL, emoji), they arrive as one event with the
    entry's number as its id."""
    frame = frames.entry(12, ("/a",), shown)
    (event,), parser = seen(frame.chunk)
    assert json.loads(event.data) == shown
    assert (event.type, event.last_event_id, parser.last_event_id) == (
        "message",
        "12",
        "12",
    )


def test_beat():
    """A heartbeat moves the reader's id, and is an event of its own kind with data: one
    without would be forgotten by Firefox, id and all."""
    (event,), parser = seen(frames.beat(9))
    assert (event.type, json.loads(event.data)) == ("beat", {"seq": 9})
    assert parser.last_event_id == "9"


def test_cursor_is_not_seen():
    """The place that a stream opens at moves the reader's id and is no event."""
    events, parser = seen(frames.cursor(9))
    assert (events, parser.last_event_id) == ([], "9")


def test_resync():
    """A resync is an event of its own kind, and the stream goes on after its id."""
    (event,), _ = seen(frames.resync(9))
    assert (event.type, event.last_event_id) == ("resync", "9")
    assert json.loads(event.data) == {"seq": 9}


def test_retry():
    """A reader is told when to come back, in the bounds that are named."""
    pauses = {seen(frames.retry())[1].retry or 0 for _ in range(300)}
    assert frames.RETRY_FROM <= min(pauses) < max(pauses) <= frames.RETRY_TO


def a_post() -> dict[str, object]:
    return {
        "id": 7,
        "url": "/posts/7",
        "kind": "update",
        "key_event": False,
        "pinned": False,
        "state": "published",
        "story": {"slug": "x", "title": "X", "url": "/stories/x"},
        "headline": "",
        "html": "<p>The <em>words</em>.</p>",
        "plain": "The words.",
        "published_at": "2026-01-25T10:00:00+00:00",
        "published_on": False,
        "posted_at": "2026-01-25T10:00:00+00:00",
        "changed_at": "2026-01-25T10:00:00+00:00",
        "revision": 1,
        "version": 1,
        "nature": "first",
        "corrections": [],
        "retraction": None,
        "photo": None,
        "source": None,
    }


def an_entry(kind: str, **payload: object) -> Entry:
    return Entry(seq=12, at=now(), kind=kind, topics=["/stories/x"], payload=payload)


def shown_of(entry: Entry) -> tuple[Event, dict[str, Any]]:
    (event,), _ = seen(framed(entry).chunk)
    return event, json.loads(event.data)


def test_post():
    """A post comes as everyone sees it, with its number, its text once, in its drawing;
    that it is also pushed is nobody's business."""
    event, shown = shown_of(an_entry("post.published", post=a_post(), push=True))
    assert event.type == "message"
    assert shown["kind"] == "post.published"
    facts = {**a_post(), "seq": 12}
    del facts["html"], facts["plain"]
    assert shown["post"] == facts
    assert shown["html"].startswith("<article")
    assert "<em>words</em>" in shown["html"]
    assert set(shown) == {"seq", "kind", "topics", "post", "html"}


def test_story():
    """A story comes as the wire tells it."""
    story = {"slug": "x", "title": "X", "url": "/stories/x", "closed": True}
    _, shown = shown_of(an_entry("story.closed", story=story))
    assert shown == {
        "seq": 12,
        "kind": "story.closed",
        "topics": ["/stories/x"],
        "story": story,
    }


@pytest.mark.parametrize("post", [{"id": 7}, {**a_post(), "headline": "\ud800"}])
def test_undrawable(post, caplog):
    """An entry that cannot be drawn tells its readers to fetch the page anew, at its own
    place on the wire, and the log says which it was."""
    entry = an_entry("post.published", post=post)
    frame = framed(entry)
    (event,), _ = seen(frame.chunk)
    assert (event.type, event.last_event_id) == ("resync", "12")
    assert (frame.seq, frame.topics) == (12, ("/stories/x",))
    assert "12 post.published" in caplog.text
