"""Rows into views: how a post's rows become what everyone sees."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from stoppress.lib.clock import iso
from stoppress.posts.addresses import (
    person_path,
    post_path,
    section_path,
    story_path,
)
from stoppress.posts.models import Person, Photo, Post, Revision, Section, Story
from stoppress.posts.views import (
    CorrectionView,
    PersonRef,
    PhotoView,
    PostView,
    RetractionView,
    SectionRef,
    SourceView,
    StoryRef,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


def post_view(
    post: Post,
    last: Revision,
    corrections: Sequence[Revision],
    people: Sequence[Person],
) -> PostView:
    """The post as of its `last` revision; `corrections` are those among its revisions,
    the oldest first, `people` those whom it names."""
    gone = post.state == Post.State.RETRACTED
    view = {
        "id": post.pk,
        "url": post_path(post.pk),
        "kind": post.kind,
        "key_event": post.key_event,
        "pinned": post.pinned,
        "state": post.state,
        "story": story_ref(post.story),
        "people": [] if gone else [person_ref(person) for person in people],
        "headline": "" if gone else last.headline,
        "html": "" if gone else last.html,
        "plain": "" if gone else last.plain,
        "published_at": _moment(post.published_at),
        "published_on": post.published_on,
        "posted_at": _moment(post.posted_at),
        "changed_at": _moment(post.changed_at),
        "revision": last.number,
        "version": last.number - post.first_revision + 1,
        "nature": last.nature,
        "corrections": [_correction(revision) for revision in corrections],
        "retraction": _retraction(last) if gone else None,
        "photo": _photo(post, post.photo) if post.photo and not gone else None,
        "source": _source(post),
        "seq": post.seq,
    }
    return cast("PostView", view)


def put_right_at(post: PostView) -> str:
    """When the post was last corrected or retracted; '' when it never was."""
    if post["retraction"]:
        return post["retraction"]["at"]
    return post["corrections"][-1]["at"] if post["corrections"] else ""


def story_ref(story: Story) -> StoryRef:
    """The story as a post names it."""
    return {"slug": story.slug, "title": story.title, "url": story_path(story.slug)}


def section_ref(section: Section | None) -> SectionRef | None:
    """The section as a story names it."""
    if section is None:
        return None
    path = section_path(section.slug)
    return {"slug": section.slug, "title": section.title, "url": path}


def person_ref(person: Person) -> PersonRef:
    """The person as a post names them."""
    return {
        "slug": person.slug,
        "name": person.name,
        "url": person_path(person.slug),
    }


def topics_of(story: Story) -> list[str]:
    """What an entry about this story, or about a post in it, is about besides: whoever
    follows one of these topics is told."""
    section = [section_path(story.section.slug)] if story.section else []
    return [story_path(story.slug), *section]


def _moment(moment: datetime | None) -> str:
    return iso(moment) if moment else ""


def _correction(revision: Revision) -> CorrectionView:
    return {"at": iso(revision.at), "note": revision.note, "revision": revision.number}


def _retraction(revision: Revision) -> RetractionView:
    return {"at": iso(revision.at), "reason": revision.note}


def _photo(post: Post, photo: Photo) -> PhotoView:
    place = "/desk/photos" if post.state == Post.State.DRAFT else "/photos"
    return {
        "url": f"{place}/{photo.file}" if photo.file else "",
        "width": photo.width,
        "height": photo.height,
        "credit": photo.credit,
        "caption": photo.caption,
        "alt": photo.alt,
    }


def _source(post: Post) -> SourceView | None:
    source = post.source
    if not source:
        return None
    return {
        "name": str(source.get("name", "")),
        "stamp": str(source.get("stamp", "")),
        "url": str(source.get("url", "")),
    }
