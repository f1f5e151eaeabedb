"""How many have a page open now, as the desk shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stoppress.live import numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stoppress.posts.views import StoryView


def beside(stories: Sequence[StoryView]) -> dict[str, Any]:
    """For a page with these stories: `reading`, all readers of all processes, and
    `stories`, each with the `reading` of its own page. Who reads the front page follows
    every story, and is counted in the first alone."""
    total, topics = numbers.readers()
    rows = [{**story, "reading": topics.get(story["url"], 0)} for story in stories]
    return {"reading": total, "stories": rows}
