"""Names of people: how they are looked for, and what address is made of one."""

from __future__ import annotations

import unicodedata

from django.utils.text import slugify

from stoppress.lib.characters import one_line

# As they are typed, set and transliterated.
APOSTROPHES = "'\u2019\u02bc"

# Letters that do not come apart into another letter and a mark.
PLAIN = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "\u0131": "i",
        "ħ": "h",
        "ŧ": "t",
    }
)

# The block of marks that stand over and under Latin, Greek and Cyrillic letters. The marks
# of other scripts are vowels and tones: without them it would be another name.
MARKS = range(0x0300, 0x0370)

# Some signs come apart into many letters.
MAX_KEY = 200  # characters


def key(name: str) -> str:
    """A name as it is looked for: without case, accents and punctuation."""
    parts = _folded(_folded(name)).translate(PLAIN)
    kept = (one if _is_kept(one) else " " for one in parts if not _falls_away(one))
    return " ".join("".join(kept).split())[:MAX_KEY].strip()


def slug_of(name: str) -> str:
    """The address that is made from a name; "" where it has no Latin letters or digits."""
    plain = "".join(one for one in name.casefold() if one not in APOSTROPHES)
    return slugify(plain.translate(PLAIN)).strip("-_").replace("_", "-")


def split(names: str) -> tuple[str, ...]:
    """The names in a line of them, with commas between."""
    return tuple(filter(None, map(one_line, names.split(","))))


def _folded(name: str) -> str:
    """Without case, and apart. Twice (Unicode, D146): a letter may have its case only once
    it has come apart."""
    return unicodedata.normalize("NFKD", name.casefold())


def _is_kept(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character).startswith("M")


def _falls_away(character: str) -> bool:
    return ord(character) in MARKS or character in APOSTROPHES
