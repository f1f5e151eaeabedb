"""The picture of a draft: readers cannot have it yet, whoever writes here must see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from stoppress.desk.doors import staff_only
from stoppress.posts import photos

if TYPE_CHECKING:
    from stoppress.desk.doors import DeskRequest


@require_safe
@staff_only
def photo(_request: DeskRequest, file: str) -> HttpResponse:
    """Any picture that is kept, for those who work here and no cache between."""
    found = photos.kept(file)
    if found is None:
        raise Http404
    response = HttpResponse(found[0], content_type=found[1])
    response.headers["Cache-Control"] = "private, no-store"
    return response
