"""From the wire's entries to frames: what a page is told of each.

An entry never changes, and says what a post was when it was written. A reader that comes
back gets entries of an hour ago, though, and an error that was put right since then must
not be told again. So an entry about a post is drawn with the post's words as they are now
when those are newer: corrected, or gone. It keeps its own kind and number, so that the
page takes it in the order of the wire, and the correction that follows is told as one.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from stoppress.live import frames, publishing
from stoppress.live.frames import Frame
from stoppress.posts.drawing import draw
from stoppress.posts.queries import as_of

if TYPE_CHECKING:
    from stoppress.posts.views import PostView
    from stoppress.wire.models import Entry

log = logging.getLogger(__name__)

# A post's text goes out once, as it is drawn: each octet is sent to every reader.
WORDS = {"html", "plain"}


def framed(entry: Entry, now: PostView | None = None) -> Frame:
    """The entry as a frame; `now` is the post that it is about, as it is today.

    One that cannot be drawn goes out as a resync: its readers fetch their page anew,
    where an entry kept back would be missed by all, and one that stops the tail would
    keep back everything after it as well.
    """
    topics = tuple(entry.topics)
    try:
        if entry.kind == publishing.KIND:
            return frames.update(entry.seq, publishing.published(entry))
        return _shown(entry, topics, now)
    except Exception:
        log.exception("Entry %s cannot be drawn; its readers are told to reload", entry)
        private = bool(entry.payload.get("private"))
        return Frame(entry.seq, topics, frames.resync(entry.seq), private=private)


def post_of(entry: Entry) -> int | None:
    """The number of the post that an entry is about."""
    post = entry.payload.get("post")
    return post.get("id") if isinstance(post, dict) else None


def _shown(entry: Entry, topics: tuple[str, ...], now: PostView | None) -> Frame:
    # Pages of one browser share a stream: the topics say which of them it is for.
    shown: dict[str, Any] = {
        "seq": entry.seq,
        "kind": entry.kind,
        "topics": entry.topics,
    }
    at = entry.at.timestamp()
    post = as_of(entry)
    if post is None:
        if "story" in entry.payload:
            shown["story"] = entry.payload["story"]
        return frames.entry(entry.seq, topics, shown, at=at)
    if now is not None and now["revision"] > post["revision"]:
        post = {**now, "seq": entry.seq}
    facts = {name: said for name, said in post.items() if name not in WORDS}
    shown |= {"post": facts, "html": draw(post)}
    return frames.entry(entry.seq, topics, shown, revision=post["revision"], at=at)
