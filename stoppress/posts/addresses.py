"""Where a section, a story, a person or a post is found; the path is its topic on the wire
too."""

from __future__ import annotations

from django.conf import settings

# A picture's file name in an address: the digest of its bytes.
FILE = r"(?P<file>[0-9a-f]{32}\.(?:jpg|png))"

# Every story's topic at once (a URI template): what the front page follows.
STORIES = "/stories/{slug}"


# What every section's topic begins with.
SECTIONS = "/sections/"

# What every person's topic begins with.
PEOPLE = "/people/"


def section_path(slug: str) -> str:
    return f"{SECTIONS}{slug}"


def story_path(slug: str) -> str:
    return f"/stories/{slug}"


def person_path(slug: str) -> str:
    return f"{PEOPLE}{slug}"


def post_path(post_id: int) -> str:
    return f"/posts/{post_id}"


def absolute(path: str) -> str:
    """The address as someone outside the site needs it."""
    return f"{settings.SITE_URL}{path}"
