"""A scraped text as lines, one for each block that the page had.

Scrapers write a paragraph as one line, mail programs and terminals break it at a column.
Broken lines give themselves away: the next line's first word would not have fitted.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

# Columns at which texts are broken; a longer line says that this one is not.
MAX_COLUMN = 100
MIN_COLUMN = 50

# How far a full line may end before the column: editors break with some freedom.
RAGGED = 10  # characters

# What may stand in brackets behind a last sentence.
MAX_SIGN = 80  # characters

_LINE_ENDS = re.compile(r"\r\n?|[\x85\u2028\u2029\v\f]")
_SPACES = re.compile(r"[^\S\n]+")
# Nothing a reader sees: controls, zero-width marks, soft hyphens, and the marks that
# turn the direction of writing, with which text can be made to read otherwise than it is.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069"
    "\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)
# Western, Chinese and Japanese, Hindi, Arabic ends; then what may close after them.
_TERMINAL = re.compile(
    "[.!?…:;\u3002\uff01\uff1f\u0964\u061f][\"'\u201d\u2019\u201c\u00bb)\\]\u300d]{0,4}$"
)
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,1000}>")
_SIGNED = re.compile(r"(?<=\S)\s*\([^()]+\)$")
_HYPHENATED = re.compile(r"[^\W\d_]-$")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text with its spaces tidied; `apart`: an empty line stands before it.
    `kind` is what the page's markup says it is, where there is markup."""

    text: str
    apart: bool = True
    kind: Literal["", "paragraph", "subhead", "quotation", "item"] = ""


def tidy(text: str) -> str:
    """The text with plain line ends and spaces and without what nobody sees."""
    unified = _LINE_ENDS.sub("\n", text)
    return _SPACES.sub(" ", _UNSEEN.sub("", unicodedata.normalize("NFC", unified)))


def one_line(text: str) -> str:
    """The text tidied, on one line."""
    return " ".join(tidy(text).split())


def without_tags(text: str) -> str:
    """The text on one line, and without the tags that sites write into values which
    are no HTML: titles, JSON-LD."""
    return one_line(_TAG.sub(" ", text))


def lines_of(text: str) -> list[Line]:
    """The blocks of a text, broken lines joined again."""
    lines = _split(tidy(text))
    return _joined(lines) if _is_broken(lines) else lines


def ends_a_sentence(text: str) -> bool:
    """True when a sentence ends with this text, closing quotes and brackets aside, and
    what stands in brackets behind it, such as an author's sign."""
    return bool(_TERMINAL.search(_SIGNED.sub("", text[-MAX_SIGN:])[-8:]))


def words_in(text: str) -> int:
    """How many words there are; scripts without spaces count two signs as a word."""
    unspaced = sum(1 for sign in text if "\u3040" <= sign <= "\u9fff")
    return len(text.split()) + unspaced // 2


def _split(text: str) -> list[Line]:
    found, apart = [], True
    for raw in text.split("\n"):
        line = raw.strip()
        if line:
            found.append(Line(line, apart))
        apart = not line
    return found


def _is_broken(lines: list[Line]) -> bool:
    column = max((len(line.text) for line in lines), default=0)
    if not MIN_COLUMN <= column <= MAX_COLUMN:
        return False
    full = [
        before.text
        for before, after in pairwise(lines)
        if _goes_on(before, after, column)
    ]
    open_ended = sum(not ends_a_sentence(text) for text in full)
    return open_ended > 0 and open_ended * 2 >= len(full)


def _goes_on(before: Line, after: Line, column: int) -> bool:
    if after.apart:
        return False
    first_word = after.text.split(" ", 1)[0]
    return len(before.text) + 1 + len(first_word) > column - RAGGED


def _joined(lines: list[Line]) -> list[Line]:
    column = max(len(line.text) for line in lines)
    joined: list[list[str]] = []
    aparts: list[bool] = []
    last: Line | None = None
    for line in lines:
        if last is not None and _goes_on(last, line, column):
            joined[-1].append(line.text)
        else:
            joined.append([line.text])
            aparts.append(line.apart)
        last = line
    return [
        Line(_glue(parts), apart) for parts, apart in zip(joined, aparts, strict=True)
    ]


def _glue(parts: list[str]) -> str:
    """Joins with a space; after a hyphen without one, and the hyphen stays: whether it
    belongs to the word (Russia-Belarus) cannot be told from the break."""
    glued = [part if _HYPHENATED.search(part[-2:]) else f"{part} " for part in parts]
    return "".join(glued).rstrip()
