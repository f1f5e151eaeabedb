"""The hub's address."""

from __future__ import annotations

from django.urls import path

from stoppress.live import metrics, views
from stoppress.protocols.mercure import HUB_PATH
from stoppress.protocols.mercure_subscriptions import SUBSCRIPTIONS

# Below it are the subscriptions (takeover.py); a preflight for them gets to Django.
urlpatterns = [
    path(HUB_PATH.removeprefix("/"), views.hub),
    path("metrics", metrics.metrics),
    path(f"{SUBSCRIPTIONS.removeprefix('/')}", views.subscriptions),
    path(f"{SUBSCRIPTIONS.removeprefix('/')}/<path:rest>", views.subscriptions),
]
