"""Event streams: written by us, read as the HTML standard says."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stoppress.protocols import sse
from stoppress.protocols.sse import BadEventError, Event, Parser

# Characters that UTF-8 can carry.
letters = st.characters(exclude_categories=["Cs"])
one_line = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\0")
)
# Octets in which fields, line ends, byte order marks and broken UTF-8 are likely.
pieces = (
    *(b"data", b"id", b"event", b"retry", b":", b" ", b"7", b"x"),
    *(b"\r", b"\n", b"\r\n", b"\n\n"),
    *(b"\0", b"\xef\xbb\xbf", b"\xe2\x82", b"\xac"),
)
streams = st.lists(st.sampled_from(pieces)).map(b"".join)


def read(*pieces: bytes) -> list[Event]:
    parser = Parser()
    return [event for piece in pieces for event in parser.feed(piece)]


@given(
    data=st.text(letters),
    event_id=st.none() | one_line,
    event=st.none() | one_line,
    retry=st.none() | st.integers(0, sse.RETRY_AT_MOST),
)
def test_what_is_written_is_read(data, event_id, event, retry):
    """Any event arrives as it was written, with each line end in its data as LF."""
    parser = Parser()
    got = parser.feed(sse.encode(data, event_id=event_id, event=event, retry=retry))
    lines = data.replace("\r\n", "\n").replace("\r", "\n")
    assert got == [Event(lines, event or "message", event_id or "")]
    assert parser.last_event_id == (event_id or "")
    assert parser.retry == retry


@given(stream=streams, cuts=st.lists(st.integers(0, 200), max_size=8))
def test_the_cuts_do_not_matter(stream, cuts):
    """A stream means the same however the network cuts it."""
    whole, cut = Parser(), Parser()
    edges = [0, *sorted(min(c, len(stream)) for c in cuts), len(stream)]
    pieces = [stream[a:b] for a, b in pairwise(edges)]
    assert [e for p in pieces for e in cut.feed(p)] == whole.feed(stream)
    assert (cut.last_event_id, cut.retry) == (whole.last_event_id, whole.retry)


@given(st.binary())
def test_any_octets_are_a_stream(octets):
    """No stream makes the reader fail."""
    read(octets)


def test_an_entry_as_it_stands_on_the_wire():
    """The frame of an entry is id, then one data line, then a blank line."""
    assert sse.encode('{"seq":12}', event_id="12") == b'id: 12\ndata: {"seq":12}\n\n'


def test_several_lines_of_data():
    """Each line of the data becomes a data field of its own."""
    assert sse.encode("a\nb\r\nc\rd") == b"data: a\ndata: b\ndata: c\ndata: d\n\n"


def test_data_that_begins_with_a_space():
    """A leading space in the data survives: the reader takes only the one we add."""
    assert read(sse.encode(" indented")) == [Event(" indented")]


def test_an_event_with_empty_data_is_dispatched():
    """`resync` needs no text: empty data still makes an event."""
    assert read(sse.encode("", event="resync")) == [Event("", "resync")]


def test_no_data_sets_the_id_and_the_reconnection_time_only():
    """A frame without data dispatches nothing, but the reader keeps id and retry."""
    parser = Parser()
    assert parser.feed(sse.encode(event_id="40", retry=2500)) == []
    assert (parser.last_event_id, parser.retry) == ("40", 2500)


@pytest.mark.parametrize("mark", ["\r", "\n", "\0", "\r\n"])
def test_a_field_cannot_break_out_of_its_line(mark):
    """A line end or NUL in an id or event name is refused, not written."""
    forged = f"1{mark}data: forged"
    with pytest.raises(BadEventError):
        sse.encode("x", event_id=forged)
    with pytest.raises(BadEventError):
        sse.encode("x", event=forged)


def test_reconnect_at_once():
    """A retry of no time at all can be written."""
    assert sse.encode(retry=0) == b"retry: 0\n\n"


@pytest.mark.parametrize("retry", [-1, sse.RETRY_AT_MOST + 1])
def test_a_retry_out_of_range_is_refused(retry):
    """A reader is never told to come back before now or in years."""
    with pytest.raises(BadEventError):
        sse.encode("x", retry=retry)


def test_a_lone_surrogate_is_refused():
    """Text that UTF-8 cannot carry is refused with a named error."""
    with pytest.raises(BadEventError):
        sse.encode("\ud800")


def test_the_heartbeat_is_a_bare_comment():
    """The heartbeat costs two octets and says nothing."""
    assert sse.comment() == b":\n"
    assert read(sse.comment()) == []


@given(st.text(letters), one_line.filter(bool))
def test_a_comment_never_becomes_anything_else(text, data):
    """Whatever a comment says, the events around it are as they were."""
    stream = sse.encode(data) + sse.comment(text) + sse.encode(data)
    assert read(stream) == [Event(data), Event(data)]


@given(st.binary(min_size=1))
def test_a_chunk_says_its_length(octets):
    """RFC 9112 7.1: length in hexadecimal, CRLF, the octets, CRLF."""
    size, _, rest = sse.chunk(octets).partition(b"\r\n")
    assert int(size, 16) == len(octets)
    assert rest == octets + b"\r\n"


def test_an_empty_chunk_is_refused():
    """An empty chunk would end the answer, so it cannot be made by accident."""
    with pytest.raises(sse.EmptyChunkError):
        sse.chunk(b"")
    assert sse.LAST_CHUNK == b"0\r\n\r\n"


# What follows are the examples and rules of the HTML standard.


def test_the_stock_ticker():
    """Data lines of one event are joined by LF, with none at the end."""
    assert read(b"data: YHOO\ndata: +2\ndata: 10\n\n") == [Event("YHOO\n+2\n10")]


def test_the_stream_of_four_blocks():
    """A comment block gives nothing; an empty id clears it; one space goes, not two."""
    stream = (
        b": test stream\n\n"
        b"data: first event\nid: 1\n\n"
        b"data:second event\nid\n\n"
        b"data:  third event\n\n"
    )
    assert read(stream) == [
        Event("first event", last_event_id="1"),
        Event("second event"),
        Event(" third event"),
    ]


def test_bare_data_fields():
    """`data` alone is an empty line; the block the stream breaks off in is dropped."""
    assert read(b"data\n\ndata\ndata\n\ndata:") == [Event(""), Event("\n")]


def test_a_space_after_the_colon_makes_no_difference():
    """`data:test` and `data: test` are the same event."""
    assert read(b"data:test\n\ndata: test\n\n") == [Event("test"), Event("test")]


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
def test_the_three_line_ends(end):
    """LF, CR and CRLF end a line alike, and a CR ends it without waiting for more."""
    assert read(b"data: a" + end + b"data: b" + end + end) == [Event("a\nb")]


def test_a_crlf_cut_in_two_is_one_line_end():
    """The LF that comes in the next piece after a CR ends nothing by itself."""
    assert read(b"data: a\r", b"\ndata: b\r", b"\n\r", b"\n") == [Event("a\nb")]


def test_one_byte_order_mark_goes():
    """A byte order mark at the very start is dropped; a second one is text."""
    assert read(b"\xef\xbb", b"\xbfdata: a\n\n") == [Event("a")]
    assert read(b"\xef\xbb\xbf\xef\xbb\xbfdata: a\n\ndata: b\n\n") == [Event("b")]


def test_the_id_stays_until_the_next():
    """An event without id carries the last one; so does a reconnection."""
    parser = Parser()
    events = parser.feed(b"id: 7\ndata: a\n\ndata: b\n\nid: 8\n")
    assert [event.last_event_id for event in events] == ["7", "7"]
    assert parser.last_event_id == "7", "an id counts when its block is complete"
    parser.feed(b"\n")
    assert parser.last_event_id == "8"


def test_an_id_with_nul_is_ignored():
    """An id that holds NUL leaves the earlier one in place."""
    assert read(b"id: 7\n\nid: 8\0\ndata: a\n\n") == [Event("a", last_event_id="7")]


@pytest.mark.parametrize(
    "value", [b"", b"+5", b"-5", b"5 ", b"5.0", b"0x5", "\u0665".encode()]
)
def test_a_retry_that_is_not_digits_is_ignored(value):
    """Only ASCII digits set the reconnection time."""
    parser = Parser()
    parser.feed(b"retry: " + value + b"\n")
    assert parser.retry is None


@pytest.mark.parametrize(
    ("value", "time"),
    [(b"0", 0), (b"003000", 3000), (b"9" * 5000, sse.RETRY_AT_MOST)],
)
def test_a_retry_of_digits_sets_the_time(value, time):
    """Digits are milliseconds in base ten, at once, bounded for a reader of ours."""
    parser = Parser()
    parser.feed(b"retry: " + value + b"\n")
    assert parser.retry == time


def test_the_event_name_is_for_one_event():
    """The type falls back to `message` after each event, dispatched or not."""
    stream = b"event: resync\ndata: a\n\ndata: b\n\nevent: lost\n\ndata: c\n\n"
    assert [event.type for event in read(stream)] == ["resync", "message", "message"]


def test_unknown_fields_are_ignored():
    """Fields the standard does not know, also in capitals, change nothing."""
    assert read(b"Data: no\nfoo: bar\nnonsense\ndata: yes\n\n") == [Event("yes")]


def test_broken_utf_8_is_replaced():
    """Octets that are not UTF-8 become U+FFFD and the stream goes on."""
    assert read(b"data: \xff\xe2\x82", b"\xac\n\n") == [Event("\ufffd€")]


def test_an_endless_event_is_stopped(monkeypatch):
    """A stream that never ends its event is refused before it fills the memory."""
    monkeypatch.setattr(sse, "EVENT_AT_MOST", 100)
    parser = Parser()
    parser.feed(b":" + b"x" * 99 + b"\n" + sse.comment() * 500)  # comments do not count
    with pytest.raises(sse.EventTooLongError):
        parser.feed(b"data\n" * 200)
    with pytest.raises(sse.EventTooLongError):
        read(b"y" * 60, b"y" * 60)
