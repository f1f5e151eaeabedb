"""`GET /api/v1/openapi.json`: the API as OpenAPI 3.1 describes it.

It is the same in every newsroom, but for its address, and so it takes no token: whoever
writes a program against it can look before they have one.
"""

from __future__ import annotations

from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from ninja import Field, Schema

from stoppress.api.problems import CONTENT_TYPE
from stoppress.api.v1 import api

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

PREFIX = "/api/v1/"

# How each operation may be refused.
REFUSALS = (401, 404, 409, 422)


class Problem(Schema):
    """Why a request was refused (RFC 9457)."""

    type: str = Field(description="Always about:blank.")
    title: str = Field(description="The name of the status.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What is wrong, for people.")


@csrf_exempt
@require_safe
def openapi(_request: HttpRequest) -> HttpResponse:
    """The description, as JSON."""
    return JsonResponse(document())


@cache
def document() -> dict[str, Any]:
    """The description: what the operations say of themselves, and how they refuse."""
    found: dict[str, Any] = dict(api.get_openapi_schema(path_prefix=PREFIX))
    found["servers"] = [{"url": settings.SITE_URL}]
    found["components"]["schemas"]["Problem"] = Problem.json_schema()
    for path in found["paths"].values():
        # HEAD is answered wherever GET is; two operations of one name would be an error.
        del path["head"]
        for status in REFUSALS:
            path["get"]["responses"][status] = _refusal(status)
    return found


def _refusal(status: int) -> dict[str, Any]:
    return {
        "description": HTTPStatus(status).phrase,
        "content": {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
