"""The revisions that a post is shown from: its last, and those that put it right.

A post that ran all day has hundreds, each with its whole text. None of the others is
read, nor any Markdown: what is drawn is the HTML.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F

from stoppress.posts.models import Revision

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stoppress.posts.models import Post


def last_of(posts: Sequence[Post]) -> dict[int, Revision]:
    """Each post's last revision, by the post's number."""
    rows = Revision.objects.filter(post__in=posts, number=F("post__revision"))
    return {row.post_id: row for row in rows.order_by().defer("text")}


def corrections_of(posts: Sequence[Post]) -> dict[int, list[Revision]]:
    """Each post's corrections, the oldest first, with no more than moment and note."""
    found: dict[int, list[Revision]] = {post.pk: [] for post in posts}
    wrong = [post.pk for post in posts if post.put_right_at]
    rows = Revision.objects.filter(post__in=wrong, nature=Revision.Nature.CORRECTION)
    for row in rows.order_by("number").only("post_id", "number", "at", "note"):
        found[row.post_id].append(row)
    return found
