"""What every template may know of the newsroom, the same for every reader."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.functional import SimpleLazyObject

from stoppress.posts.section_queries import read_sections
from stoppress.push.queries import public_key

if TYPE_CHECKING:
    from django.http import HttpRequest


def newsroom(_request: HttpRequest | None) -> dict[str, Any]:
    """Name, language, and what browsers need to follow us: the key (RFC 8292) and the
    worker. The sections are only looked up where a page lists them."""
    worker = {"worker": settings.WORKER, "worker_scope": settings.WORKER_SCOPE}
    newsroom = {**bare(), **worker, "push_key": public_key()}
    return {"newsroom": newsroom, "sections": SimpleLazyObject(read_sections)}


def bare() -> dict[str, str]:
    """What can be said even when nothing else works."""
    return {"name": settings.SITE_NAME, "lang": settings.LANGUAGE_CODE}
