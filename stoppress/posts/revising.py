"""A new version of a post: its words, and what goes with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stoppress.lib.clock import now
from stoppress.posts import namings
from stoppress.posts.copy import checked_headline
from stoppress.posts.details import change_details
from stoppress.posts.errors import ChangedMeanwhile, NothingChanged
from stoppress.posts.models import MAX_NAME, Revision
from stoppress.posts.typesetting import Type

if TYPE_CHECKING:
    from stoppress.posts.copy import Change
    from stoppress.posts.models import Person, Post

Nature = Revision.Nature


def revise(
    post: Post,
    nature: Nature,
    change: Change,
    words: Type | None = None,
    *,
    note: str = "",
) -> list[Person]:
    """Adds a revision with the changed words; what is None stays. Returns whom the post
    named before: a page about somebody whom it names no more has to hear of it."""
    last = post.revisions.get(number=post.revision)
    if change.seen is not None and change.seen != last.number:
        raise ChangedMeanwhile(post.pk, last.number)
    named_before = namings.people_of([post])[post.pk]
    headline = last.headline
    if change.headline is not None:
        headline = checked_headline(change.headline, needed=post.kind == "article")
    words = words or Type(last.text, last.html, last.plain)
    key = post.key_event if change.key_event is None else change.key_event
    before = (last.headline, last.text, post.key_event)
    same = (headline, words.text, key) == before
    changed = change_details(post, change, corrected=nature == Nature.CORRECTION)
    if not changed and same and nature != Nature.RETRACTION:
        raise NothingChanged(post.pk)
    post.key_event, post.revision = key, last.number + 1
    added = add_revision(post, nature, headline, words, note=note, by=change.by)
    if nature in {Nature.CORRECTION, Nature.RETRACTION}:
        post.put_right_at = added.at
    return named_before


def add_revision(
    post: Post, nature: Nature, headline: str, words: Type, **more: Any
) -> Revision:
    """Writes a version of the post down; `more` may be its `note`, and `by` whom."""
    by = more.get("by")
    return post.revisions.create(
        number=post.revision,
        nature=nature,
        headline=headline,
        text=words.text,
        html=words.html,
        plain=words.plain,
        note=more.get("note", ""),
        at=now(),
        by=str(by)[:MAX_NAME] if by else "",
    )
