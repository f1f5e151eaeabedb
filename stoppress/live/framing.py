"""From the wire's entries to frames: what a page is told of each."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from stoppress.live import frames
from stoppress.live.frames import Frame
from stoppress.posts.drawing import draw
from stoppress.posts.queries import as_of

if TYPE_CHECKING:
    from stoppress.wire.models import Entry

log = logging.getLogger(__name__)


def framed(entry: Entry) -> Frame:
    """The entry as a frame.

    One that cannot be drawn goes out as a resync: its readers fetch their page anew,
    where an entry kept back would be missed by all, and one that stops the tail would
    keep back everything after it as well.
    """
    topics = tuple(entry.topics)
    try:
        return frames.entry(entry.seq, topics, _shown(entry), at=entry.at.timestamp())
    except Exception:
        log.exception("Entry %s cannot be drawn; its readers are told to reload", entry)
        return Frame(entry.seq, topics, frames.resync(entry.seq))


def _shown(entry: Entry) -> dict[str, Any]:
    shown: dict[str, Any] = {"seq": entry.seq, "kind": entry.kind}
    if (post := as_of(entry)) is not None:
        shown |= {"post": post, "html": draw(post)}
    elif "story" in entry.payload:
        shown["story"] = entry.payload["story"]
    return shown
