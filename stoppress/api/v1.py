"""The API's first version: its endpoints, who may ask, and how what is refused is said.

There is no page of documentation, for that would ask a third party for its scripts;
docs/api.md and the description (`describing.py`) are there instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ninja import NinjaAPI
from ninja.errors import AuthenticationError, ValidationError

from stoppress.api import audience, broadcasts
from stoppress.api.bearing import Bearer, needed
from stoppress.api.problems import Refusal, problem

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

api = NinjaAPI(
    title="Stop Press",
    version="1",
    description="What machines may ask a newsroom: whom an alert would reach, and what "
    "became of it. Each request bears a token of its machine.",
    auth=Bearer(),
    docs_url=None,
    openapi_url=None,
    urls_namespace="api",
)
api.add_router("", audience.router)
api.add_router("", broadcasts.router)


@api.exception_handler(Refusal)
def refused(_request: HttpRequest, error: Refusal) -> HttpResponse:
    """Ours, in its own words."""
    return problem(error.status, str(error), error.headers)


@api.exception_handler(AuthenticationError)
def unknown(request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    """Nobody said who asks."""
    return refused(request, needed())


@api.exception_handler(ValidationError)
def wrong(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    """A parameter is not what it can be."""
    return problem(422, " ".join(_sentence(each) for each in error.errors))


def _sentence(each: dict[str, Any]) -> str:
    words = str(each["msg"])
    return f"The parameter {each['loc'][-1]!r}: {words[0].lower()}{words[1:]}."
