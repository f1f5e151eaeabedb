"""People in the news: found, made, renamed, deleted. (Who works here is in `people.py`.)"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from stoppress.desk.doors import DeskRequest, editors_only, see_other, staff_only
from stoppress.desk.fields import DeskForm
from stoppress.desk.name_forms import NameForm, NewNameForm
from stoppress.desk.once import once
from stoppress.desk.paper import page
from stoppress.desk.saying import address, said
from stoppress.posts import people, people_queries

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    from stoppress.posts.views import PersonView

NAMES = "/desk/names"
MAY = "change who is in the news"

# One page of the list.
SHOWN = 100

# A person's newest posts on their page at the desk.
POSTS_SHOWN = 20


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def names(request: DeskRequest) -> HttpResponse:
    """Everybody, by name; `?q=` looks for somebody, `?after=` goes on. A POST makes one."""
    if request.method != "POST":
        return _names(request, NewNameForm())
    form = NewNameForm(request.POST)
    if "shown" in request.POST:
        editors_only(request.user, "show somebody to readers")

    def deed() -> str:
        words = form.cleaned_data
        shown = words["shown"]
        people.make_person(
            words["person"], slug=words["slug"], about=words["about"], shown=shown
        )
        return address(NAMES, "person-made" if shown else "person-kept")

    going = once(request, form, deed)
    return see_other(going) if going else _names(request, form, status=form.status)


@require_safe
@staff_only
def name(request: DeskRequest, slug: str) -> HttpResponse:
    """One of them, and what can be done."""
    return _name(request, _find(slug))


@require_POST
@staff_only
def words(request: DeskRequest, slug: str) -> HttpResponse:
    """Another name, or other words on who that is; or readers are shown the page."""
    form = NameForm(request.POST)

    def change() -> None:
        words = form.cleaned_data
        people.change_person(
            slug, name=words["person"], about=words["about"], shown=words["shown"]
        )

    return _done(request, slug, form, "person-changed", change)


@require_POST
@staff_only
def deletion(request: DeskRequest, slug: str) -> HttpResponse:
    """Deletes somebody whom no post names."""
    form = DeskForm(request.POST)
    return _done(
        request, slug, form, "person-deleted", lambda: people.delete_person(slug)
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
        return address(NAMES, what)

    # Who was deleted a moment ago, by the first of two presses, is not looked for.
    going = once(request, form, deed)
    if going:
        return see_other(going)
    return _name(request, _find(slug), form=form, status=form.status)


def _names(
    request: DeskRequest, form: NewNameForm, *, status: int = 200
) -> HttpResponse:
    like, after = (request.GET.get(one, "").strip() for one in ("q", "after"))
    found = people_queries.people(like=like, after=after, limit=SHOWN + 1)
    context = {
        "here": "names",
        "form": form,
        "q": like,
        "after": after,
        "people": found[:SHOWN],
        "more": found[SHOWN - 1]["slug"] if len(found) > SHOWN else "",
    }
    return page(request, "names.html", context, said=said(request), status=status)


def _name(
    request: DeskRequest,
    found: PersonView,
    *,
    form: DeskForm | None = None,
    status: int = 200,
) -> HttpResponse:
    fresh = NameForm(initial={"person": found["name"], "about": found["about"]})
    context = {
        "here": "names",
        "person": found,
        "problem": form.refusal if form else None,
        "form": form if isinstance(form, NameForm) else fresh,
        "posts": people_queries.of_person(found["slug"], limit=POSTS_SHOWN),
    }
    return page(request, "name.html", context, said=said(request), status=status)


def _find(slug: str) -> PersonView:
    found = people_queries.person(slug)
    if found is None:
        raise Http404
    return found
