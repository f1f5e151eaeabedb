"""Text that was already garbled when it was saved.

Such a page is valid UTF-8 and decodes without a murmur: its letters were decoded wrongly
somewhere before. Two traces are certain. A replacement character stands where a letter
was lost. And letters that, written back in an 8-bit encoding, are valid multi-byte UTF-8
were UTF-8 once: no writer hits that by chance more than a few times.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# One lost letter in so many is damage that a reader stumbles over in every sentence.
LETTERS_FOR_ONE_LOST = 200

# Signs of doubly decoded text that are no chance and no quotation of a typing error.
MIN_GARBLED = 6

# Signs of the page that are looked at: damage is everywhere or does not matter, and a
# page of nothing but damage must not take seconds.
MAX_LOOKED_AT = 500_000

# Share of the letters outside ASCII above which the page as a whole is garbled.
RUINED_SHARE = 0.5

# Encodings through which UTF-8 is usually read wrongly.
MISREAD_AS = ("cp1252", "cp1251")

_RUN = re.compile(r"[^\x00-\x7f]{2,}")


@dataclass(frozen=True, slots=True)
class Found:
    """`ruined`: not worth importing; `sample`: a few garbled signs; `notes` otherwise."""

    ruined: bool = False
    sample: str = ""
    notes: tuple[str, ...] = ()


def look_at(text: str) -> Found:
    """What of this text was garbled before."""
    text = text[:MAX_LOOKED_AT]
    lost = text.count("\ufffd")
    if lost and lost * LETTERS_FOR_ONE_LOST > len(text):
        return Found(ruined=True, sample=_around(text, text.index("\ufffd")))
    runs = [run for run in _RUN.finditer(text) if _was_utf8(run[0])]
    garbled = sum(len(run[0]) for run in runs)
    others = sum(1 for sign in text if not sign.isascii()) if runs else 0
    if garbled >= MIN_GARBLED and garbled > others * RUINED_SHARE:
        return Found(ruined=True, sample=runs[0][0][:20])
    notes = []
    if lost:
        notes.append(f"The page has {lost} letters that were lost before (\ufffd).")
    if garbled >= MIN_GARBLED:
        notes.append(f"Part of the page is garbled, such as {runs[0][0][:20]!r}.")
    return Found(notes=tuple(notes))


def _was_utf8(run: str) -> bool:
    for encoding in MISREAD_AS:
        try:
            _written_back(run, encoding).decode("utf-8")
        except UnicodeError:
            continue
        return True
    return False


def _written_back(run: str, encoding: str) -> bytes:
    """The bytes that were misread. Browsers read the bytes that these encodings leave
    undefined as the control characters of the same number; Python refuses them."""
    return b"".join(
        sign.encode("latin-1" if "\x80" <= sign <= "\x9f" else encoding) for sign in run
    )


def _around(text: str, at: int) -> str:
    return text[max(0, at - 10) : at + 10]
