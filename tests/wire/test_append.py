"""The only pen: what comes on the wire, and what does not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine

from stoppress.lib.transactions import atomic
from stoppress.wire import reading
from stoppress.wire.append import MAX_TOPICS, append
from stoppress.wire.errors import BadEntry, OutsideTransaction
from stoppress.wire.models import MAX_KIND, Entry
from tests.wire.following import KIND, an_entry


class Mishap(Exception):
    """Something that goes wrong in the middle."""


def an_entry_and_a_mishap() -> None:
    with atomic():
        append(KIND, [], {})
        raise Mishap


def test_nothing_is_written_outside_a_transaction(wire):
    """An entry without the transaction of its rows is refused, and not written."""
    with pytest.raises(OutsideTransaction, match=KIND):
        append(KIND, [], {})
    assert not Entry.objects.exists()


def test_an_entry_says_when_what_and_about_which_things(quick_wire):
    """An entry is kept with its moment, kind, topics and payload, as they were given."""
    noon = datetime(2026, 11, 24, 12, tzinfo=UTC)
    payload = {"text": "“Ĳ” 🗞", "list": [1, None, {"a": 1.5}], "yes": True}
    with time_machine.travel(noon, tick=False), atomic():
        written = append(KIND, ["/stories/a", "/posts/1"], payload)
    (kept,) = reading.after(written.seq - 1)
    assert (kept.at, kept.kind) == (noon, KIND)
    assert (kept.topics, kept.payload) == (["/stories/a", "/posts/1"], payload)
    assert str(kept) == f"{written.seq} {KIND}"


def test_a_mishap_leaves_nothing(wire):
    """When the transaction is undone its entry never was, and later ones are read."""
    before = an_entry()
    with pytest.raises(Mishap):
        an_entry_and_a_mishap()
    later = an_entry()
    assert [entry.seq for entry in reading.after(0)] == [before, later]


def test_an_undone_part_of_a_transaction_leaves_nothing(wire):
    """Of a transaction of which a part was undone, the rest is on the wire."""
    with atomic():
        first = append(KIND, [], {})
        with pytest.raises(Mishap):
            an_entry_and_a_mishap()
        last = append(KIND, [], {})
    assert [entry.seq for entry in reading.after(0)] == [first.seq, last.seq]


@pytest.mark.parametrize(
    "kind",
    [
        *("", "post", "Post.published", "post.", ".post", "post published", "post.a\n"),
        f"post.{'a' * MAX_KIND}",
    ],
)
def test_a_malformed_kind_is_refused(quick_wire, kind):
    """A kind that is not two or more lower-case words with dots is refused."""
    with pytest.raises(BadEntry), atomic():
        append(kind, [], {})
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    "topics", [["/a", "/a"], [f"/{n}" for n in range(MAX_TOPICS + 1)]]
)
def test_repeated_or_too_many_topics_are_refused(quick_wire, topics):
    """Topics that repeat, or are more than a post can be about, are refused."""
    with pytest.raises(BadEntry), atomic():
        append(KIND, topics, {})
    assert not Entry.objects.exists()


def test_as_many_topics_as_allowed_are_kept(quick_wire):
    """The limit itself still fits."""
    topics = [f"/{n}" for n in range(MAX_TOPICS)]
    with atomic():
        assert append(KIND, topics, {}).topics == topics
