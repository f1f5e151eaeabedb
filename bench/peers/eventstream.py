"""django-eventstream, under uvicorn, without a store.

Run by the peers' own Python, not by ours (servers.py).
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import django
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.http import HttpResponse as Answer
from django.urls import include, path

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

settings.configure(
    SECRET_KEY=os.urandom(16).hex(),
    ALLOWED_HOSTS=["localhost", "127.0.0.1"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django_eventstream",
    ],
    MIDDLEWARE=[],
    DATABASES={},
    LOGGING_CONFIG=None,
)
django.setup()

from django_eventstream import send_event  # noqa: E402  its models need the settings


def publish(request: HttpRequest) -> HttpResponse:
    send_event("news", "message", request.body.decode(), json_encode=False)
    return Answer()


urlpatterns = [
    path("events/", include("django_eventstream.urls"), {"channels": ["news"]}),
    path("publish", publish),
]
app = get_asgi_application()
