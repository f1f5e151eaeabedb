"""The lines by which another site shows a story (docs/embedding.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.html import escape

from stoppress.posts.addresses import absolute

if TYPE_CHECKING:
    from stoppress.posts.views import StoryView

ELEMENT = (
    '<script type="module" src="{script}"></script>'
    '<stop-press story="{slug}"><a href="{url}">{title}</a></stop-press>'
)
FRAME = (
    '<iframe src="{url}/embed" title="{title}" width="100%" height="600"'
    ' style="border: 0" loading="lazy"></iframe>'
)


def lines(story: StoryView) -> list[tuple[str, str, str]]:
    """HTML to be copied, each with its name and its label: the element, and the frame for
    sites that let in no foreign script. Plain text, not marked safe: a page shows it as
    it is to be pasted."""
    facts = {
        "script": absolute("/embed.js"),
        "slug": story["slug"],
        "url": absolute(story["url"]),
        "title": story["title"],
    }
    escaped = {name: escape(fact) for name, fact in facts.items()}
    return [
        ("element", "The line to paste", ELEMENT.format(**escaped)),
        ("frame", "For a site that allows no script of ours", FRAME.format(**escaped)),
    ]
