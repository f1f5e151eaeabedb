"""What Django answers at the hub's address: all but streams and who reads, which never get
here (takeover.py)."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from stoppress.live import access, publishing
from stoppress.live.access import METHODS, Credentials, Refused
from stoppress.live.answers import STREAM_HEADERS
from stoppress.live.frames import published_id
from stoppress.protocols import mercure_publication
from stoppress.protocols.mercure_publication import BODY_AT_MOST, PublishError
from stoppress.protocols.mercure_topics import selects

if TYPE_CHECKING:
    from django.http import HttpRequest

    from stoppress.protocols.mercure_token import Grant

log = logging.getLogger(__name__)


@csrf_exempt  # what is done here takes a token, and a cookie's is checked in access.py
def hub(request: HttpRequest) -> HttpResponse:
    """Publishing, preflights, HEAD; and methods that are not allowed."""
    origin = request.headers.get("origin", "")
    match request.method:
        case "POST":
            answer = _published(request)
        case "OPTIONS":
            return HttpResponse(status=204, headers=access.preflight(origin))
        case "HEAD":  # RFC 9110 section 9.3.2: the head that GET would have
            answer = HttpResponse(headers=STREAM_HEADERS)
        case "GET":
            answer = _error(
                501,
                "Live updates come from the newsroom's own server over plain HTTP: start "
                "it with stoppress serve, and let TLS end in front of it.",
            )
        case _:
            # RFC 9110 section 15.5.6: the answer names what is allowed.
            answer = _error(405, f"{request.method} is not served here.", Allow=METHODS)
    for name, value in access.cross_origin(origin).items():
        answer.headers.setdefault(name, value)
    return answer


@csrf_exempt
def subscriptions(request: HttpRequest, rest: str = "") -> HttpResponse:
    """The preflight for who reads; the list itself is the hub's own answer."""
    if request.method == "OPTIONS":
        origin = request.headers.get("origin", "")
        return HttpResponse(status=204, headers=access.preflight(origin))
    return _error(501, f"Who reads {rest or 'now'} is known to stoppress serve alone.")


def _published(request: HttpRequest) -> HttpResponse:
    """draft-dunglas-mercure-07 "Publication"."""
    try:
        grant = access.publisher(_credentials(request))
        update = mercure_publication.update(
            request.content_type or "",
            request.read(BODY_AT_MOST + 1),
            site=settings.SITE_URL,
        )
        _check(grant, update.topics)
    except PublishError as error:
        return _error(error.status, f"{error}.")
    except Refused as error:
        headers = {"WWW-Authenticate": error.challenge}
        return _error(error.status, str(error), **headers)
    seq = publishing.publish(update)
    log.info("Entry %d was published through the hub on %s", seq, update.topics[0])
    return HttpResponse(
        published_id(seq),
        content_type="text/plain",
        headers={"Cache-Control": "no-store"},
    )


def _check(grant: Grant, topics: tuple[str, ...]) -> None:
    """Every topic must be allowed ("Publishers"). Raises Refused."""
    for topic in topics:
        if not selects(grant.publish, [topic]):
            raise Refused(
                403,
                f"The token does not allow publishing on {topic[:80]}.",
                "insufficient_scope",
            )


def _credentials(request: HttpRequest) -> Credentials:
    return Credentials(
        request.headers.get("authorization", ""),
        request.GET.get("authorization"),
        request.headers.get("cookie", ""),
        request.headers.get("origin", ""),
        request.headers.get("referer", ""),
    )


def _error(status: int, sentence: str, **headers: str) -> JsonResponse:
    named = {"Cache-Control": "no-store", **headers}
    return JsonResponse({"error": sentence}, status=status, headers=named)
