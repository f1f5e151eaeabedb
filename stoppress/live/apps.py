"""Live as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "stoppress.live"
