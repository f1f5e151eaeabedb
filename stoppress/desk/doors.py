"""Who comes in, and what is said to those who may not.

Whatever was typed into a form outlives the refusal: it is shown on the page that refuses.
Addresses to go back to are taken only when they lie inside the desk: a link must not
lead an editor through our sign-in to somebody else's page.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.encoding import iri_to_uri

from stoppress.desk.errors import ChiefOnly, EditorsOnly, NotAllowed
from stoppress.desk.paper import page, written
from stoppress.staff.models import User

if TYPE_CHECKING:
    from collections.abc import Callable

Rest = ParamSpec("Rest")

FRONT = "/desk/"
SIGN_IN = "/desk/sign-in"

# An address of the desk is far shorter; a cookie and a header must hold it.
MAX_NEXT = 500  # characters


class DeskRequest(HttpRequest):
    """A request by someone who is signed in."""

    user: User


def staff_only(
    view: Callable[Concatenate[DeskRequest, Rest], HttpResponse],
) -> Callable[Concatenate[HttpRequest, Rest], HttpResponse]:
    """Lets in who is signed in; answers NotAllowed with a page that says so (403)."""

    @wraps(view)
    def inside(
        request: HttpRequest, /, *args: Rest.args, **more: Rest.kwargs
    ) -> HttpResponse:
        if not isinstance(request.user, User):
            return _to_sign_in(request)
        try:
            return view(cast("DeskRequest", request), *args, **more)
        except NotAllowed as refusal:
            return _refused(request, refusal.title, str(refusal))

    return inside


def editors_only(user: User, what: str) -> None:
    """EditorsOnly unless the user may publish; `what` completes "may …"."""
    if not user.may_publish:
        raise EditorsOnly(what)


def chief_only(user: User, what: str) -> None:
    """ChiefOnly unless the user is a chief; `what` completes "may …"."""
    if not user.is_chief:
        raise ChiefOnly(what)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page for a form without the token of its page (Django's CSRF_FAILURE_VIEW):
    it was open across a sign-in, or another site sent it."""
    del reason  # Django's own words, for developers.
    return _refused(
        request,
        "This form is out of date",
        "It was opened before you signed in anew, or the browser keeps no cookies for "
        "this site. Nothing was changed. Open the page again and send it from there.",
    )


def safe_next(candidate: str | None) -> str:
    """The address to go on to: the candidate when it is a page of the desk, else the
    desk's front. Never another site, never the sign-in again."""
    if not candidate or not candidate.startswith(FRONT) or len(candidate) > MAX_NEXT:
        return FRONT
    return FRONT if candidate.startswith("/desk/sign-") else iri_to_uri(candidate)


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    if request.method in {"GET", "HEAD"}:
        back = urlencode({"next": request.get_full_path()})
        return redirect(f"{SIGN_IN}?{back}")
    return _refused(
        request,
        "You are signed out",
        "Nothing was changed. Sign in again, then send it from a fresh page.",
        sign_in=f"{SIGN_IN}?{urlencode({'next': _page_of(request.path)})}",
    )


def _page_of(path: str) -> str:
    """The page whose form posts to this address: its parent, /desk/posts/7/pin's is
    /desk/posts/7."""
    parent = path.rpartition("/")[0]
    return path if parent == FRONT.rstrip("/") else parent


def _refused(
    request: HttpRequest, title: str, why: str, *, sign_in: str = ""
) -> HttpResponse:
    context: dict[str, Any] = {
        "title": title,
        "why": why,
        "sign_in": sign_in,
        "back": FRONT,
    }
    # A stranger's form has no session with it: its words are nobody's to be kept.
    if isinstance(request.user, User) or sign_in:
        context["written"] = written(request)
    return page(request, "refused.html", context, status=403)


def see_other(address: str) -> HttpResponse:
    """The answer to a form that was good (RFC 9110, section 15.4.4)."""
    return HttpResponseRedirect(address, status=303)
