"""The same words twice. A form that is sent again is done once (`desk/once.py`); but a
browser that goes back may make a new form of an old one, its words still in it, and who
presses then would tell readers, and alert followers, of nothing new. So they are asked."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from stoppress.lib.clock import now
from stoppress.posts import queries
from stoppress.posts.errors import Refused

if TYPE_CHECKING:
    from stoppress.posts.copy import Copy

# After so long the same words are meant: "Still counting."
LATELY = timedelta(minutes=10)

# The newest posts of the story that are looked at.
LOOKED_AT = 3


class SaidLately(Refused):
    """The story has a post with these words, published a moment ago."""

    def __init__(self, post_id: int) -> None:
        super().__init__(
            f"Post {post_id} says this already, word for word, and was published a moment "
            "ago. To publish it again, press once more."
        )
        self.post_id = post_id


def ask(copy: Copy, *, meant: str) -> None:
    """Raises SaidLately, unless `meant` is the number of the post that it would name."""
    for post in queries.latest_of(copy.story, limit=LOOKED_AT):
        lately = now() - datetime.fromisoformat(post["posted_at"]) < LATELY
        same = lately and post["headline"] == copy.headline.strip()
        if (
            same
            and queries.text(post["id"]) == copy.text
            and meant != str(post["id"])
            and post["state"] == "published"
        ):
            raise SaidLately(post["id"])
