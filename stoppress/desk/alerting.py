"""What ticking "Tell followers" will do, said beside the box before it is ticked."""

from __future__ import annotations

from stoppress.posts.addresses import story_path
from stoppress.push.queries import count


def warning(slug: str) -> str:
    """How many would be told of a post in this story, in a sentence."""
    told = count([story_path(slug)])
    if told == 0:
        return "Nobody follows this story yet: no one would be told."
    if told == 1:
        return "One follower gets an alert at once. It cannot be called back."
    return f"{told:,} followers get an alert at once. It cannot be called back."
