"""Who took a picture: credits, apart from captions even where a scraper glued them.

A page shows credit and caption in two elements; as text they run together: "APPutin
listening". To take such a line apart wrongly would put a false word in a photographer's
mouth, so it is done only where the grammar leaves no other reading: a known agency (or a
name, a slash and an outlet), and at once, without a space, a word that begins a sentence.
"APEC leaders meet", "APIs are slow" and "EPA officials said" are none of these.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from stoppress.intake.data import listed

# The longest captions are a paragraph; what is longer is one.
MAX_CAPTION = 700  # characters
MIN_CAPTION = 12

# Two names, two agencies and "via".
MAX_CREDIT_TEXT = 100  # characters
MAX_CREDIT_WORDS = 10

AGENCIES = sorted(listed("agencies.txt"), key=len, reverse=True)

# Words that begin with an agency's letters, and names of agencies' other trades.
NOT_GLUED = {"APA", "APAs", "MTA", "MTAs", "PAA", "PAAs", "APEx", "BloombergQuint"}
NOT_CAPTIONS = {
    "News",
    "Newsroom",
    "Photo",
    "Photos",
    "Images",
    "Media",
    "Wire",
    "Radio",
}

_UP = "A-Z\u00c0-\u00d6\u00d8-\u00de\u0401\u0410-\u042f"
_LOW = "a-z\u00df-\u00f6\u00f8-\u00ff\u0430-\u044f\u0451"
_AGENCY = "|".join(re.escape(name) for name in AGENCIES)
_WORD = rf"[{_UP}][\w.'\u2019-]*"
_NAME = rf"{_WORD}(?: (?:{_WORD}|de|van|von|der|al|el|bin)){{1,4}}"
_PART = rf"(?:(?:{_AGENCY})\b|{_NAME})"
_CREDIT = (
    rf"(?:©\s*)?{_PART}"
    rf"(?:\s*/\s*{_PART}|\s+(?:via|for)\s+{_PART}||\s*[,/]\s*(?:File|Pool|Handout)|,\s*via {_PART})*"
)
_WHOLE_CREDIT = re.compile(_CREDIT)
_HAS_AGENCY = re.compile(rf"(?<!\w)(?:{_AGENCY})(?!\w)")

_LABEL = (
    r"(?:(?:photo(?:graph)?s?|pictures?|images?|credits?|фото|foto|bild|crédit photo)"
    r"\s*(?:\bby\b|\bcourtesy(?: of)?\b|[:©])"
    r"|(?:photo|image|picture)\s+(?:credit|copyright|source)\b\s*[:,]?(?:\s*by\b)?)\s*"
)
_LABELLED = re.compile(rf"{_LABEL}(?P<credit>\S.{{0,98}})", re.IGNORECASE)
_CAPTION_LABEL = re.compile(
    r"(?:image caption\b|(?:(?:photo|picture) )?caption\s*[:,])\s*[:,]?\s*(?P<caption>\S.*)",
    re.IGNORECASE,
)
_IN_BRACKETS = re.compile(
    r"(?P<caption>.+?)\s*[(\[](?P<credit>[^()\[\]]{2,100})[)\]]\.?"
)
_AT_THE_END = re.compile(
    rf"(?P<caption>.+[.!?\"\u201d])\s+(?P<credit>(?:{_LABEL})?[^.!?]{{2,100}})",
    re.IGNORECASE,
)

_SLASH_FIRST = re.compile(rf"(?P<first>{_NAME}|{_AGENCY})\s*/\s*")
_FIRST_WORD = re.compile(rf"[{_UP}](?:[{_LOW}]+[\w'\u2019-]*)?(?!\w)")
_INITIALS = re.compile(rf"(?:[{_UP}]\.){{2,}}")
_OUTLET_SEAM = re.compile(
    rf"(?:{_WORD} ){{0,3}}?[{_UP}][{_LOW}]{{2,}}(?=[{_UP}][{_LOW}])"
)
# The "Is" of APIs and the "Ms" of a plural; "As" begins captions.
_PLURAL = re.compile(r"[B-Z]s")
_ARTICLE = re.compile(r"A [^\W\d_aeiouAEIOU]")
# APA and MTA are names themselves. Only a caption's grammar tells them from "A" behind AP
# or MT: one person or thing, and what it is doing. Who speaks for a body is its own.
_ARTICLE_OF_AP = re.compile(
    r"(?:AP|MT)A (?!president|chief|head|spokes|member|official|report|director|chair"
    r"|lawyer|secretary|statement|survey|study)[b-df-hj-np-tv-z]\w*[^\Ws] (?:\w+ ){0,3}?\w+ing\b"
)
_NAME_PREFIXES = ("Mac", "Fitz", "Van", "Del", "Des")


@dataclass(frozen=True, slots=True)
class Taken:
    """A line taken apart; either may be empty."""

    credit: str
    caption: str


def unglued(line: str, *, in_place: bool = False) -> Taken | None:
    """ "APPutin listening …" taken apart; None for every line that is not glued. With
    `in_place`, where a caption is to be expected, "APA woman waiting …" is AP's too."""
    if in_place and _ARTICLE_OF_AP.match(line) and len(line) <= MAX_CAPTION:
        return Taken(line[:2], line[2:])
    for end in _possible_ends(line):
        caption = line[end:]
        if _begins_a_caption(line[:end], caption):
            return Taken(_trimmed(line[:end]), caption)
    return None


