"""What stands beside a post's words and has no versions of its own: the date of its news,
the words about its photo, whom it names. They are changed with a revision, which the wire's entry shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stoppress.posts import namings
from stoppress.posts.copy import (
    checked_alt,
    checked_credit,
    checked_date,
    checked_paragraph,
)
from stoppress.posts.errors import BadCopy

if TYPE_CHECKING:
    from stoppress.posts.copy import Change
    from stoppress.posts.models import Photo, Post


def change_details(post: Post, change: Change, *, corrected: bool = False) -> bool:
    """Dates the post, saves its photo's words and whom it names as the change says; the
    post's row is the caller's to save. False when all stays as it was; BadCopy for what
    cannot be, NoSuchPerson. `corrected`: whom it named before was named wrongly."""
    changed = [_dated(post, change), _described(post.photo, change)]
    if change.people is not None:
        named = namings.name(
            post, change.people, new=change.new_people, corrected=corrected
        )
        changed.append(named)
    return any(changed)


def _dated(post: Post, change: Change) -> bool:
    if change.published_at is None:
        return False
    before = post.published_at, post.published_on
    post.published_at = checked_date(change.published_at)
    post.published_on = change.day_only
    return (post.published_at, post.published_on) != before


def _described(photo: Photo | None, change: Change) -> bool:
    words = {"credit": change.credit, "caption": change.caption, "alt": change.alt}
    given = {name: text for name, text in words.items() if text is not None}
    if not given:
        return False
    if photo is None:
        raise BadCopy("These words are about a photo, but the post has none.")
    before = photo.credit, photo.caption, photo.alt
    if "credit" in given:
        photo.credit = checked_credit(given["credit"])
    if "caption" in given:
        photo.caption = checked_paragraph(given["caption"], "The caption")
    if "alt" in given:
        photo.alt = checked_alt(given["alt"], needed=bool(photo.file))
    photo.save(update_fields=list(given))
    return (photo.credit, photo.caption, photo.alt) != before
