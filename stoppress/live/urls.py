"""The hub's address."""

from __future__ import annotations

from django.urls import path

from stoppress.live import metrics, views
from stoppress.protocols.mercure import HUB_PATH

urlpatterns = [
    path(HUB_PATH.removeprefix("/"), views.hub),
    path("metrics", metrics.metrics),
]
