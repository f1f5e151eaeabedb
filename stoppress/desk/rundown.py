"""What goes on: stories, the latest posts, the drafts that wait; and a new story."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.views.decorators.http import require_http_methods, require_safe

from stoppress.desk.doors import DeskRequest, editors_only, see_other, staff_only
from stoppress.desk.once import once
from stoppress.desk.paper import page
from stoppress.desk.saying import address, said
from stoppress.desk.story_form import StoryForm
from stoppress.posts import queries
from stoppress.posts.stories import open_story

if TYPE_CHECKING:
    from django.http import HttpResponse

# What one look takes in; a story's own page has the rest.
STORIES_SHOWN = 20
POSTS_SHOWN = 20

# A newsroom's stories on one page; more would need a search.
MAX_STORIES = 500


@require_safe
@staff_only
def front(request: DeskRequest) -> HttpResponse:
    """The rundown."""
    context = {
        "here": "rundown",
        "stories": queries.stories(limit=STORIES_SHOWN),
        "drafts": queries.drafts(),
        "posts": queries.latest(limit=POSTS_SHOWN),
    }
    return page(request, "rundown.html", context, said=said(request))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def stories(request: DeskRequest) -> HttpResponse:
    """All stories; a POST opens one."""
    if request.method != "POST":
        return _stories(request, StoryForm())
    editors_only(request.user, "open a story")
    form = StoryForm(request.POST)

    def deed() -> str:
        slug, title, summary = (
            form.cleaned_data[k] for k in ("slug", "title", "summary")
        )
        open_story(slug, title, summary=summary)
        return address(f"/desk/stories/{slug}", "opened")

    going = once(request, form, deed)
    return see_other(going) if going else _stories(request, form, status=form.status)


def _stories(
    request: DeskRequest, form: StoryForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "here": "stories",
        "form": form,
        "stories": queries.stories(limit=MAX_STORIES),
    }
    return page(request, "stories.html", context, said=said(request), status=status)
