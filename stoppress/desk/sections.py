"""The sections of the paper: made, renamed, put in order, deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from stoppress.desk import readers
from stoppress.desk.doors import DeskRequest, editors_only, see_other, staff_only
from stoppress.desk.fields import DeskForm
from stoppress.desk.once import once
from stoppress.desk.paper import page
from stoppress.desk.saying import address, said
from stoppress.desk.section_forms import SectionForm, SectionTitleForm
from stoppress.posts import queries, section_queries
from stoppress.posts import sections as door

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    from stoppress.posts.views import SectionRef

SECTIONS = "/desk/sections"
MAY = "change the sections"

# A section's stories on its page; the list of all stories has the rest.
STORIES_SHOWN = 40


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def sections(request: DeskRequest) -> HttpResponse:
    """All sections; a POST makes one."""
    if request.method != "POST":
        return _sections(request, SectionForm())
    editors_only(request.user, MAY)
    form = SectionForm(request.POST)

    def deed() -> str:
        door.make_section(form.cleaned_data["slug"], form.cleaned_data["title"])
        return address(SECTIONS, "section-made")

    going = once(request, form, deed)
    return see_other(going) if going else _sections(request, form, status=form.status)


@require_safe
@staff_only
def section(request: DeskRequest, slug: str) -> HttpResponse:
    """One of them, and what can be done."""
    return _section(request, _find(slug))


@require_POST
@staff_only
def title(request: DeskRequest, slug: str) -> HttpResponse:
    """Gives it another title."""
    form = SectionTitleForm(request.POST)
    return _done(
        request,
        slug,
        form,
        "section-renamed",
        lambda: door.rename_section(slug, form.cleaned_data["title"]),
    )


@require_POST
@staff_only
def place(request: DeskRequest, slug: str) -> HttpResponse:
    """Moves it one place down, or with `up` one up."""
    up = "up" in request.POST
    return _done(
        request,
        slug,
        DeskForm(request.POST),
        "section-moved",
        lambda: door.move_section(slug, up=up),
    )


@require_POST
@staff_only
def deletion(request: DeskRequest, slug: str) -> HttpResponse:
    """Deletes it, when it is empty."""
    return _done(
        request,
        slug,
        DeskForm(request.POST),
        "section-deleted",
        lambda: door.delete_section(slug),
    )


def _done(
    request: DeskRequest,
    slug: str,
    form: DeskForm,
    what: str,
    change: Callable[[], Any],
) -> HttpResponse:
    editors_only(request.user, MAY)

    def deed() -> str:
        change()
        return address(SECTIONS, what)

    # What was deleted a moment ago, by the first of two presses, is not looked for.
    going = once(request, form, deed)
    if going:
        return see_other(going)
    return _section(request, _find(slug), form=form, status=form.status)


def _sections(
    request: DeskRequest, form: SectionForm, *, status: int = 200
) -> HttpResponse:
    context = {"here": "sections", "form": form, "sections": section_queries.sections()}
    return page(request, "sections.html", context, said=said(request), status=status)


def _section(
    request: DeskRequest,
    found: SectionRef,
    *,
    form: DeskForm | None = None,
    status: int = 200,
) -> HttpResponse:
    fresh = SectionTitleForm(initial=dict(found))
    stories = queries.stories(limit=STORIES_SHOWN, section=found["slug"])
    context = {
        "here": "sections",
        "section": found,
        "problem": form.refusal if form else None,
        "form": form if isinstance(form, SectionTitleForm) else fresh,
        **readers.beside(stories),
    }
    return page(request, "section.html", context, said=said(request), status=status)


def _find(slug: str) -> SectionRef:
    found = section_queries.section(slug)
    if found is None:
        raise Http404
    return found
