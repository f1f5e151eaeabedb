"""How a page of the desk is answered: for one pair of eyes, kept by no cache."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from django.shortcuts import render

from stoppress.push.queries import alarm
from stoppress.staff.models import User

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from stoppress.desk.saying import Said

# A text field of a form that was refused, and what it is called on the page.
WRITTEN = {
    "headline": "Headline",
    "text": "Text",
    "note": "What was wrong and what is right",
    "reason": "Reason",
    "title": "Title",
    "summary": "Summary",
    "caption": "Caption",
    "people": "People in it",
    "person": "Name",
    "about": "Who that is",
    "credit": "Credit",
    "alt": "Alternative text",
}


def page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    said: Said | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page with what every page of the desk shows: who is here, what was done."""
    user = request.user if isinstance(request.user, User) else None
    common = {
        "user": user,
        "may_publish": user is not None and user.may_publish,
        "is_chief": user is not None and user.is_chief,
        "form_id": secrets.token_urlsafe(12),
        "said": said,
        "alarm": alarm() if user else None,
    }
    response = render(request, f"desk/{template}", {**common, **context}, status=status)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def asked(request: HttpRequest, name: str) -> int | None:
    """The number that the page's address has for this, such as `?before=7`."""
    value = request.GET.get(name, "")
    return int(value[:18]) if value.isascii() and value.isdigit() else None


def written(request: HttpRequest) -> list[tuple[str, str]]:
    """What the form that came in held in words, to be shown where it cannot be used."""
    found = ((label, request.POST.get(name, "")) for name, label in WRITTEN.items())
    return [(label, words) for label, words in found if words.strip()]
