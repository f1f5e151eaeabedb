"""What a request may say: which post, which story; and nothing that is not understood."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stoppress.api.problems import Refusal
from stoppress.posts import queries

if TYPE_CHECKING:
    from django.http import HttpRequest

    from stoppress.posts.views import PostView

READING = ["GET", "HEAD"]


def only(request: HttpRequest, *names: str, several: str = "") -> None:
    """Refusal of a parameter with another name, or of one that is said twice, but for
    `several`: a slip must not be answered with figures of something else."""
    for name, said in request.GET.lists():
        if name not in {*names, several}:
            known = ", ".join(filter(None, [*names, several])) or "none"
            raise Refusal(422, f"There is no parameter {name!r} here, but: {known}.")
        if len(said) > 1 and name != several:
            raise Refusal(422, f"The parameter {name!r} was said more than once.")


def post_of(number: int) -> PostView:
    """The post with this number, in whatever state. Refusal when there is none."""
    found = queries.any_post(number)
    if found is None:
        raise Refusal(404, f"There is no post {number}.")
    return found
