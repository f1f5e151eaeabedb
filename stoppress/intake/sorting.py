"""The lines of a page sorted by what they show themselves to be, article or not.

The same for text and for HTML: extraction from HTML too leaves stamps, authors, captions
and buttons among the paragraphs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from stoppress.intake.dates import NOON, written_day
from stoppress.intake.furniture import (
    begins_comments,
    begins_other_articles,
    is_furniture,
)
from stoppress.intake.page import FoundDate, FoundPhoto, shown
from stoppress.intake.picture_lines import find_pictures, is_prose
from stoppress.intake.stamps import Stamp, byline_in, stamps_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stoppress.intake.lines import Line

# Sentences after which a line of names or a date alone is the article's own.
HEAD_ENDS_AFTER = 2

# Statements on one line: author, two stamps, a counter or two.
MAX_STATEMENTS = 6

_STATEMENT_SEAM = re.compile(r"\s*[|•·]\s*")


@dataclass(slots=True)
class Sorted:
    """The article's lines in order, and what the others said."""

    article: list[Line] = field(default_factory=list)
    furniture: list[str] = field(default_factory=list)
    stamps: list[Stamp] = field(default_factory=list)
    byline: str = ""
    photos: list[FoundPhoto] = field(default_factory=list)

    @property
    def stamp(self) -> str | None:
        """The page's own words on its last change."""
        return next((s.raw for s in self.stamps if s.kind == "updated"), None)

    @property
    def dates(self) -> list[FoundDate]:
        """Days that the page shows as its publication's. They are written for people,
        and may be another article's: none is trustworthy."""
        shown_days = [
            (written_day(stamp.value), stamp.raw)
            for stamp in self.stamps
            if stamp.kind != "updated"
        ]
        return [
            FoundDate(datetime.combine(day, NOON, UTC), raw, day_only=True)
            for day, raw in shown_days
            if day
        ]


def sort_out(lines: Sequence[Line]) -> Sorted:
    """Every line put where it belongs; what is none of the known kinds is the article's."""
    kept, below = _without_tail(lines)
    sorter = _Sorter()
    for line in kept:
        sorter.take(line)
    found = sorter.found
    found.furniture += [line.text for line in below]
    pictures = find_pictures(found.article)
    found.photos = pictures.photos
    found.article = [
        line
        for number, line in enumerate(found.article)
        if number not in pictures.lines
    ]
    return found


def further_photos(photos: Sequence[FoundPhoto]) -> list[str]:
    """What to say of photos beyond the first: a post has one."""
    return [
        f"A further photo was left out: {shown(photo.caption or photo.credit)}"
        for photo in photos[1:]
    ]


class _Sorter:
    def __init__(self) -> None:
        self.found = Sorted()
        self._prose = 0
        self._in_list = False

    def take(self, line: Line) -> None:
        """Puts one line, the next of the page, where it belongs."""
        if is_prose(line.text):
            self._in_list = False
        parts = _STATEMENT_SEAM.split(line.text)
        is_row = 1 < len(parts) <= MAX_STATEMENTS
        if self._in_list:
            self.found.furniture.append(line.text)
        elif self._says_something(line.text):
            pass
        elif is_row and all(self._is_known(part) for part in parts):
            for part in parts:
                self._says_something(part)
        else:
            self.found.article.append(line)
            self._prose += is_prose(line.text)

    def _is_known(self, text: str) -> bool:
        return (
            not text or bool(stamps_in(text) or byline_in(text)) or is_furniture(text)
        )

    def _says_something(self, text: str) -> bool:
        """Takes a line that is no article's; False when it is."""
        in_head = self._prose < HEAD_ENDS_AFTER
        stamps = stamps_in(text)
        if stamps and (in_head or any(stamp.kind != "bare" for stamp in stamps)):
            self.found.stamps += stamps
            return True
        byline = byline_in(text) if in_head else ""
        if byline:
            self.found.byline = self.found.byline or byline
            return True
        if is_furniture(text):
            self._in_list = begins_other_articles(text)
            self.found.furniture.append(text)
            return True
        return False


def _without_tail(lines: Sequence[Line]) -> tuple[Sequence[Line], Sequence[Line]]:
    """The lines to where readers' comments or a closing list of other articles begin,
    and those from there on. In doubt nothing is cut: a box within the article looks the
    same, and is told by the sentences that follow it."""
    prose = [is_prose(line.text) for line in lines]
    before, after = 0, sum(prose)
    for number, line in enumerate(lines):
        closes = (begins_comments(line.text) and before > after) or (
            before and not after and begins_other_articles(line.text)
        )
        if closes:
            return lines[:number], lines[number:]
        before, after = before + prose[number], after - prose[number]
    return lines, ()
