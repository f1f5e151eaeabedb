"""The only door out: what other rooms may know of stories and posts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.db.models import Count, F, Q

from stoppress.lib.clock import iso
from stoppress.posts.models import Post, Story
from stoppress.posts.viewing import post_view, story_ref
from stoppress.posts.views import PostView, StoryView

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.db.models import QuerySet

    from stoppress.wire.models import Entry

SEEN = (Post.State.PUBLISHED, Post.State.RETRACTED)


def stories(*, limit: int = 50) -> list[StoryView]:
    """Stories, the one that changed last first; those with no post yet come last."""
    rows = _counted().order_by(
        F("changed_at").desc(nulls_last=True), "-opened_at", "-id"
    )
    return [_story_view(story) for story in rows[:limit]]


def story(slug: str) -> StoryView | None:
    """The story with this slug."""
    row = _counted().filter(slug=slug).first()
    return _story_view(row) if row else None


def latest(*, limit: int = 20) -> list[PostView]:
    """The newest posts of all stories, by the date of the news."""
    return _views(_seen().order_by("-published_at", "-id")[:limit])


def of_story(
    slug: str, *, limit: int = 50, before: int | None = None
) -> list[PostView]:
    """A story's posts, pinned ones before all others, then newest first by the date of
    the news; `before` is the last post of the page before."""
    rows = _seen().filter(story__slug=slug).order_by("-pinned", "-published_at", "-id")
    if before is None:
        return _views(rows[:limit])
    mark = Post.objects.filter(story__slug=slug, state__in=SEEN, pk=before).first()
    if mark is None:
        return []
    same_time = Q(published_at=mark.published_at, pk__lt=mark.pk)
    rest = Q(Q(published_at__lt=mark.published_at) | same_time, pinned=mark.pinned)
    if mark.pinned:
        rest |= Q(pinned=False)
    return _views(rows.filter(rest)[:limit])


def key_events(slug: str, *, limit: int = 20) -> list[PostView]:
    """A story's key events, newest first."""
    rows = _seen().filter(story__slug=slug, key_event=True, state=Post.State.PUBLISHED)
    return _views(rows.order_by("-published_at", "-id")[:limit])


def corrected(slug: str, *, limit: int = 20) -> list[PostView]:
    """A story's corrected and retracted posts, the last change first."""
    rows = _seen().filter(story__slug=slug)
    wrong = rows.filter(revisions__nature__in=("correction", "retraction")).distinct()
    return _views(wrong.order_by("-changed_at", "-id")[:limit])


def post(post_id: int) -> PostView | None:
    """A post that readers may see; a draft is None."""
    return next(iter(_views(_seen().filter(pk=post_id))), None)


def posts(post_ids: Collection[int]) -> dict[int, PostView]:
    """Of these posts, those that readers may see, by number."""
    if not post_ids:
        return {}
    return {view["id"]: view for view in _views(_seen().filter(pk__in=post_ids))}


def any_post(post_id: int) -> PostView | None:
    """A post in whatever state, for those who work here."""
    return next(iter(_views(_all().filter(pk=post_id))), None)


def drafts(*, limit: int = 50) -> list[PostView]:
    """What is not published yet, the newest first."""
    return _views(_all().filter(state=Post.State.DRAFT).order_by("-id")[:limit])


def text(post_id: int) -> str | None:
    """The Markdown of a post's last revision, for those who work here."""
    row = Post.objects.filter(pk=post_id).first()
    return row.revisions.get(number=row.revision).text if row else None


def as_of(entry: Entry) -> PostView | None:
    """The post as it was when this entry of the wire was written; None for an entry
    that is not about a post."""
    view = entry.payload.get("post")
    return cast("PostView", {**view, "seq": entry.seq}) if view else None


def with_digest(slug: str, digest: str) -> PostView | None:
    """The post of this story that was made from the source with this digest."""
    return next(iter(_views(_all().filter(story__slug=slug, digest=digest)[:1])), None)


def _all() -> QuerySet[Post]:
    return Post.objects.select_related("story", "photo").prefetch_related("revisions")


def _seen() -> QuerySet[Post]:
    return _all().filter(state__in=SEEN)


def _views(rows: QuerySet[Post]) -> list[PostView]:
    return [post_view(row, list(row.revisions.all())) for row in rows]


def _counted() -> QuerySet[Story, Any]:
    seen = Q(posts__state__in=SEEN)
    wrong = Q(posts__revisions__nature="correction") & seen
    return Story.objects.annotate(
        seen_posts=Count("posts", filter=seen, distinct=True),
        corrections=Count("posts__revisions", filter=wrong, distinct=True),
    )


def _story_view(row: Any) -> StoryView:
    return {
        **story_ref(row),
        "summary": row.summary,
        "closed": row.closed_at is not None,
        "opened_at": iso(row.opened_at),
        "changed_at": iso(row.changed_at) if row.changed_at else "",
        "posts": row.seen_posts,
        "corrections": row.corrections,
    }
