"""The door out: what other rooms may know of stories and posts. That of sections and of
people is beside it (`section_queries.py`, `people_queries.py`).

No list costs more because the archive has grown: each is read from an index in the order
it is shown in, and the number of questions is the same however long it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, cast

from django.db.models import OuterRef, Q, Subquery

from stoppress.lib.clock import iso
from stoppress.posts.models import NOT_YET_SEEN, SEEN, Post, Section, Story
from stoppress.posts.namings import people_of
from stoppress.posts.revisions import corrections_of, last_of
from stoppress.posts.viewing import (
    post_view,
    put_right_at,
    section_ref,
    story_ref,
    topics_of,
)
from stoppress.posts.views import PostView, StoryView

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from django.db.models import QuerySet

    from stoppress.wire.models import Entry

# The order of a story's column, and of news from all stories.
COLUMN = ("-pinned", "-published_at", "-id")
NEWEST = ("-published_at", "-id")
PUT_RIGHT = ("-put_right_at", "-id")


def stories(*, limit: int = 50, section: str | None = None) -> list[StoryView]:
    """Stories, of one `section` alone, the one that changed last first; those with no
    post yet come last."""
    return [_story_view(row) for row in _by_change(_stories(section), limit)]


def front(
    *, limit: int, lead: int, others: int, section: str | None = None
) -> list[tuple[StoryView, list[PostView]]]:
    """Stories as `stories` has them, but the live one that changed last before all, each
    with the posts on top of its column: `lead` of the first story, `others` of each that
    follows. Only where none is live does a closed one lead."""
    places = {f"place_{n}": _place(n) for n in range(max(lead, others))}
    all_rows: Any = _stories(section).annotate(**places)
    live = all_rows.filter(changed_at__isnull=False, closed_at__isnull=True)
    leads: list[Any] = list(live.order_by("-changed_at", "-id")[:1])
    rows = [*leads, *(row for row in _by_change(all_rows, limit) if row not in leads)]
    rows = rows[:limit]
    tops = [
        [getattr(row, place) for place in places][: others if n else lead]
        for n, row in enumerate(rows)
    ]
    numbers = [number for top in tops for number in top if number is not None]
    found = {view["id"]: view for view in _views(_seen().filter(pk__in=numbers))}
    return [
        (_story_view(row), [found[number] for number in top if number in found])
        for row, top in zip(rows, tops, strict=True)
    ]


def rail(
    section: str, *, stories: int, limit: int
) -> tuple[list[PostView], list[PostView]]:
    """A section's newest key events, and its posts that were put right, the last of them
    first. They are looked for in the `stories` that changed last, for whatever comes in
    changes its story."""
    wanted = {
        "key": (Q(key_event=True, state=Post.State.PUBLISHED), NEWEST),
        "right": (Q(put_right_at__isnull=False), PUT_RIGHT),
    }
    places = {
        f"{name}_{n}": _place(n, which, order)
        for name, (which, order) in wanted.items()
        for n in range(limit)
    }
    rows: list[Any] = list(_moved(_stories(section).annotate(**places))[:stories])
    numbers = {
        name: {getattr(row, f"{name}_{n}") for row in rows for n in range(limit)}
        for name in wanted
    }
    found = posts(numbers["key"] | numbers["right"])
    key = [post for number, post in found.items() if number in numbers["key"]]
    right = [post for number, post in found.items() if number in numbers["right"]]
    key.sort(key=lambda post: (post["published_at"], post["id"]), reverse=True)
    right.sort(key=put_right_at, reverse=True)
    return key[:limit], right[:limit]


def story(slug: str) -> StoryView | None:
    """The story with this slug."""
    row = Story.objects.select_related("section").filter(slug=slug).first()
    return _story_view(row) if row else None


def topics(slug: str) -> list[str]:
    """By which topics, besides its own, a post in this story is followed now."""
    row = Story.objects.select_related("section").filter(slug=slug).first()
    return topics_of(row) if row else []


def post_topics(post: PostView) -> list[str]:
    """By which topics, besides its own, this post would be followed now."""
    people = [person["url"] for person in post["people"]]
    return [*topics(post["story"]["slug"]), *people]


def latest(*, limit: int = 20) -> list[PostView]:
    """The newest posts of all stories, by the date of the news."""
    return _views(_seen().order_by(*NEWEST)[:limit])


def of_story(
    slug: str, *, limit: int = 50, before: int | None = None
) -> list[PostView]:
    """A story's posts, pinned ones before all others, then newest first by the date of
    the news; `before` is the last post of the page before."""
    rows = _in_story(slug).order_by(*COLUMN)
    if before is None:
        return _views(rows[:limit])
    mark = _in_story(slug).filter(pk=before).first()
    if mark is None:
        return []
    # No later than the mark: that is where the index begins; the rest is of one moment.
    same_time = Q(published_at=mark.published_at, pk__lt=mark.pk)
    behind = Q(published_at__lte=mark.published_at, pinned=mark.pinned)
    behind &= Q(published_at__lt=mark.published_at) | same_time
    if mark.pinned:
        behind |= Q(pinned=False)
    return _views(rows.filter(behind)[:limit])


def latest_of(slug: str, *, limit: int) -> list[PostView]:
    """A story's newest posts by the date of the news, pinned or not."""
    # The index begins with the pinned ones, and is in the order of time behind them.
    column = _in_story(slug).order_by(*COLUMN)
    rows = {*column[:limit], *column.filter(pinned=False)[:limit]}
    newest = sorted(rows, key=lambda row: (row.published_at, row.pk), reverse=True)
    return _views(newest[:limit])


