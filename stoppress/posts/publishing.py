"""The only door in: publish, amend, correct, retract, pin.

Each verb writes the rows and the wire's entry in one transaction: what can be done
apart will be, and then a reader sees what no tail ever heard of, or the other way
round. A post's row is locked first and its story's after it, so two changes come one
after the other, and each entry carries the post as it was after that change. What takes
a moment, type and pictures, is made before that (`typesetting.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stoppress.lib.clock import now
from stoppress.lib.transactions import atomic
from stoppress.posts import namings, people, stories
from stoppress.posts.addresses import absolute, person_path, post_path
from stoppress.posts.copy import (
    Change,
    Copy,
    checked_date,
    checked_note,
)
from stoppress.posts.errors import (
    AlreadyPublished,
    AlreadyRetracted,
    NoSuchPost,
    NothingChanged,
    Refused,
    StillADraft,
    StoryClosed,
)
from stoppress.posts.models import Person, Post, Revision, Story
from stoppress.posts.revising import add_revision, revise
from stoppress.posts.revisions import corrections_of
from stoppress.posts.typesetting import Ready, Type, make_ready, typeset
from stoppress.posts.viewing import post_view, topics_of
from stoppress.wire.append import append

if TYPE_CHECKING:
    from collections.abc import Sequence
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


def publish(copy: Copy, *, push: bool = False, ready: Ready | None = None) -> Posted:
    """Publishes a new post; `push` also tells followers whose page is closed. Whoever
    has a transaction open makes the copy ready before it (`typesetting.make_ready`).

    Raises NoSuchStory, NoSuchPerson, StoryClosed, or BadCopy for what cannot be posted
    as it is.
    """
    _must_be_open(stories.find(copy.story))
    ready = ready or make_ready(copy)
    with atomic():
        return _publish(_write(copy, ready), push=push)


def save_draft(copy: Copy, *, ready: Ready | None = None) -> Posted:
    """Keeps a post that readers do not see yet."""
    _must_be_open(stories.find(copy.story))
    ready = ready or make_ready(copy)
    with atomic():
        post = _write(copy, ready)
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


def discard(post_id: int) -> None:
    """Throws a draft away. Readers never knew of it, so nothing comes on the wire. The
    picture's file stays: another post may have the same. AlreadyPublished when it is no
    draft."""
    with atomic():
        post = _find(post_id)
        if post.state != State.DRAFT:
            raise AlreadyPublished(post_id)
        photo, named = post.photo, namings.people_of([post])[post.pk]
        post.delete()
        people.forget(named)
        if photo is not None:
            photo.delete()


def amend(post_id: int, change: Change, *, silent: bool = False) -> Posted:
    """Changes a post that was not wrong: `silent` for a slip of the pen, otherwise
    readers see that it was updated. NothingChanged when it says that already."""
    words = _typeset(post_id, change)
    with atomic():
        post = _find(post_id)
        if post.state == State.DRAFT:
            # To readers, whatever came before its publication is its first version.
            dropped = revise(post, Nature.FIRST, change, words)
            post.save()
            people.forget(dropped)
            return Posted(post.pk, absolute(f"/desk{post_path(post.pk)}"), None)
        nature = Nature.EDIT if silent else Nature.UPDATE
        left = revise(post, nature, change, words)
        return _tell("post.amended", post, seen=not silent, left=left)


def correct(post_id: int, change: Change, note: str, *, push: bool = True) -> Posted:
    """Puts right what was wrong; `note` tells readers what was wrong and what is
    right. `push`: those who were alerted to the error are told (stoppress/push)."""
    words, said = _typeset(post_id, change), checked_note(note, "A correction")
    with atomic():
        post = _find(post_id)
        if post.state == State.DRAFT:
            raise StillADraft(post_id)
        left = revise(post, Nature.CORRECTION, change, words, note=said)
        post.story.corrections += 1  # its row is locked
        return _tell("post.corrected", post, push=push, left=left)


def retract(
    post_id: int, reason: str, *, by: User | None = None, push: bool = True
) -> Posted:
    """Takes a post back: its place stays, its words go, the reason is shown. `push`:
    those who were alerted to it are told (stoppress/push)."""
    said = checked_note(reason, "A retraction")
    with atomic():
        post = _find(post_id)
        if post.state == State.DRAFT:
            raise StillADraft(post_id)
        post.state, post.pinned = State.RETRACTED, False
        revise(post, Nature.RETRACTION, Change(by=by), note=said)
        return _tell("post.retracted", post, push=push)


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


def _typeset(post_id: int, change: Change) -> Type | None:
    if change.people is not None:
        namings.check(change.people, new=change.new_people, post=post_id)
    return None if change.text is None else typeset(change.text)


def _must_be_open(story: Story) -> None:
    if story.closed_at is not None:
        raise StoryClosed(story.slug)


def _write(copy: Copy, ready: Ready) -> Post:
    """The rows of a new post, not yet seen by anyone."""
    story = stories.find(copy.story, lock=True)
    _must_be_open(story)
    if ready.photo:
        ready.photo.save()
    post = Post.objects.create(
        story=story,
        kind=copy.kind,
        state=State.DRAFT,
        key_event=copy.key_event,
        photo=ready.photo,
        published_at=ready.published_at,
        published_on=copy.day_only,
        source=ready.source,
        digest=ready.source.get("digest", ""),
        author=copy.by,
    )
    add_revision(post, Nature.FIRST, ready.headline, ready.type, by=copy.by)
    namings.name(post, copy.people, new=copy.new_people)
    return post


def _publish(post: Post, *, push: bool) -> Posted:
    _must_be_open(post.story)
    post.state = State.PUBLISHED
    post.posted_at = now()
    post.published_at = post.published_at or post.posted_at
    post.first_revision = post.revision
    post.story.seen_posts += 1  # its row is locked
    return _tell("post.published", post, push=push)


def _find(post_id: int) -> Post:
    """The post's row and its story's, locked until the transaction ends. NoSuchPost;
    or AlreadyRetracted, for nothing can be done with such a post any more."""
    post = Post.objects.select_for_update().filter(pk=post_id).first()
    if post is None:
        raise NoSuchPost(post_id)
    if post.state == State.RETRACTED:
        raise AlreadyRetracted(post_id)
    post.story = stories.find(post.story.slug, lock=True)
    return post


def _tell(
    kind: str,
    post: Post,
    *,
    push: bool = False,
    seen: bool = True,
    left: Sequence[Person] = (),
) -> Posted:
    """The entry of what was done, and the post's row brought up to it. `seen`: the
    change is one that readers are told of; `left`: whom the post named before."""
    if post.posted_at is None:
        raise Refused(f"Post {post.pk} was never published.")
    last = post.revisions.get(number=post.revision)
    if seen:
        new = kind == "post.published"
        post.changed_at = post.posted_at if new else last.at
        post.story.changed_at = post.changed_at
        post.story.save(update_fields=["changed_at", "seen_posts", "corrections"])
    named = namings.people_of([post])[post.pk]
    namings.enter_date(post)
    people.show(named)
    view = post_view(post, last, corrections_of([post])[post.pk], named)
    # The entry's own number is not known before it is written: queries.as_of adds it.
    known = {name: value for name, value in view.items() if name != "seq"}
    about = dict.fromkeys([*named, *namings.left_by(post), *left])
    paths = [person_path(one.slug) for one in about]
    topics = [*topics_of(post.story), post_path(post.pk), *paths]
    entry = append(kind, topics, {"post": known, "push": push})
    post.seq = entry.seq
    post.save()
    return Posted(post.pk, absolute(post_path(post.pk)), entry.seq)
