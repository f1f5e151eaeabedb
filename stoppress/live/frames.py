"""What goes down a stream: entries, and the few words that the hub itself has to say.

Each frame is made once, as one chunk of a chunked HTTP/1.1 answer, and the same bytes go
to every reader. For clients that speak HTTP/1.0 (nginx towards us, unless it is told
otherwise) the chunk's wrapping is taken off again: see `bare`.

Every frame that tells of a place on the wire carries it as its `id`, the heartbeat too: a
reader of one quiet story who has been here for a day does not come back asking for
everything since yesterday. For that the heartbeat is an event of its own kind (`beat`,
which a page may listen for to know that its stream is alive). The standard would keep the
id of an event without data as well (HTML, "Interpreting an event stream"), and Chromium
does, but Firefox forgets it.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from stoppress.protocols.sse import chunk, encode

if TYPE_CHECKING:
    from stoppress.protocols.mercure_publication import Update

# Milliseconds before a reader whose stream ended comes back. Spread, so that all the
# readers of a restarted server do not knock in the same millisecond.
RETRY_FROM, RETRY_TO = 700, 1_300

# A crowd is spread further: a process lets in some 20,000 a second, and has pages to
# make for those who come with them.
READERS_BACK = 10_000  # a second

_STEP = 10  # milliseconds: the pauses differ by no less, so that few are made


@dataclass(frozen=True, slots=True)
class Frame:
    """One entry as it goes to its readers.

    `private`: to those alone whose token allows it. `post` and `revision`: the post that
    it shows, and how new its words are; 0 when it shows none. `at`: when it was put on
    the wire, in seconds since 1970; 0 for what must not be timed.
    """

    seq: int
    topics: tuple[str, ...]
    chunk: bytes
    private: bool = False
    post: int = 0
    revision: int = 0
    at: float = 0.0


def entry(
    seq: int,
    topics: tuple[str, ...],
    shown: dict[str, Any],
    *,
    revision: int = 0,
    at: float = 0.0,
) -> Frame:
    """An entry as the page gets it: `shown` is the JSON of its data."""
    # No `event:` field: a page's `onmessage` sees every entry.
    octets = chunk(encode(_json(shown), event_id=str(seq)))
    post = shown["post"]["id"] if revision else 0
    return Frame(seq, topics, octets, post=post, revision=revision, at=at)


def update(seq: int, update: Update) -> Frame:
    """What another system published: its own words as they are, in an event as it wants
    it. The id is ours, and tells our pages that this is none of their entries."""
    words = encode(
        update.data,
        event_id=published_id(seq),
        event=update.event,
        retry=update.retry,
    )
    return Frame(seq, update.topics, chunk(words), private=update.private)


def published_id(seq: int) -> str:
    """The id of an update that came from outside: a fragment, as the draft suggests for a
    sequence ("Publication", `id`), so that it is a valid IRI reference and cannot be taken
    for an entry of the newsroom's own."""
    return f"#{seq}"


def subscription(seq: int, topic: str, shown: dict[str, Any]) -> Frame:
    """Tells who watches that a subscription began or ended. It is not on the wire: its id
    is the place on the wire at which it was said."""
    octets = chunk(encode(_json(shown), event_id=str(seq)))
    return Frame(seq, (topic,), octets, private=True)


def resync(seq: int) -> bytes:
    """Tells a reader that something is missing: the page fetches itself anew, the stream
    goes on after `seq`."""
    return chunk(encode(_json({"seq": seq}), event_id=str(seq), event="resync"))


def beat(seq: int) -> bytes:
    """The heartbeat: nothing is new up to `seq`. No page has to look at it."""
    return chunk(encode(_json({"seq": seq}), event_id=str(seq), event="beat"))


def cursor(seq: int) -> bytes:
    """Where a stream that opens has brought its reader; no event."""
    return chunk(encode(event_id=str(seq)))


def retry(crowd: int = 0) -> bytes:
    """When to come back after this stream ends: another pause for each reader, longer
    ones too where a `crowd` of so many readers comes back with it."""
    spread = RETRY_TO - RETRY_FROM + crowd * 1_000 // READERS_BACK
    return _retry(RETRY_FROM + secrets.randbelow(spread // _STEP + 1) * _STEP)


@lru_cache(1_024)
def _retry(pause: int) -> bytes:
    return chunk(encode(retry=pause))


def bare(framed_chunk: bytes) -> bytes:
    """The octets inside a chunk (RFC 9112 section 6.1: no chunks for HTTP/1.0)."""
    return framed_chunk[framed_chunk.index(b"\r\n") + 2 : -2]


def _json(shown: dict[str, Any]) -> str:
    return json.dumps(shown, ensure_ascii=False, separators=(",", ":"))
