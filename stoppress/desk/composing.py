"""A story's page: the composer first, then what was posted and what is done to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.views.decorators.http import require_POST, require_safe

from stoppress.desk import embedding, twins
from stoppress.desk.alerting import warning
from stoppress.desk.doors import DeskRequest, editors_only, see_other, staff_only
from stoppress.desk.fields import DeskForm
from stoppress.desk.once import once
from stoppress.desk.paper import asked, page
from stoppress.desk.post_forms import ArticleForm, PostForm, UpdateForm
from stoppress.desk.saying import address, said
from stoppress.desk.story_form import MastheadForm
from stoppress.posts import publishing, queries, stories
from stoppress.push import pleas

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    from stoppress.posts.views import StoryView

# One page of a story's posts; what waits for its publication stands above them.
POSTS_SHOWN = 40
DRAFTS_SHOWN = 10


@require_safe
@staff_only
def story(request: DeskRequest, slug: str) -> HttpResponse:
    """The story, ready to be written to; `?before=7` shows what came before post 7."""
    return _story(request, _find(slug))


@require_POST
@staff_only
def posts(request: DeskRequest, slug: str) -> HttpResponse:
    """Posts to the story, or keeps a draft for it."""
    _find(slug)
    user, draft = request.user, "draft" in request.POST
    if not draft:
        editors_only(user, "publish")
    which = ArticleForm if request.POST.get("kind") == "article" else UpdateForm
    form: PostForm = which(warning(slug), request.POST, request.FILES)

    def deed() -> str:
        if draft:
            kept = publishing.save_draft(form.copy, ready=form.ready)
            return address(f"/desk/posts/{kept.post_id}", "draft")
        twins.ask(form.copy, meant=request.POST.get("again", ""))
        push = form.cleaned_data["push"]
        posted = publishing.publish(form.copy, push=push, ready=form.ready)
        if form.cleaned_data["urgent"]:
            pleas.ask(posted.post_id, user)
            return address(f"/desk/posts/{posted.post_id}", "urgent", posted.post_id)
        return address(_path(slug), "told" if push else "published", posted.post_id)

    going = once(request, form, deed, first=lambda: form.make_ready(slug, user))
    if going:
        return see_other(going)
    return _story(request, _find(slug), form=form, status=form.status)


@require_POST
@staff_only
def masthead(request: DeskRequest, slug: str) -> HttpResponse:
    """Gives the story another title or summary, or puts it in another section."""
    editors_only(request.user, "change a story's title")
    found = _find(slug)
    form = MastheadForm(request.POST)

    def deed() -> str:
        words = form.cleaned_data
        stories.amend_story(
            slug,
            title=words["title"],
            summary=words["summary"],
            section=words.get("section"),
        )
        return address(_path(slug), "retitled")

    going = once(request, form, deed)
    if going:
        return see_other(going)
    return _story(request, found, masthead=form, status=form.status)


@require_POST
@staff_only
def closing(request: DeskRequest, slug: str) -> HttpResponse:
    """Closes the story."""
    editors_only(request.user, "close a story")
    return _at_a_press(
        request, _find(slug), "closed", lambda: stories.close_story(slug)
    )


@require_POST
@staff_only
def opening(request: DeskRequest, slug: str) -> HttpResponse:
    """Opens the closed story again."""
    editors_only(request.user, "open a story")
    found = _find(slug)
    title = found["title"]
    return _at_a_press(
        request, found, "opened", lambda: stories.open_story(slug, title)
    )


@require_POST
@staff_only
def pin(request: DeskRequest, post_id: int) -> HttpResponse:
    """Pins the post to the top of its story, or with `off` lets it go."""
    editors_only(request.user, "pin a post")
    post = queries.any_post(post_id)
    if post is None:
        raise Http404
    off = "off" in request.POST
    return _at_a_press(
        request,
        _find(post["story"]["slug"]),
        "unpinned" if off else "pinned",
        lambda: publishing.pin(post_id, pinned=not off),
    )


def _at_a_press(
    request: DeskRequest, found: StoryView, what: str, deed: Callable[[], Any]
) -> HttpResponse:
    """Does what a single button asks for."""
    form = DeskForm(request.POST)

    def told() -> str:
        deed()
        return address(_path(found["slug"]), what)

    going = once(request, form, told)
    if going:
        return see_other(going)
    again = _find(found["slug"])
    return _story(request, again, problem=str(form.refusal), status=form.status)


def _story(
    request: DeskRequest,
    found: StoryView,
    *,
    form: PostForm | None = None,
    masthead: MastheadForm | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    slug = found["slug"]
    last = asked(request, "before")
    column = queries.of_story(slug, limit=POSTS_SHOWN + 1, before=last)
    drafts = queries.drafts(limit=DRAFTS_SHOWN + 1, story=slug)
    told = warning(slug)
    update = form if isinstance(form, UpdateForm) else UpdateForm(told)
    article = form if isinstance(form, ArticleForm) else ArticleForm(told)
    if not (form or masthead or problem or last):
        update.fields["text"].widget.attrs["autofocus"] = True
    context = {
        "here": "stories",
        "story": found,
        "update": update,
        "article": article,
        "masthead": masthead or MastheadForm(initial=_words(found)),
        "problem": problem,
        "posts": column[:POSTS_SHOWN],
        "older": column[POSTS_SHOWN - 1]["id"] if len(column) > POSTS_SHOWN else None,
        "before": last,
        "drafts": drafts[:DRAFTS_SHOWN],
        "more_drafts": len(drafts) > DRAFTS_SHOWN,
        "embed": embedding.lines(found),
    }
    return page(request, "story.html", context, said=said(request), status=status)


def _words(found: StoryView) -> dict[str, str]:
    section = found["section"]["slug"] if found["section"] else ""
    return {**{k: found[k] for k in ("title", "summary")}, "section": section}


def _find(slug: str) -> StoryView:
    found = queries.story(slug)
    if found is None:
        raise Http404
    return found


def _path(slug: str) -> str:
    return f"/desk/stories/{slug}"
