"""An article's lines as passages: paragraphs, headings within it, quotations, items."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stoppress.intake.lines import ends_a_sentence, words_in
from stoppress.intake.page import Passage
from stoppress.intake.picture_lines import is_prose

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stoppress.intake.lines import Line

# A line of more is a paragraph, even without its full stop.
MAX_HEADLINE = 200  # characters
MAX_HEADLINE_WORDS = 25

# A heading within the article; below its last sentence it is the page's.
MAX_SUBHEAD_WORDS = 14

# A hyphen before a sentence is speech (as Russian sets it), elsewhere a bullet.
_ITEM = re.compile(r"[•▪◦‣*]\s+(?=\S)|-\s+(?=\S)(?!.*[.!?…])")


def passages_of(lines: Sequence[Line]) -> tuple[list[Passage], list[str]]:
    """The article's lines as passages, and the headings below its last sentence, under
    which nothing stands."""
    last = max((n for n, line in enumerate(lines) if not _is_heading(line)), default=-1)
    passages = [
        _passage(line)
        for number, line in enumerate(lines[: last + 1])
        if number == 0 or line.text != lines[number - 1].text
    ]
    return passages, [line.text for line in lines[last + 1 :]]


def _passage(line: Line) -> Passage:
    item = _ITEM.match(line.text)
    if item and line.kind in {"", "item"}:
        return Passage(line.text[item.end() :], "item")
    if line.kind:
        return Passage(line.text, line.kind)
    return Passage(line.text, "subhead" if _is_heading(line) else "paragraph")


def _is_heading(line: Line) -> bool:
    """A short line that is no sentence: "He declined." is one, however short."""
    text = line.text
    is_short = words_in(text) <= MAX_SUBHEAD_WORDS
    is_sentence = ends_a_sentence(text) and not text.endswith(":")
    return is_short and not is_sentence and not is_body(line)


def is_body(line: Line) -> bool:
    """True for a line that only an article has: a sentence, an item, a quotation."""
    text = line.text
    is_long = words_in(text) > MAX_HEADLINE_WORDS or len(text) > MAX_HEADLINE
    is_marked = line.kind in {"quotation", "item"} or _ITEM.match(text) is not None
    return is_marked or is_long or is_prose(text)
