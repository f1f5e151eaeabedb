"""The addresses of the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from django.http import Http404
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from stoppress.api.describing import openapi
from stoppress.api.v1 import api

if TYPE_CHECKING:
    from django.http import HttpRequest


@csrf_exempt
def nothing(_request: HttpRequest) -> NoReturn:
    """Nothing is at the API's own root."""
    raise Http404


urlpatterns = [
    path("", nothing),  # before django-ninja's, which asks browsers' forms for a token
    path("openapi.json", openapi),
    path("", api.urls),
]
