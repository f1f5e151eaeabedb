"""The only door in: publish, amend, correct, retract, pin.

Each verb writes the rows and the wire's entry in one transaction: what can be done
apart will be, and then a reader sees what no tail ever heard of, or the other way
round. A post's row is locked first, so two changes of one post come one after the
other, and each entry carries the post as it was after that change.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stoppress.lib import html
from stoppress.lib.clock import now
from stoppress.lib.transactions import atomic
from stoppress.posts import photos, stories
from stoppress.posts.addresses import absolute, post_path, story_path
from stoppress.posts.copy import (
    Change,
    Copy,
    PhotoCopy,
    checked_credit,
    checked_date,
    checked_headline,
    checked_note,
    checked_text,
)
from stoppress.posts.errors import (
    AlreadyPublished,
    AlreadyRetracted,
    BadCopy,
    ChangedMeanwhile,
    NoSuchPost,
    NothingChanged,
    Refused,
    StillADraft,
    StoryClosed,
)
from stoppress.posts.models import Photo, Post, Revision
from stoppress.posts.viewing import post_view
from stoppress.wire.append import append

if TYPE_CHECKING:
    from datetime import datetime

    from stoppress.staff.models import User

Nature = Revision.Nature
State = Post.State


@dataclass(frozen=True, slots=True)
class Posted:
    """What was done: the post, its public address and the wire's sequence number
    (None for a draft: nothing has happened that readers could know of)."""

    post_id: int
    url: str
    seq: int | None


def publish(copy: Copy, *, push: bool = False) -> Posted:
    """Publishes a new post; `push` also tells followers whose page is closed.

    Raises NoSuchStory, StoryClosed, or BadCopy for what cannot be posted as it is.
    """
    with atomic():
        return _publish(_write(copy), push=push)


def save_draft(copy: Copy) -> Posted:
    """Keeps a post that readers do not see yet."""
    with atomic():
        post = _write(copy)
        return Posted(post.pk, absolute(f"/desk{post_path(post.pk)}"), None)


def publish_draft(
    post_id: int,
    *,
    push: bool = False,
    published_at: datetime | None = None,
    day_only: bool = False,
) -> Posted:
    """Publishes a draft as it stands; `published_at` dates news that is not of now.
    AlreadyPublished when it is no draft."""
    with atomic():
        post = _find(post_id)
        if post.state != State.DRAFT:
            raise AlreadyPublished(post_id)
        if published_at is not None:
            post.published_at = checked_date(published_at)
            post.published_on = day_only
        return _publish(post, push=push)


def amend(post_id: int, change: Change, *, silent: bool = False) -> Posted:
    """Changes a post that was not wrong: `silent` for a slip of the pen, otherwise
    readers see that it was updated. NothingChanged when it says that already."""
    with atomic():
        post = _find(post_id)
        if change.key_event is not None:
            post.key_event = change.key_event
        _revise(post, Nature.EDIT if silent else Nature.UPDATE, change)
        if post.state == State.DRAFT:
            post.save()
            return Posted(post.pk, absolute(f"/desk{post_path(post.pk)}"), None)
        return _tell("post.amended", post, seen=not silent)


def correct(post_id: int, change: Change, note: str) -> Posted:
    """Puts right what was wrong; `note` tells readers what was wrong and what is
    right. Those who were alerted to the error are told (stoppress/push)."""
    with atomic():
        post = _find(post_id)
        if post.state == State.DRAFT:
            raise StillADraft(post_id)
        _revise(post, Nature.CORRECTION, change, checked_note(note, "A correction"))
        return _tell("post.corrected", post)


def retract(post_id: int, reason: str, *, by: User | None = None) -> Posted:
    """Takes a post back: its place stays, its words go, the reason is shown."""
    with atomic():
        post = _find(post_id)
        if post.state == State.DRAFT:
            raise StillADraft(post_id)
        post.state, post.pinned = State.RETRACTED, False
        note = checked_note(reason, "A retraction")
        _revise(post, Nature.RETRACTION, Change(by=by), note)
        return _tell("post.retracted", post)


def pin(post_id: int, *, pinned: bool = True) -> Posted:
    """Keeps a post on top of its story, or lets it go back to its place."""
    with atomic():
        post = _find(post_id)
        if post.state == State.DRAFT:
            raise StillADraft(post_id)
        if post.pinned == pinned:
            raise NothingChanged(post_id)
        post.pinned = pinned
        return _tell("post.pinned" if pinned else "post.unpinned", post, seen=False)


# --- what the verbs share -----------------------------------------------------------


def _write(copy: Copy) -> Post:
    """The rows of a new post, not yet seen by anyone."""
    text = checked_text(copy.text)
    headline = checked_headline(copy.headline, needed=copy.kind == "article")
    story = stories.find(copy.story, lock=True)
    if story.closed_at is not None:
        raise StoryClosed(story.slug)
    post = Post.objects.create(
        story=story,
        kind=copy.kind,
        state=State.DRAFT,
        key_event=copy.key_event,
        photo=_keep_photo(copy.photo) if copy.photo else None,
        published_at=checked_date(copy.published_at),
        published_on=copy.day_only,
        source=copy.source,
        digest=copy.source.get("digest", ""),
        author=copy.by,
    )
    _add_revision(post, Nature.FIRST, headline, text, by=copy.by)
    return post


def _keep_photo(copy: PhotoCopy) -> Photo:
    file, width, height = photos.keep(copy)
    return Photo.objects.create(
        file=file,
        width=width,
        height=height,
        credit=checked_credit(copy.credit),
        caption=copy.caption.strip(),
        alt=copy.alt.strip(),
    )


def _publish(post: Post, *, push: bool) -> Posted:
    if post.story.closed_at is not None:
        raise StoryClosed(post.story.slug)
    post.state = State.PUBLISHED
    post.posted_at = now()
    post.published_at = post.published_at or post.posted_at
    return _tell("post.published", post, push=push)


def _find(post_id: int) -> Post:
    """The post's row, locked until the transaction ends, and not retracted."""
    post = Post.objects.select_for_update().filter(pk=post_id).first()
    if post is None:
        raise NoSuchPost(post_id)
    if post.state == State.RETRACTED:
        raise AlreadyRetracted(post_id)
    return post