def marked(line: str, *, in_place: bool) -> Taken | None:
    """A caption that ends with its credit, such as "… (AP Photo/Jane Roe)", "… Photo:
    Reuters". With `in_place`, where a caption is to be expected, also one that ends with
    a credit alone; at the end of an article that would rather be its author."""
    if len(line) > MAX_CAPTION:
        return None
    for pattern in (_IN_BRACKETS, _AT_THE_END):
        found = pattern.fullmatch(line)
        credit = credit_alone(found["credit"]) if found else ""
        if not found or len(found["caption"]) < MIN_CAPTION:
            continue
        if credit and (in_place or _is_about_a_picture(found["credit"])):
            return Taken(credit, found["caption"])
    return None


def credit_alone(line: str) -> str:
    """The credit when the line is nothing else, such as "Photo: AP" or "© AFP"; "" when
    it is another line."""
    text = line.strip(" ()[]")
    if len(text) > MAX_CREDIT_TEXT:
        return ""
    labelled = _LABELLED.fullmatch(text)
    credit = _trimmed(labelled["credit"]) if labelled else ""
    if _is_signed(credit) and len(credit.split()) <= MAX_CREDIT_WORDS:
        return credit
    if _WHOLE_CREDIT.fullmatch(text) and _HAS_AGENCY.search(text):
        return _trimmed(text)
    return ""


def caption_labelled(line: str) -> str:
    """The caption in "Image caption, …"; "" when it is another line."""
    found = _CAPTION_LABEL.fullmatch(line) if len(line) <= MAX_CAPTION else None
    return found["caption"] if found else ""


def _is_signed(credit: str) -> bool:
    """True for what begins like a name, not like a sentence's middle."""
    return credit[:1].isupper() or credit.startswith(tuple(AGENCIES))


def _is_about_a_picture(credit: str) -> bool:
    """True for a credit that could not be an author's: with a label, or of "AP Photo"."""
    text = credit.strip(" ()[]")
    return _LABELLED.fullmatch(text) is not None or "Photo" in text


def _possible_ends(line: str) -> list[int]:
    """Where a credit that begins the line may end."""
    slash = _SLASH_FIRST.match(line)
    at = slash.end() if slash else 0
    ends = [at + len(name) for name in AGENCIES if line.startswith(name, at)]
    if slash:
        ends += [seam.end() for seam in [_OUTLET_SEAM.match(line, at)] if seam]
    return [end for end in ends if not line[:end].endswith(_NAME_PREFIXES)]


def _begins_a_caption(credit: str, caption: str) -> bool:
    if not MIN_CAPTION <= len(caption) <= MAX_CAPTION or " " not in caption:
        return False
    if _INITIALS.match(caption):
        return True
    first_word = _FIRST_WORD.match(caption)
    return first_word is not None and _is_apart(credit, first_word[0], caption)


def _is_apart(credit: str, word: str, caption: str) -> bool:
    """False where credit and first word are one word after all."""
    if "/" not in credit and credit + word in NOT_GLUED:
        return False
    if word in NOT_CAPTIONS or _PLURAL.fullmatch(word):
        return False
    # "A" is the article only before a consonant: AP + "A man", but not MT + "A official".
    return len(word) > 1 or _ARTICLE.match(caption) is not None


def _trimmed(credit: str) -> str:
    return credit.strip(" ,;:|/©()[]").removesuffix(".").strip()
