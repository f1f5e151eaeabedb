"""django-eventstream, under uvicorn, without a store.

Run by the peers' own Python, not by ours: `python eventstream.py PORT`.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import django
import uvicorn
from django.conf import settings

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

from django.core.asgi import get_asgi_application  # noqa: E402
from django.http import HttpResponse as Answer  # noqa: E402
from django.urls import include, path  # noqa: E402
from django_eventstream import send_event  # noqa: E402


def publish(request: HttpRequest) -> HttpResponse:
    send_event("news", "message", request.body.decode(), json_encode=False)
    return Answer()


urlpatterns = [
    path("events/", include("django_eventstream.urls"), {"channels": ["news"]}),
    path("publish", publish),
]

if __name__ == "__main__":
    uvicorn.run(
        get_asgi_application(),
        host="127.0.0.1",
        port=int(sys.argv[1]),
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_level="warning",
        backlog=4096,
        lifespan="off",
    )