def key_events(slug: str, *, limit: int = 20) -> list[PostView]:
    """A story's key events, newest first."""
    rows = _in_story(slug).filter(key_event=True, state=Post.State.PUBLISHED)
    return _views(rows.order_by(*NEWEST)[:limit])


def corrected(slug: str, *, limit: int = 20) -> list[PostView]:
    """A story's corrected and retracted posts, the one put right last first."""
    rows = _in_story(slug).filter(put_right_at__isnull=False)
    return _views(rows.order_by(*PUT_RIGHT)[:limit])


def post(post_id: int) -> PostView | None:
    """A post that readers may see; a draft is None."""
    return next(iter(_views(_seen().filter(pk=post_id))), None)


def posts(post_ids: Collection[int]) -> dict[int, PostView]:
    """Of these posts, those that readers may see, by number."""
    if not post_ids:
        return {}
    return {view["id"]: view for view in _views(_seen().filter(pk__in=post_ids))}


def standing(post_ids: Collection[int]) -> set[int]:
    """Of these posts, those that are published, not retracted, in a story still open."""
    rows = Post.objects.filter(pk__in=post_ids, state=Post.State.PUBLISHED)
    return set(rows.filter(story__closed_at=None).values_list("pk", flat=True))


def any_post(post_id: int) -> PostView | None:
    """A post in whatever state, for those who work here."""
    return next(iter(_views(_all().filter(pk=post_id))), None)


def drafts(
    *, limit: int = 50, before: int | None = None, story: str | None = None
) -> list[PostView]:
    """What is not published yet, the newest first; of one `story` alone; `before` is
    the last draft of the page before."""
    rows = _all().filter(NOT_YET_SEEN)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    if story is not None:
        rows = rows.filter(story__slug=story)
    return _views(rows.order_by("-id")[:limit])


def written_by(post_id: int, user_id: int) -> bool:
    """True when this is who wrote the post."""
    return Post.objects.filter(pk=post_id, author_id=user_id).exists()


def picture(file: str) -> Literal["stands", "withdrawn", "unseen"]:
    """What readers may have of the picture in this file: it `stands` while a published
    post shows it, is `withdrawn` when all that did were retracted, and `unseen` when
    none ever did, or only drafts do."""
    posts = Post.objects.filter(photo__file=file)
    if posts.filter(state=Post.State.PUBLISHED).exists():
        return "stands"
    return "withdrawn" if posts.filter(SEEN).exists() else "unseen"


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
    return Post.objects.select_related("story", "photo")


def _seen() -> QuerySet[Post]:
    return _all().filter(SEEN)


def _in_story(slug: str) -> QuerySet[Post]:
    """What readers may see of this story. Its number is found first, apart: joined by
    its slug, PostgreSQL would read the whole story and sort it."""
    return _seen().filter(story=Story.objects.filter(slug=slug).values("pk")[:1])


def _views(rows: Iterable[Post]) -> list[PostView]:
    posts = list(rows)
    last, corrections, people = last_of(posts), corrections_of(posts), people_of(posts)
    return [
        post_view(post, last[post.pk], corrections[post.pk], people[post.pk])
        for post in posts
    ]


def _stories(section: str | None) -> QuerySet[Story]:
    rows = Story.objects.select_related("section")
    if section is None:
        return rows
    # Its number is found first, apart, as in `_in_story`.
    return rows.filter(section=Section.objects.filter(slug=section).values("pk")[:1])


def _moved(rows: QuerySet[Story, Any]) -> QuerySet[Story, Any]:
    return rows.filter(changed_at__isnull=False).order_by("-changed_at", "-id")


def _by_change(rows: QuerySet[Story, Any], limit: int) -> list[Story]:
    found = list(_moved(rows)[:limit])
    # Asked apart: where an index has its nulls differs from database to database.
    empty = rows.filter(changed_at__isnull=True).order_by("-opened_at", "-id")
    return [*found, *empty[: limit - len(found)]]


def _place(number: int, which: Q = SEEN, order: tuple[str, ...] = COLUMN) -> Subquery:
    """The post at this place, 0 being the top, of those of a story that are `which`."""
    column = Post.objects.filter(SEEN, which, story=OuterRef("pk")).order_by(*order)
    return Subquery(column.values("pk")[number : number + 1])


def _story_view(row: Story) -> StoryView:
    return {
        **story_ref(row),
        "section": section_ref(row.section),
        "summary": row.summary,
        "closed": row.closed_at is not None,
        "opened_at": iso(row.opened_at),
        "changed_at": iso(row.changed_at) if row.changed_at else "",
        "posts": row.seen_posts,
        "corrections": row.corrections,
    }
