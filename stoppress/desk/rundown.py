"""What goes on: stories, the latest posts, the drafts that wait; a new story."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.views.decorators.http import require_http_methods, require_safe

from stoppress.desk import readers
from stoppress.desk.doors import DeskRequest, editors_only, see_other, staff_only
from stoppress.desk.once import once
from stoppress.desk.paper import asked, page
from stoppress.desk.saying import address, said
from stoppress.desk.story_form import StoryForm
from stoppress.posts import queries
from stoppress.posts.stories import open_story
from stoppress.push import pleas

if TYPE_CHECKING:
    from django.http import HttpResponse

# What one look takes in; a story's own page has the rest.
STORIES_SHOWN = 20
POSTS_SHOWN = 20
DRAFTS_SHOWN = 20

# One page of all drafts.
DRAFTS_A_PAGE = 40

# A newsroom's stories on one page; more would need a search.
MAX_STORIES = 500


@require_safe
@staff_only
def front(request: DeskRequest) -> HttpResponse:
    """The rundown."""
    waiting = queries.drafts(limit=DRAFTS_SHOWN + 1)
    urgent = pleas.waiting()
    asked = queries.posts(urgent)
    context = {
        "here": "rundown",
        **readers.beside(queries.stories(limit=STORIES_SHOWN)),
        "drafts": waiting[:DRAFTS_SHOWN],
        "more_drafts": len(waiting) > DRAFTS_SHOWN,
        "posts": queries.latest(limit=POSTS_SHOWN),
        "pleas": [asked[each] for each in urgent if each in asked],
    }
    return page(request, "rundown.html", context, said=said(request))


@require_safe
@staff_only
def drafts(request: DeskRequest) -> HttpResponse:
    """All drafts, or with `?story=slug` one story's; `?before=7` shows older ones."""
    story, before = request.GET.get("story") or None, asked(request, "before")
    found = queries.story(story) if story else None
    if story and not found:
        raise Http404
    column = queries.drafts(limit=DRAFTS_A_PAGE + 1, before=before, story=story)
    more = len(column) > DRAFTS_A_PAGE
    context = {
        "here": "rundown",
        "story": found,
        "drafts": column[:DRAFTS_A_PAGE],
        "older": column[DRAFTS_A_PAGE - 1]["id"] if more else None,
        "before": before,
    }
    return page(request, "drafts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def stories(request: DeskRequest) -> HttpResponse:
    """All stories; a POST opens one."""
    if request.method != "POST":
        return _stories(request, StoryForm())
    editors_only(request.user, "open a story")
    form = StoryForm(request.POST)

    def deed() -> str:
        data = form.cleaned_data
        slug, section = data["slug"], data.get("section")
        open_story(slug, data["title"], summary=data["summary"], section=section)
        return address(f"/desk/stories/{slug}", "opened")

    going = once(request, form, deed)
    return see_other(going) if going else _stories(request, form, status=form.status)


def _stories(
    request: DeskRequest, form: StoryForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "here": "stories",
        "form": form,
        **readers.beside(queries.stories(limit=MAX_STORIES)),
    }
    return page(request, "stories.html", context, said=said(request), status=status)
