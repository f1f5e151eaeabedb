"""The photo of a page that came as text: its credit and caption, found among the lines.

What is taken here is taken out of the article, so a line must show by itself that it is
about a picture. Where a credit stands alone, its caption is the line that stands in one
block with it; where blocks cannot be told, only the credit is known.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from stoppress.intake import credits as signs
from stoppress.intake.lines import ends_a_sentence, words_in
from stoppress.intake.page import FoundPhoto

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stoppress.intake.lines import Line

# A caption beside a lone credit: a sentence or two, not a paragraph.
MAX_CAPTION_BESIDE = 300  # characters

# Paragraphs after which a picture's place (under the headline) is past.
PLACE_ENDS_AFTER = 2

# A line of so many words that ends a sentence is prose, not a heading.
MIN_PROSE_WORDS = 5


@dataclass(slots=True)
class Pictures:
    """The photos in order, and the numbers of the lines that told of them."""

    photos: list[FoundPhoto] = field(default_factory=list)
    lines: set[int] = field(default_factory=set)

    def add(self, credit: str, caption: str, *lines: int) -> None:
        """One more photo. A caption that follows a lone credit belongs to it."""
        self.lines.update(lines)
        last = self.photos[-1] if self.photos else None
        if last and not last.caption and not credit:
            self.photos[-1] = FoundPhoto(last.credit, caption)
        elif last and not last.credit and not caption:
            self.photos[-1] = FoundPhoto(credit, last.caption)
        else:
            self.photos.append(FoundPhoto(credit, caption))


def find_pictures(lines: Sequence[Line]) -> Pictures:
    """Every photo that the lines tell of."""
    found = Pictures()
    prose = 0
    for number, line in enumerate(lines):
        if number in found.lines:
            continue
        in_place = prose < PLACE_ENDS_AFTER and number + 1 < len(lines)
        _look_at(lines, number, in_place=in_place, found=found)
        if number not in found.lines and is_prose(line.text):
            prose += 1
    return found


def is_prose(text: str) -> bool:
    """True for a line that is a sentence of an article rather than a heading."""
    return ends_a_sentence(text) and words_in(text) >= MIN_PROSE_WORDS


def _look_at(
    lines: Sequence[Line], number: int, *, in_place: bool, found: Pictures
) -> None:
    text = lines[number].text
    taken = signs.unglued(text, in_place=in_place) or signs.marked(
        text, in_place=in_place
    )
    caption = signs.caption_labelled(text)
    credit = signs.credit_alone(text)
    if taken:
        found.add(taken.credit, taken.caption, number)
    elif caption:
        found.add("", caption, number)
    elif credit:
        beside = _beside(lines, number, found)
        found.add(credit, lines[beside].text if beside is not None else "", number)
        found.lines.update(() if beside is None else (beside,))


def _beside(lines: Sequence[Line], number: int, found: Pictures) -> int | None:
    """The number of the caption's line in the block of the lone credit at `number`."""
    line = lines[number]
    if (
        not line.apart
        and _may_be_caption(lines, number - 1, found)
        and lines[number - 1].apart
    ):
        return number - 1
    after = number + 1
    alone_after = after + 1 >= len(lines) or lines[after + 1].apart
    is_block = line.apart and after < len(lines) and not lines[after].apart
    if is_block and alone_after and _may_be_caption(lines, after, found):
        return after
    return None


def _may_be_caption(lines: Sequence[Line], number: int, found: Pictures) -> bool:
    if number < 0 or number in found.lines:
        return False
    text = lines[number].text
    return is_prose(text) and len(text) <= MAX_CAPTION_BESIDE
