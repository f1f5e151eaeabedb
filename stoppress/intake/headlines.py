"""The headline of an HTML page, of the several that it gives itself.

What stands in the page for people (`h1`) is the newspaper's own wording; what stands
there for machines is often shortened or tuned for searching. So the `h1` that the
machines' headline resembles is taken: it names the right one of several. Where none
does, machines are believed, since an `h1` may be the site's name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from stoppress.intake.page import shown

if TYPE_CHECKING:
    from collections.abc import Iterable

# Characters of a headline; a longer one is a mistake in the page.
MAX_HEADLINE = 300

# How alike two wordings of one headline are, 0 to 1.
ALIKE = 0.6

# A headline cut off by a site for searching is still longer than this.
MIN_SHORTENED = 15  # characters

_SEAM = re.compile(r"\s+(?:[|\u2013\u2014•·-]|::|//)\s+")
_NOT_WORDS = re.compile(r"\W+")


@dataclass(frozen=True, slots=True)
class Headlines:
    """The page's own headlines: `told` to machines (best first), `shown` to people (its
    `h1`s in order), and the window's `title` with the site's name in it."""

    told: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    title: str = ""
    site_name: str = ""


def choose(page: Headlines) -> tuple[str, str]:
    """(the headline, what to doubt about it); both may be empty."""
    told = [bare(text, page) for text in page.told if text]
    title = bare(page.title, page)
    known = [text for text in (*told, title) if text]
    visible = [text for text in page.shown if text and not _is_site(text, page)]
    for text in visible:
        if any(are_alike(text, other) for other in known):
            return text, ""
    if told and visible:
        return told[0], (
            f"The page shows the headline “{shown(visible[0])}” and tells machines "
            f"“{shown(told[0])}”; the latter was taken."
        )
    return next(iter([*told, *visible, title]), ""), ""


def bare(text: str, page: Headlines) -> str:
    """A window's title without the site's name before or behind it."""
    if len(text) > MAX_HEADLINE:
        return ""
    parts = _SEAM.split(text)
    if len(parts) == 1:
        return text
    for visible in page.shown:
        if _squeezed(visible) and _squeezed(text).startswith(_squeezed(visible)):
            return visible
    kept = [part for part in parts if not _is_site(part, page)]
    if len(kept) < len(parts):
        at = text.find(kept[0]) if kept else 0
        end = text.rfind(kept[-1]) + len(kept[-1]) if kept else len(text)
        return text[at:end]
    return parts[0] if "|" in text and len(parts[0]) >= MIN_SHORTENED else text


def shown_in_title(title: str, lines: Iterable[str]) -> str:
    """The longest line of the page that its window's title holds: the headline behind
    "The Northgate Post. " rather than that name itself; "" when there is none."""
    whole = _squeezed(title[:MAX_HEADLINE])
    held = [line for line in lines if _squeezed(line[:MAX_HEADLINE]) in whole]
    longest = max(held, key=len, default="")
    return longest if len(_squeezed(longest)) >= MIN_SHORTENED else ""


def are_alike(one: str, other: str) -> bool:
    """True when two lines are one headline, shortened, reworded or set otherwise."""
    a, b = _squeezed(one)[:MAX_HEADLINE], _squeezed(other)[:MAX_HEADLINE]
    if not a or not b:
        return False
    short, long = sorted((a, b), key=len)
    if long.startswith(short) and (len(short) >= MIN_SHORTENED or short == long):
        return True
    return SequenceMatcher(None, a, b, autojunk=False).ratio() >= ALIKE


def _is_site(text: str, page: Headlines) -> bool:
    return bool(page.site_name) and _squeezed(text) == _squeezed(page.site_name)


def _squeezed(text: str) -> str:
    return _NOT_WORDS.sub("", text).casefold()
