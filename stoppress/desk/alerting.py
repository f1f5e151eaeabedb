"""What ticking "Tell followers" will do, said beside the box before it is ticked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stoppress.posts.addresses import story_path
from stoppress.push.queries import reach

if TYPE_CHECKING:
    from stoppress.push.queries import Reach


def warning(slug: str) -> str:
    """Whom an alert of a post in this story would reach now, in sentences."""
    found = reach([story_path(slug)])
    if not found["key_event"]:
        return "Nobody follows this story yet: no one would be told."
    return " ".join(filter(None, [_who(found), _held(found), _had(found)]))


def _who(found: Reach) -> str:
    told, key = found["ordinary"], found["key_event"]
    end = "It cannot be called back."
    if told == key:
        return f"{_many(told)} an alert. {end}"
    if not told:
        return (
            f"{_many(key)} an alert of a key event, and nobody of any other post. {end}"
        )
    return f"{_many(told)} an alert, and {key:,} of a key event. {end}"


def _held(found: Reach) -> str:
    reasons = []
    if found["quiet"]:
        reasons.append(f"{_are(found['quiet'])} in quiet hours now")
    if found["enough"]:
        count = found["enough"]
        had = f"{count:,} has had" if count == 1 else f"{count:,} have had"
        reasons.append(f"{had} as many as they want today")
    if not reasons:
        return ""
    return f"Of these, {' and '.join(reasons)}: they get it later, in a digest."


def _had(found: Reach) -> str:
    one, two, three = found["had"]
    counts = {"one": one - two, "two": two - three, "three or more": three}
    said = [f"{many:,} had {words}" for words, many in counts.items() if many]
    return f"In the last 24 hours {', '.join(said)}." if said else ""


def _many(count: int) -> str:
    return "One follower gets" if count == 1 else f"{count:,} followers get"


def _are(count: int) -> str:
    return f"{count:,} is" if count == 1 else f"{count:,} are"
