"""Who works here: the chief's page, and one for each of those who do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.http import Http404
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from stoppress.desk.doors import DeskRequest, chief_only, see_other, staff_only
from stoppress.desk.fields import Checked, DeskForm, Refusal
from stoppress.desk.once import once
from stoppress.desk.paper import page
from stoppress.desk.saying import address, said
from stoppress.lib.clock import iso
from stoppress.staff import people, signing_in
from stoppress.staff.models import Role, User
from stoppress.staff.signing_in import StaffError

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

MAY = "say who works here"


class RoleForm(DeskForm):
    """What someone may do."""

    name = "role"

    role = forms.ChoiceField(label="Role", choices=Role.choices)


class NewcomerForm(RoleForm):
    """Someone who is to work here."""

    name = "newcomer"

    username = Checked(
        people.checked_name,
        label="Name",
        help_text="As colleagues know them, without spaces: letters, digits, . + - _ @",
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
        error_messages={"required": "Everyone here has a name."},
    )
    field_order = ("username", "role")

    def blamed(self, error: Refusal) -> str:
        del error
        return "username"


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def staff(request: DeskRequest) -> HttpResponse:
    """All who work here; a POST brings in one more."""
    chief_only(request.user, MAY)
    if request.method != "POST":
        return _staff(request, NewcomerForm())
    form = NewcomerForm(request.POST)

    def deed() -> str:
        data = form.cleaned_data
        user = people.bring_in(data["username"], Role(data["role"]))
        return address(_path(user.pk), "brought-in")

    going = once(request, form, deed)
    return see_other(going) if going else _staff(request, form, status=form.status)


@require_safe
@staff_only
def person(request: DeskRequest, user_id: int) -> HttpResponse:
    """One of them, and what can be done."""
    chief_only(request.user, MAY)
    return _person(request, _find(user_id))


@require_POST
@staff_only
def role(request: DeskRequest, user_id: int) -> HttpResponse:
    """Gives another role."""
    form = RoleForm(request.POST)
    return _done(
        request,
        user_id,
        form,
        "role",
        lambda: people.give_role(user_id, Role(form.cleaned_data["role"])),
    )


@require_POST
@staff_only
def leaving(request: DeskRequest, user_id: int) -> HttpResponse:
    """Shuts out who has left."""
    form = DeskForm(request.POST)
    return _done(request, user_id, form, "left", lambda: people.shut_out(user_id))


@require_POST
@staff_only
def returning(request: DeskRequest, user_id: int) -> HttpResponse:
    """Lets them in again."""
    form = DeskForm(request.POST)
    return _done(request, user_id, form, "back", lambda: people.let_in(user_id))


@require_POST
@staff_only
def link(request: DeskRequest, user_id: int) -> HttpResponse:
    """Makes a sign-in link and shows it, once: it is in no address and in no session."""
    chief_only(request.user, MAY)
    user, form = _find(user_id), DeskForm(request.POST)
    try:
        path = signing_in.make_link(user.username)
    except StaffError as error:
        form.refuse(error)
        return _person(request, user, form=form, status=form.status)
    return _person(request, user, link=f"{settings.SITE_URL}{path}")


def _done(
    request: DeskRequest,
    user_id: int,
    form: DeskForm,
    what: str,
    change: Callable[[], None],
) -> HttpResponse:
    chief_only(request.user, MAY)
    _find(user_id)

    def deed() -> str:
        change()
        # Who made themselves less, or left, may not look at this page any more.
        mine = user_id == request.user.pk
        return address("/desk/" if mine else _path(user_id), what)

    going = once(request, form, deed)
    if going:
        return see_other(going)
    return _person(request, _find(user_id), form=form, status=form.status)


def _staff(
    request: DeskRequest, form: NewcomerForm, *, status: int = 200
) -> HttpResponse:
    rows = [_row(user) for user in people.everyone()]
    context = {"here": "people", "form": form, "people": rows}
    return page(request, "people.html", context, said=said(request), status=status)


def _person(
    request: DeskRequest,
    user: User,
    *,
    form: DeskForm | None = None,
    link: str = "",
    status: int = 200,
) -> HttpResponse:
    fresh = RoleForm(initial={"role": user.role})
    context = {
        "here": "people",
        "person": _row(user),
        "mine": user == request.user,
        "problem": form.refusal if form else None,
        "form": form if isinstance(form, RoleForm) else fresh,
        "link": link,
    }
    return page(request, "person.html", context, said=said(request), status=status)


def _row(user: User) -> dict[str, Any]:
    return {
        "path": _path(user.pk),
        "name": str(user),
        "username": user.username,
        "role": user.role,
        "here": user.is_active,
        "came": iso(user.last_login) if user.last_login else "",
    }


def _find(user_id: int) -> User:
    user = people.person(user_id)
    if user is None:
        raise Http404
    return user


def _path(user_id: int) -> str:
    return f"/desk/people/{user_id}"
