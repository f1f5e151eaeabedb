"""What the desk says after something was done.

The page that a form leads to has it in its address (`?said=published&post=7`): nothing
is kept, so nothing can be shown to the wrong page or get lost between two.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from stoppress.posts.addresses import post_path

if TYPE_CHECKING:
    from django.http import HttpRequest

SENTENCES = {
    "published": "Published.",
    "told": "Published. Those who follow are being told.",
    "urgent": "Published. Those who do not rest are being told; another editor must confirm the rest.",
    "confirmed": "Confirmed. Those who rest are being told too.",
    "draft": "Saved as a draft. Readers do not see it.",
    "discarded": "The draft is discarded.",
    "amended": "Changed. Readers see that it was updated.",
    "edited": "Changed, without a word to readers.",
    "corrected": "Corrected. Readers see what was wrong.",
    "retracted": "Retracted. Readers see the reason.",
    "pinned": "Pinned to the top of the story.",
    "unpinned": "No longer pinned.",
    "opened": "The story is open. Readers can follow it.",
    "retitled": "The story is changed. Open pages show its title and summary.",
    "closed": "The story is closed. Its followers are told so, and follow it no more.",
    "section-made": "The section is made. Readers see it once a story in it has posts.",
    "section-renamed": "The section has its new title.",
    "section-moved": "The order is changed.",
    "section-deleted": "The section is deleted. Whoever followed it is told so.",
    "person-made": "They have a page. Readers can follow it.",
    "person-kept": "Kept for the desk. Readers hear of them when a post names them.",
    "person-changed": "Changed. Readers see it as they load a page.",
    "person-deleted": "Deleted. Whoever followed them is told so.",
    "brought-in": "They may work here. Make a sign-in link, and hand it to them.",
    "role": "The role is changed, from now on.",
    "left": "Shut out. They are signed out everywhere, and their links are void.",
    "back": "They may work here again. They need a new sign-in link.",
}
SEEN_BY_READERS = {
    "published",
    "told",
    "amended",
    "edited",
    "corrected",
    "retracted",
    "urgent",
}


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence, and where readers see what it is about ('' for nowhere)."""

    sentence: str
    url: str


def address(path: str, what: str, post_id: int | None = None) -> str:
    """The address of the page that says so."""
    about = {} if post_id is None else {"post": post_id}
    return f"{path}?{urlencode({'said': what, **about})}"


def said(request: HttpRequest) -> Said | None:
    """What this page is asked to say."""
    what = request.GET.get("said", "")
    if what not in SENTENCES:
        return None
    post = request.GET.get("post", "")
    about = what in SEEN_BY_READERS and post.isascii() and post.isdigit()
    return Said(SENTENCES[what], post_path(int(post[:18])) if about else "")
