"""One drawing: a post as HTML, the same on the page, in a live update and in a feed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.template.loader import render_to_string

if TYPE_CHECKING:
    from stoppress.posts.views import PostView


def draw(post: PostView) -> str:
    """The post as one `<article>` element."""
    return render_to_string("posts/post.html", {"post": post}).strip()
