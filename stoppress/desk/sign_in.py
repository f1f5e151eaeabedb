"""Signing in with a link that is good for once.

A link that is only looked at is not used up: mail programs and chat rooms open what they
are sent. The page behind it says whom it lets in; its button does it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth import login, logout
from django.shortcuts import redirect
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from stoppress.desk.doors import FRONT, SIGN_IN, safe_next, see_other
from stoppress.desk.paper import page
from stoppress.staff import signing_in

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

# Where the editor was going, kept while they fetch a link from the command line.
NEXT = "desk-next"
NEXT_FOR = 3600  # seconds


@require_safe
def how(request: HttpRequest) -> HttpResponse:
    """Says where a link comes from, and remembers where the editor was going."""
    going = safe_next(request.GET.get("next"))
    if request.user.is_authenticated:
        return redirect(going)
    response = page(request, "sign_in.html", {})
    if going != FRONT:
        response.set_cookie(
            NEXT,
            going,
            max_age=NEXT_FOR,
            path="/desk",
            secure=request.is_secure(),
            httponly=True,
            samesite="Lax",
        )
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Shows whom the link lets in; the button uses it up and lets them in."""
    user = (
        signing_in.use(token) if request.method == "POST" else signing_in.whose(token)
    )
    if user is None:
        return page(request, "sign_in.html", {"spent": True}, status=404)
    if request.method != "POST":
        return page(request, "sign_in_link.html", {"whom": user})
    login(request, user)
    response = see_other(safe_next(request.COOKIES.get(NEXT)))
    response.delete_cookie(NEXT, path="/desk", samesite="Lax")
    return response


@require_POST
def out(request: HttpRequest) -> HttpResponse:
    """Signs out on this browser."""
    logout(request)
    return see_other(SIGN_IN)
