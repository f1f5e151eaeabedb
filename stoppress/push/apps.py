"""Push as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class PushConfig(AppConfig):
    name = "stoppress.push"
