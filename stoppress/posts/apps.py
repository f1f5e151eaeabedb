"""The posts as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class PostsConfig(AppConfig):
    name = "stoppress.posts"
