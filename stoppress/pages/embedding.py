"""A story's live column in pages of other sites: what it is drawn from, and its frame.

Anyone may embed: it is public news, read-only, the same for everyone. A browser gives an
answer under `*` only to requests without cookies, and nothing here sets one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import Http404, JsonResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from stoppress.pages.headers import FRAMED_POLICY
from stoppress.posts import queries
from stoppress.posts.addresses import absolute
from stoppress.posts.drawing import draw
from stoppress.wire import reading

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from stoppress.posts.views import PostView

# What a guest on someone else's page takes up before anyone asks for more.
EMBED_POSTS = 10


@require_safe
def feed(_request: HttpRequest, slug: str) -> HttpResponse:
    """What `<stop-press>` begins with: the story, its latest posts as drawn, and the
    wire's number after which its stream goes on."""
    # The head first, as on a story's page: what comes between is told by both.
    seq = reading.head()
    story = queries.story(slug)
    if story is None:
        # With the header, or the script could not tell this from a server that is down.
        return _open(JsonResponse({"error": "There is no such story."}, status=404))
    posts, more = _latest(slug)
    said: dict[str, Any] = {
        "seq": seq,
        "title": story["title"],
        "url": absolute(story["url"]),
        "newsroom": settings.SITE_NAME,
        "lang": settings.LANGUAGE_CODE,
        "closed": story["closed"],
        "more": more,
        "posts": [
            {"id": post["id"], "seq": post["seq"], "html": draw(post)} for post in posts
        ],
    }
    return _open(JsonResponse(said, json_dumps_params={"ensure_ascii": False}))


@require_safe
@xframe_options_exempt
def frame(request: HttpRequest, slug: str) -> HttpResponse:
    """The same as a page for an `<iframe>`, on sites that let in no foreign script.

    The one page of ours that others may frame: nothing can be done on it but read.
    """
    story = queries.story(slug)
    if story is None:
        raise Http404
    posts, _more = _latest(slug)
    context = {"story": story, "posts": posts, "canonical": absolute(story["url"])}
    response = render(request, "pages/embed.html", context)
    response.headers["Cache-Control"] = "public, no-cache"
    response.headers["Content-Security-Policy"] = FRAMED_POLICY
    return response


def _latest(slug: str) -> tuple[list[PostView], bool]:
    posts = queries.of_story(slug, limit=EMBED_POSTS + 1)
    return posts[:EMBED_POSTS], len(posts) > EMBED_POSTS


def _open(response: HttpResponse) -> HttpResponse:
    # Fetch standard, "CORS protocol": pages of any site may read the answer.
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cache-Control"] = "public, no-cache"
    return response
