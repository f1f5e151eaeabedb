"""Page furniture: what stands around an article on its page and is none of it.

Lines are matched whole against the lists in `data/`. A sentence that merely begins like
furniture ("Share prices fell …") stays. What is dropped is reported, never lost in
silence.
"""

from __future__ import annotations

import re

from stoppress.intake.data import listed
from stoppress.intake.lines import words_in

# Furniture is short; a cookie notice is the longest. Longer lines are not looked at,
# which also bounds the time that matching takes.
MAX_FURNITURE = 480  # characters

# Words without which a page's own headings and buttons do: a line of more that ends like
# a sentence is one, whatever it begins with, unless it speaks of cookies or rights.
MAX_BUTTON_WORDS = 22


def _any_of(name: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{line})" for line in listed(name)), re.IGNORECASE)


_FURNITURE = _any_of("furniture.txt")
_TAILS = _any_of("tails.txt")
_DISCUSSIONS = _any_of("discussions.txt")
_LONG_NOTICE = re.compile(
    r"\bcookies?\b|\brights reserved\b|\bsite\b|copyright|©", re.IGNORECASE
)
_NO_WORDS = re.compile(r"[\W_]+")


def is_furniture(line: str) -> bool:
    """True when the line as a whole is the page's and not the article's."""
    if len(line) > MAX_FURNITURE:
        return False
    if _NO_WORDS.fullmatch(line):
        return True
    if words_in(line) > MAX_BUTTON_WORDS and not _LONG_NOTICE.search(line):
        return False
    return _FURNITURE.fullmatch(line) is not None


def begins_other_articles(line: str) -> bool:
    """True for a heading such as "Related stories": what follows is a list of others."""
    return len(line) <= MAX_FURNITURE and _TAILS.fullmatch(line) is not None


def begins_comments(line: str) -> bool:
    """True for a heading such as "12 comments": what follows is not the newspaper's."""
    return len(line) <= MAX_FURNITURE and _DISCUSSIONS.fullmatch(line) is not None
