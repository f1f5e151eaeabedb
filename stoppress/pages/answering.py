"""How a reader's page is answered: the same bytes for everyone, asked for again cheaply.

A push to a million people brings them all at once. Their browsers and any cache between
keep the page and ask whether it changed; `ConditionalGetMiddleware` answers that from
the page's ETag. Nothing here may depend on who asks: no cookie, no session.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.conf import settings
from django.shortcuts import render

from stoppress.protocols import mercure

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    chosen: dict[str, int] | None = None,
) -> HttpResponse:
    """The page, with its canonical address and the way to its updates.

    `context` holds at least `description`; with a `topic` the page is a live one and
    holds `seq`, the wire's head as it was before the posts were read. `chosen` are the
    parameters that choose what is on it: only they are part of its address, and what
    else a link brought with it (who sent the reader) changes no byte.
    """
    address = settings.SITE_URL + request.path
    if chosen:
        address += f"?{urlencode(chosen)}"
    response = render(request, template, {"canonical": address, **context})
    response.headers["Cache-Control"] = "public, no-cache"
    if topic := context.get("topic"):
        # Mercure, section "Discovery": where the hub is, and what this page's topic is.
        hub = settings.SITE_URL + mercure.HUB_PATH
        own = None if topic == mercure.EVERYTHING else topic
        response.headers["Link"] = mercure.link(hub, topic=own)
    return response
