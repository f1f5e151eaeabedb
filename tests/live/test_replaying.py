"""What was put right is not told again: entries about posts, drawn for who comes later."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from stoppress.lib.transactions import atomic
from stoppress.live.frames import Frame, bare, resync
from stoppress.live.history import History
from stoppress.live.memory import Memory
from stoppress.live.source import Wire
from stoppress.live.tail import Tail
from stoppress.live.wishes import Wish
from stoppress.posts import publishing, queries
from stoppress.posts.copy import Change
from stoppress.posts.views import PostView
from stoppress.protocols.sse import Parser
from stoppress.wire.append import append
from stoppress.wire.models import Entry
from tests.builders import a_post
from tests.support.threads import aside

pytestmark = pytest.mark.django_db(transaction=True)

WRONG, RIGHT = "Fifty-one per cent for it.", "Forty-one per cent for it."
ALL = Wish(("*",))


@pytest.fixture
def wire() -> Iterator[Wire]:
    wire = Wire("live-replaying")
    yield wire
    wire.close()


class Nobody:
    """A hub without readers."""

    def publish(self, frame: Frame) -> None:
        pass


def entries(chunks: list[bytes]) -> list[dict[str, Any]]:
    parser = Parser()
    events = [event for each in chunks for event in parser.feed(bare(each))]
    return [json.loads(event.data) for event in events]


def corrected() -> tuple[int, int]:
    """A post and its correction: their numbers on the wire."""
    post = a_post(WRONG)
    after = publishing.correct(post.post_id, Change(text=RIGHT), "It is 41.")
    return post.seq or 0, after.seq or 0


def since(wire: Wire, begin: int) -> list[dict[str, Any]]:
    stretch = asyncio.run(wire.after(begin, limit=9))
    return entries([frame.chunk for frame in stretch.frames])


def test_a_retracted_post_is_replayed_without_its_words(wire):
    """A stream that is opened with an old id tells that the post was there and is gone:
    not one of its words, in the order of the wire."""
    post = a_post(WRONG)
    assert post.seq is not None
    assert WRONG in json.dumps(since(wire, post.seq - 1))  # and is kept as it was drawn
    publishing.retract(post.post_id, "It was another harbour.")
    told = since(wire, post.seq - 1)
    assert WRONG not in json.dumps(told)
    assert [entry["kind"] for entry in told] == ["post.published", "post.retracted"]
    assert all(entry["post"]["state"] == "retracted" for entry in told)
    for entry in told:
        assert entry["post"]["seq"] == entry["seq"]
        assert f'data-seq="{entry["seq"]}"' in entry["html"]


def test_a_corrected_post_is_replayed_corrected(wire):
    """The entry of the error has the right words, the correction comes after it as one."""
    first, second = corrected()
    told = since(wire, first - 1)
    assert [entry["seq"] for entry in told] == [first, second]
    assert [entry["kind"] for entry in told] == ["post.published", "post.corrected"]
    assert WRONG not in json.dumps(told)
    assert all(RIGHT in entry["html"] for entry in told)


def test_the_error_alone_is_replayed_corrected(wire):
    """Also where the reading ends before the correction."""
    first, _ = corrected()
    stretch = asyncio.run(wire.after(first - 1, limit=1))
    (told,) = entries([frame.chunk for frame in stretch.frames])
    assert told["seq"] == first
    assert RIGHT in told["html"]
    assert WRONG not in json.dumps(told)


def test_news_asks_no_further_question(wire, monkeypatch):
    """What was just put on the wire is drawn as it is there: before a reader has it, no
    more is read than the wire."""
    asked = []
    posts = queries.posts

    def counted(numbers: set[int]) -> dict[int, PostView]:
        asked.append(numbers)
        return posts(numbers)

    monkeypatch.setattr(queries, "posts", counted)
    old = a_post("An hour ago.")
    new = a_post("Now.")
    publishing.correct(old.post_id, Change(text="An hour and a half."), "Longer.")
    told = since(wire, (new.seq or 0) - 1)
    assert [entry["kind"] for entry in told] == ["post.published", "post.corrected"]
    assert asked == [set()]
    since(wire, (old.seq or 0) - 1)
    assert asked == [set(), {old.post_id}]


def test_what_memory_holds_is_put_right(wire):
    """A reader that is served from memory, as most are, is not told the error either."""

    async def follow() -> list[bytes] | None:
        held = Memory()
        tail = Tail(wire, held, Nobody())  # type: ignore[arg-type]
        await tail._warm_up()
        begin = held.head
        post = await aside(a_post, WRONG)
        other = await aside(a_post, "Another.")
        await tail.catch_up()
        size = held._bytes
        await aside(publishing.retract, post.post_id, "It was not so.")
        await tail.catch_up()
        assert held._bytes == sum(len(frame.chunk) for frame in held._frames) != size
        assert other.seq is not None
        missed = History(wire, held, tail).at_hand(str(begin), ALL)
        return missed.chunks if missed else None

    chunks = asyncio.run(follow())
    assert chunks is not None
    assert WRONG not in json.dumps(entries(chunks))
    states = [entry["post"]["state"] for entry in entries(chunks) if "post" in entry]
    assert states == ["retracted", "published", "retracted"]


def test_an_entry_that_is_gone_tells_its_readers_to_reload():
    """What cannot be drawn anew, because the wire was pruned, is a resync in memory."""
    held = Memory()
    held.add(Frame(1, ("/a",), b"old", post=7, revision=1))
    held.add(Frame(2, ("/a",), b"other", post=8, revision=1))
    newer = [Frame(3, ("/a",), b"new", post=7, revision=2)]
    assert held.superseded(newer) == [1]
    assert held.superseded([Frame(3, ("/a",), b"x", post=8, revision=1)]) == []
    held.renew([1], {})
    assert held.since(0, ALL) == [resync(1), b"other"]


def test_an_odd_entry_stops_nothing(wire, caplog):
    """An entry whose payload is none of ours is told as a resync, to those alone that it
    was for."""
    caplog.set_level(logging.CRITICAL)
    with atomic():
        first = append("hub.update", ["a"], {"private": True}).seq
        append("post.published", ["/a"], {"post": "nonsense"})
    stretch = asyncio.run(wire.after(first - 1, limit=9))
    assert [frame.private for frame in stretch.frames] == [True, False]
    assert all(b"event: resync" in frame.chunk for frame in stretch.frames)
    assert Entry.objects.filter(seq__gte=first).count() == 2
