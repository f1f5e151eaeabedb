"""What Django says about the hub: everything but a stream, which never gets here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from stoppress.live.answers import STREAM_HEADERS

if TYPE_CHECKING:
    from django.http import HttpRequest

METHODS = "GET, HEAD, OPTIONS"


@csrf_exempt  # nothing is changed here, and another site's form deserves the true answer
def hub(request: HttpRequest) -> HttpResponse:
    """Answers what is not a stream: HEAD, OPTIONS, methods that are not allowed."""
    if request.method == "HEAD":  # RFC 9110 section 9.3.2: the head that GET would have
        return HttpResponse(headers=STREAM_HEADERS)
    if request.method == "OPTIONS":
        return HttpResponse(status=204, headers={"Allow": METHODS})
    if request.method == "GET":
        sentence = (
            "Live updates come from the newsroom's own server over plain HTTP: start it "
            "with stoppress serve, and let TLS end in front of it."
        )
        return JsonResponse({"error": sentence}, status=501)
    sentence = f"{request.method} is not served here."
    # RFC 9110 section 15.5.6: the answer names what is allowed.
    return JsonResponse({"error": sentence}, status=405, headers={"Allow": METHODS})
