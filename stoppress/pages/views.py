"""The pages: front, section, story, person, post, following, and what is shown when there is none."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.text import Truncator
from django.views.decorators.http import require_safe

from stoppress.pages.answering import page
from stoppress.pages.context import bare
from stoppress.posts import people_queries, queries, section_queries
from stoppress.posts.addresses import STORIES
from stoppress.posts.viewing import put_right_at
from stoppress.protocols.mercure_topics import EVERYTHING
from stoppress.wire import reading

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    from stoppress.posts.views import PostView

# What an old phone lays out without stuttering; the rest is one link away.
COLUMN_POSTS = 50
FRONT_STORIES = 10
LEAD_POSTS = 4
BRIEF_POSTS = 2
OTHER_POSTS = 6

# The newest posts of all stories in which the front page looks for its rail.
RAIL_REACH = 60
RAIL_LINES = 6

# What search engines and messengers show beneath a title.
DESCRIPTION = 160  # characters


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """Stories with their latest posts, the one that changed last large."""
    seq = reading.head()
    newest = queries.latest(limit=RAIL_REACH)
    context = {
        "here": "front",
        "seq": seq,
        "topic": STORIES,  # not `*`, which is also what others publish through the hub
        **_blocks(),
        "description": f"The latest from {settings.SITE_NAME}, as it comes in.",
        "follow": {"topic": EVERYTHING, "what": "everything"},
        "key_events": [post for post in newest if post["key_event"]][:RAIL_LINES],
        "corrections": _put_right(newest)[:RAIL_LINES],
    }
    return page(request, "pages/front.html", context)


@require_safe
def section(request: HttpRequest, slug: str) -> HttpResponse:
    """What the front page is for the whole paper, for one section of it."""
    seq = reading.head()
    found = section_queries.section(slug)
    if found is None:
        raise Http404
    key_events, corrections = queries.rail(
        slug, stories=FRONT_STORIES, limit=RAIL_LINES
    )
    context = {
        "here": "section",
        "section": found,
        "seq": seq,
        "topic": found["url"],
        **_blocks(slug),
        "description": f"{found['title']}: the latest from {settings.SITE_NAME}, as it "
        "comes in.",
        "follow": {"topic": found["url"], "what": "section"},
        "key_events": key_events,
        "corrections": corrections,
    }
    return page(request, "pages/section.html", context)


@require_safe
def story(request: HttpRequest, slug: str) -> HttpResponse:
    """A story's column; `?before=<post id>` goes on where a page ended."""
    # The head first: a post that comes between is on the page and on the stream, and
    # the page's script knows it by its number; the other way round it would be on none.
    seq = reading.head()
    found = queries.story(slug)
    if found is None:
        raise Http404
    column, chosen = _column(request, found["url"], partial(queries.of_story, slug))
    context = {
        "seq": seq,
        "topic": found["url"],
        "story": found,
        **column,
        "changed_at": found["changed_at"],
        "description": _cut(
            found["summary"] or f"{found['title']}: updates as they come in."
        ),
        "follow": {"topic": found["url"], "what": "story"},
        "key_events": queries.key_events(slug),
        "corrections": queries.corrected(slug),
        "on_page": {post["id"] for post in column["posts"]},
    }
    return page(request, "pages/story.html", context, chosen=chosen)


@require_safe
def person(request: HttpRequest, slug: str) -> HttpResponse:
    """The posts that name somebody; `?before=<post id>` goes on where a page ended."""
    seq = reading.head()
    found = people_queries.shown(slug)
    if found is None:
        raise Http404
    read = partial(people_queries.of_person, slug)
    column, chosen = _column(request, found["url"], read)
    who = f"{found['name']}, {found['about']}" if found["about"] else found["name"]
    context = {
        "seq": seq,
        "topic": found["url"],
        "person": found,
        **column,
        "description": _cut(f"{who}: what {settings.SITE_NAME} has posted."),
        "follow": {"topic": found["url"], "what": "person"},
    }
    return page(request, "pages/person.html", context, chosen=chosen)


@require_safe
def post(request: HttpRequest, post_id: str) -> HttpResponse:
    """A post at its permanent address, also when it was retracted."""
    seq = reading.head()
    found = queries.post(int(post_id))
    story = queries.story(found["story"]["slug"]) if found else None
    if found is None or story is None:
        raise Http404
    around = queries.latest_of(story["slug"], limit=OTHER_POSTS)
    context = {
        "seq": seq,
        "topic": found["url"],
        "story": story,
        "post": found,
        "description": _cut(found["plain"])
        or f"A post in the story “{story['title']}”.",
        "follow": {"topic": story["url"], "what": "story"},
        "others": [other for other in around if other["id"] != found["id"]],
    }
    return page(request, "pages/post.html", context)


@require_safe
def following(request: HttpRequest) -> HttpResponse:
    """What following does, what is kept, how to stop, and what to do when it is blocked."""
    context = {
        "here": "follow",
        "description": "What following does, what is kept, and how to stop.",
        "follow": {"topic": EVERYTHING, "what": "everything"},
        "silent_days": settings.PUSH_SILENT_DAYS,
    }
    return page(request, "pages/follow.html", context)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001  (Django calls it so)
    """No page at this address."""
    context = {"description": "There is no page at this address."}
    return render(request, "pages/not_found.html", context, status=404)


def server_error(_request: HttpRequest) -> HttpResponse:
    """Something broke: asks nothing of the database, which may be what broke."""
    context = {"newsroom": bare(), "description": "The page could not be made."}
    return HttpResponse(
        render_to_string("pages/server_error.html", context), status=500
    )


def _blocks(section: str | None = None) -> dict[str, Any]:
    """The stories on a front page, each with its latest posts."""
    found = queries.front(
        limit=FRONT_STORIES, lead=LEAD_POSTS, others=BRIEF_POSTS, section=section
    )
    return {
        "blocks": [{"story": story, "posts": posts} for story, posts in found],
        "on_page": {post["id"] for _, posts in found for post in posts},
        "many": True,  # lines of the rail name their stories
    }


def _put_right(posts: list[PostView]) -> list[PostView]:
    """Those that were corrected or retracted, the one put right last first."""
    return sorted(filter(put_right_at, posts), key=put_right_at, reverse=True)


def _column(
    request: HttpRequest, url: str, read: Callable[..., list[PostView]]
) -> tuple[dict[str, Any], dict[str, int] | None]:
    """The part of a column that is asked for, with the way to the next, and the parameter
    that chose it. Http404 where a column does not go on."""
    before = _cursor(request)
    posts = read(limit=COLUMN_POSTS + 1, before=before)
    if before is not None and not posts:
        raise Http404
    more, posts = len(posts) > COLUMN_POSTS, posts[:COLUMN_POSTS]
    older = f"{url}?before={posts[-1]['id']}" if more else ""
    chosen = {"before": before} if before is not None else None
    return {"posts": posts, "before": before, "older": older}, chosen


def _cursor(request: HttpRequest) -> int | None:
    before = request.GET.get("before")
    if before is None:
        return None
    # More digits than a database's integer holds are nobody's post.
    if (
        not before.isascii()
        or not before.isdigit()
        or len(before) > len(str(2**63)) - 1
    ):
        raise Http404
    return int(before)


def _cut(text: str) -> str:
    return Truncator(" ".join(text.split())).chars(DESCRIPTION)