def _revise(post: Post, nature: Nature, change: Change, note: str = "") -> None:
    """Adds a revision with the changed words; what is None stays."""
    last = post.revisions.get(number=post.revision)
    if change.seen is not None and change.seen != last.number:
        raise ChangedMeanwhile(post.pk, last.number)
    headline, text = last.headline, last.text
    if change.headline is not None:
        headline = checked_headline(change.headline, needed=post.kind == "article")
    if change.text is not None:
        text = checked_text(change.text)
    same = (headline, text) == (last.headline, last.text) and change.key_event is None
    if same and nature != Nature.RETRACTION:
        raise NothingChanged(post.pk)
    post.revision = last.number + 1
    _add_revision(post, nature, headline, text, note=note, by=change.by)


def _add_revision(
    post: Post, nature: Nature, headline: str, text: str, **more: Any
) -> None:
    by = more.get("by")
    drawn = html.from_markdown(text)
    words = html.plain(drawn)
    if not words:
        raise BadCopy("The text has no words that a reader would see.")
    post.revisions.create(
        number=post.revision,
        nature=nature,
        headline=headline,
        text=text,
        html=drawn,
        plain=words,
        note=more.get("note", ""),
        at=now(),
        by=str(by) if by else "",
    )


def _tell(kind: str, post: Post, *, push: bool = False, seen: bool = True) -> Posted:
    """The entry of what was done, and the post's row brought up to it. `seen`: the
    change is one that readers are told of."""
    if post.posted_at is None:
        raise Refused(f"Post {post.pk} was never published.")
    if seen:
        post.changed_at = now() if kind != "post.published" else post.posted_at
        post.story.changed_at = post.changed_at
        post.story.save(update_fields=["changed_at"])
    view = post_view(post, list(post.revisions.all()))
    # The entry's own number is not known before it is written: queries.as_of adds it.
    known = {name: value for name, value in view.items() if name != "seq"}
    topics = [story_path(post.story.slug), post_path(post.pk)]
    entry = append(kind, topics, {"post": known, "push": push})
    post.seq = entry.seq
    post.save()
    return Posted(post.pk, absolute(post_path(post.pk)), entry.seq)
