"""Every refusal below /api/ has one shape: problem details (RFC 9457).

Most are ours and say what to do. The others come from Django, which answers before or
beside our views (no such address, a host that is not ours, something broke) and draws a
page for people. A middleware puts the same shape in its place, so that a program never
has to tell JSON from HTML. What is longer than the site takes is refused before Django
(asgi.py) and is plain text.
"""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.utils.deprecation import MiddlewareMixin

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

CONTENT_TYPE = "application/problem+json"

BELOW = re.compile(r"/api(?:/|\Z)")

# What is said where nobody said more.
DETAILS = {
    400: "The request cannot be read, or it names a host that this newsroom is not.",
    404: "There is nothing at this address. /api/v1/openapi.json lists what there is.",
    500: "Something broke here. The server's log says what.",
}


class Refusal(Exception):
    """The answer is a problem with this status, in these words, with these headers."""

    def __init__(
        self, status: int, detail: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.headers = headers


def problem(
    status: int, detail: str, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """The answer. Its type is about:blank, so that its title is the status' own name
    (RFC 9457, section 4.2.1)."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    octets = json.dumps(body, ensure_ascii=False).encode()
    return HttpResponse(
        octets,
        status=status,
        content_type=CONTENT_TYPE,
        # Whoever says the length of other answers may have done so already.
        headers={"Content-Length": str(len(octets)), **(headers or {})},
    )


class Problems(MiddlewareMixin):
    """Sees to it that each answer below /api/ is for programs and for nobody's cache."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if not BELOW.match(request.path):
            return response
        refused = response.status_code >= HTTPStatus.BAD_REQUEST
        if refused and response.headers.get("Content-Type") != CONTENT_TYPE:
            response = _in_place_of(response)
        response.headers["Cache-Control"] = "no-store"
        return response


def _in_place_of(response: HttpResponseBase) -> HttpResponse:
    status = response.status_code
    if "Allow" in response:
        allowed = ", ".join(sorted(re.findall(r"\w+", response["Allow"])))
        detail = f"This address takes no other methods than {allowed}."
        return problem(status, detail, {"Allow": allowed})
    return problem(status, DETAILS.get(status, f"{HTTPStatus(status).phrase}."))
