"""Which encoding a text is in when nothing says so.

Every 8-bit encoding turns every file into *some* text, so the wrong one raises no error:
it publishes mojibake. charset-normalizer measures disorder, which tells scripts apart
(Cyrillic in windows-1251 from KOI8-R), but readings that are all letters tie: windows-1252
and windows-1250 both make words of the same bytes. For those the letters themselves
decide: a text is written in one language, so the reading whose accented letters all
belong to one alphabet is the right one, and a mixture (è with ø with ì) is not. Where
a text has too few of them, its small words say which part of Europe it is from.

What stays undecided is an error, never a throw of the dice.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from charset_normalizer import from_bytes

# Bytes of sample that are measured: enough for any tie, and bounded in time.
MAX_SAMPLE = 20_000

# Above this disorder (charset-normalizer's scale, 0 is clean) a reading is no text.
MAX_DISORDER = 0.1

# Two readings closer than this in disorder are a tie.
TIE = 0.05

# Share of letters outside ASCII that must belong to one alphabet. Below it the reading
# is a mixture of languages that nobody writes; foreign names stay well above.
MIN_COVER = 0.85

# Encodings that news texts are really found in. The order breaks a tie in which the
# letters are equally good: windows-1252 and windows-1251 are by far the commonest.
CANDIDATES = (
    *(
        "cp1252",
        "cp1251",
        "cp1250",
        "iso8859_2",
        "koi8_r",
        "koi8_u",
        "cp866",
        "iso8859_5",
    ),
    *("cp1253", "shift_jis", "euc_jp", "gb18030", "big5", "euc_kr"),
)

_CENTRAL = (
    "w z i nie jest oraz przez ve ze si pro ale byl aj ako az egy hogy nem volt su"
)
_WESTERN = (
    "the of and to le les des du et est dans el los del que il di che non per der die und "
    "das den det og att och het een van com para uma os"
)

# Encodings of Central Europe, and the small words, all of ASCII letters, of its
# languages and of those to its west; words of both regions are left out.
CENTRAL = ("cp1250", "iso8859_2")
CENTRAL_WORDS = frozenset(_CENTRAL.split())
WESTERN_WORDS = frozenset(_WESTERN.split())

# The letters that a language writes beside a to z, without those of its loan words.
ALPHABETS = tuple(
    frozenset(letters + letters.upper())
    for letters in (
        *("àâçéèêëîïôœùûüÿ", "äöüß", "áéíñóúü", "áâãàçéêíóôõú", "àèéìòù"),
        *("æøåé", "åäöé", "áéíóúýþæöð", "ëïéèöü", "àçèéíïòóúü"),
        *("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű"),
        *("čćđšž", "ăâîşţ"),
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        "абвгдеёжзійклмнопрстуўфхцчшыьэюя",
        "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
        "абвгдђежзијклљмнњопрстћуфхцчџш",
        "αάβγδεέζηήθιίϊΐκλμνξοόπρσςτυύϋΰφχψωώ",
    )
)

# What no word has: a sign between two letters, such a letter beside a digit (where a
# pound sign was misread), a Greek final sigma before the end.
_BROKEN_WORD = re.compile(
    r"[^\W\d_][\u00a1-\u00bf\u00d7\u00f7][^\W\d_]"
    r"|[\u00c0-\u024f\u0408]\d|\d[\u00c0-\u024f]"
    r"|\u03c2[^\W\d_]"
)
_TAG = re.compile(rb"<[^<>]{0,2000}>")
_EAST_ASIAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_HIGH = re.compile(rb"[\x80-\xff]")


@dataclass(frozen=True, slots=True)
class Guess:
    """`encoding` (Python's name), the `cover` of its letters (0 to 1, to be held against
    MIN_COVER), and the `rivals` that read as well but read differently."""

    encoding: str
    cover: float
    rivals: tuple[str, ...] = ()


def guess(data: bytes) -> Guess | None:
    """The encoding of text that is not UTF-8 and says nothing; None when it is no text
    in any known encoding. With `rivals` the letters alone could not decide."""
    sample = _sample(data)
    readings = _orderly(sample)
    if not readings:
        return None
    covers = {name: round(_cover(text), 2) for name, text in readings.items()}
    best = max(covers.values())
    equal = sorted((name for name in covers if covers[name] == best), key=_rank)
    first, *rivals = _of_the_region(equal, sample) or equal
    return Guess(first, best, tuple(rivals))


def _of_the_region(names: list[str], sample: bytes) -> list[str]:
    """Those encodings of several that write the languages of the text's small words."""
    words = sample.decode("ascii", "replace").casefold().split()
    western = sum(word in WESTERN_WORDS for word in words)
    central = sum(word in CENTRAL_WORDS for word in words)
    if western == central or not {"cp1252"} < set(names) <= {"cp1252", *CENTRAL}:
        return []
    return [name for name in names if (name in CENTRAL) == (central > western)]


def _sample(data: bytes) -> bytes:
    """The lines that hold bytes outside ASCII, without tags: only they tell anything."""
    sample, size = [], 0
    for line in data.splitlines():
        if _HIGH.search(line):
            sample.append(_TAG.sub(b" ", line))
            size += len(line)
        if size > MAX_SAMPLE:
            break
    return b"\n".join(sample)[:MAX_SAMPLE]


def _orderly(sample: bytes) -> dict[str, str]:
    """The readings, each different, that look like writing, by their commonest name."""
    found = [
        (match.chaos, str(match), [match.encoding, *match.could_be_from_charset])
        for match in from_bytes(
            sample, cp_isolation=list(CANDIDATES), enable_fallback=False
        )
    ]
    best = min((chaos for chaos, _, _ in found), default=0.0)
    readings: dict[str, str] = {}
    for chaos, text, names in found:
        if chaos <= min(best + TIE, MAX_DISORDER) and text not in readings.values():
            readings[min(names, key=_rank)] = text
    return readings


def _rank(encoding: str) -> int:
    return CANDIDATES.index(encoding) if encoding in CANDIDATES else len(CANDIDATES)


def _cover(text: str) -> float:
    """How much of the letters outside ASCII one alphabet covers, 0 to 1."""
    letters = [sign for sign in text if not sign.isascii() and sign.isalpha()]
    broken = len(_BROKEN_WORD.findall(text))
    if not letters or _EAST_ASIAN.search(text):
        return 1.0 if not broken else 0.0
    shares = (sum(sign in known for sign in letters) for known in ALPHABETS)
    return max(0.0, (max(shares) - broken) / len(letters))
