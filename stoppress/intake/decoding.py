"""Bytes as text, or a clear refusal: never mojibake.

In this order: a byte order mark; what is plainly no text; UTF-8, whose multi-byte form
no other encoding hits by chance, so that valid UTF-8 is believed even against the page's
own claim; the charset the page declares; a careful guess (`guessing`).
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from stoppress.intake import binaries, errors, mojibake
from stoppress.intake.guessing import MIN_COVER, guess

# The HTML standard, 13.2.3.2, looks for a declaration in the first 1024 bytes. Saved
# pages often have a comment about their origin and long links before it.
DECLARED_WITHIN = 8192

# Whole letters outside ASCII for one broken one, above which bytes are damaged UTF-8
# and not another encoding: in that hardly any letter would be whole.
WHOLE_FOR_ONE_BROKEN = 3

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    # The UTF-32 mark begins with the UTF-16 one and must be tried first.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_META_CHARSET = re.compile(
    rb"<(?:meta\s[^<>]{0,500}?\bcharset\s*=|\?xml\s[^<>]{0,200}?\bencoding\s*=)"
    rb"\s*[\"']?\s*([\w.:+-]{1,40})",
    re.IGNORECASE,
)

# The Encoding Standard, 4.2: labels that do not mean what they say.
LABELS = {
    **dict.fromkeys(("iso-8859-1", "latin1", "us-ascii", "ascii", "l1"), "cp1252"),
    **dict.fromkeys(("gb2312", "gbk", "gb_2312-80", "x-gbk"), "gb18030"),
    **dict.fromkeys(("shift_jis", "shift-jis", "sjis", "x-sjis"), "cp932"),
    **dict.fromkeys(("euc-kr", "ks_c_5601-1987", "korean"), "cp949"),
    **dict.fromkeys(("iso-8859-9", "latin5"), "cp1254"),
    **dict.fromkeys(("x-mac-cyrillic", "x-mac-ukrainian"), "mac-cyrillic"),
    **dict.fromkeys(("tis-620", "iso-8859-11"), "cp874"),
    # A page that says so in letters of ASCII cannot be UTF-16 (13.2.3.2, step 14).
    **dict.fromkeys(("utf-16", "utf-16le", "utf-16be", "unicode"), "utf-8"),
}

# Declared encodings that write everything in bytes of ASCII, so that UTF-8 reads them too.
SEVEN_BIT = {"iso2022_jp", "hz"}

# The encodings of the Encoding Standard, 4.2, by Python's names. Python has codecs that
# are none (rot13, zlib, punycode): what a page declares is never looked up beyond these.
DECLARABLE = {
    *("utf-8", "koi8-r", "koi8-u", "cp866", "mac-roman", "mac-cyrillic", "cp874"),
    *(f"cp125{number}" for number in range(9)),
    *(f"iso8859-{number}" for number in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)),
    *("gb18030", "big5", "big5hkscs", "euc_jp", "iso2022_jp", "cp932", "cp949", "hz"),
}


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text, the encoding it was in, and what the editor should know about it."""

    text: str
    encoding: str
    notes: tuple[str, ...] = ()


def decode(data: bytes, name: str) -> Decoded:
    """The bytes as text. Raises an IntakeError when they are none, or cannot be told."""
    if not data.strip(b" \t\r\n\0"):
        raise errors.EmptyPageError(name=name)
    decoded = _marked(data, name) or _wide(data) or _unmarked(data, name)
    if not decoded.text.strip(" \t\r\n\f\v\xa0\u200b\ufeff"):
        raise errors.EmptyPageError(name=name)
    found = mojibake.look_at(decoded.text)
    if found.ruined:
        raise errors.GarbledTextError(name=name, sample=repr(found.sample))
    notes = (*decoded.notes, *found.notes)
    return Decoded(decoded.text, decoded.encoding, notes)


def _marked(data: bytes, name: str) -> Decoded | None:
    for mark, encoding in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            text = _strictly(data, encoding, name).removeprefix("\ufeff")
            if "\0" in text:
                raise errors.NotAPageError(name=name, what="a file of binary data")
            return Decoded(text, encoding)
    return None


def _wide(data: bytes) -> Decoded | None:
    """UTF-16 without a mark: the zero bytes of ASCII signs all stand on one side."""
    if len(data) % 2 or b"\0" not in data:
        return None
    for encoding, zeros, signs in (
        ("utf-16-le", data[1::2], data[::2]),
        ("utf-16-be", data[::2], data[1::2]),
    ):
        if b"\0" in signs or zeros.count(0) * 20 < len(zeros):
            continue
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not binaries.controls_in(text.encode("utf-8")):
            return Decoded(text, encoding)
    return None


def _unmarked(data: bytes, name: str) -> Decoded:
    what = binaries.what_else(data)
    if what:
        raise errors.NotAPageError(name=name, what=what)
    declared = _declared(data)
    if declared in SEVEN_BIT:
        return Decoded(_strictly(data, declared, name), declared)
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as wrong:
        if _is_utf8_but_for(wrong):
            return _mended(wrong, name)
    if declared:
        return Decoded(_strictly(data, declared, name), declared)
    return _guessed(data, name)


def _is_utf8_but_for(wrong: UnicodeDecodeError) -> bool:
    """True when the bytes are UTF-8 with some damage: whole letters outnumber it."""
    text = wrong.object.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    letters = sum(1 for sign in text if not sign.isascii()) - broken
    return letters > broken * WHOLE_FOR_ONE_BROKEN


def _mended(wrong: UnicodeDecodeError, name: str) -> Decoded:
    """A file cut off within its last letter is read to there; other damage is refused."""
    if wrong.end == len(wrong.object):
        text = wrong.object[: wrong.start].decode("utf-8")
        return Decoded(
            text, "utf-8", ("The page is cut off in the middle of a letter.",)
        )
    byte = f"0x{wrong.object[wrong.start]:02X}"
    raise errors.DamagedTextError(name=name, position=wrong.start, byte=byte)


def _declared(data: bytes) -> str:
    """The encoding the page itself names, as Python calls it; "" when none is known."""
    found = _META_CHARSET.search(data[:DECLARED_WITHIN])
    if not found:
        return ""
    label = found[1].decode("ascii", "replace").lower()
    try:
        known = codecs.lookup(LABELS.get(label, label)).name
    except (LookupError, ValueError):
        return ""
    return known if known in DECLARABLE else ""


def _strictly(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as wrong:
        raise errors.WrongEncodingError(
            name=name,
            encoding=_label(encoding),
            position=wrong.start,
            byte=f"0x{wrong.object[wrong.start]:02X}",
        ) from None


def _guessed(data: bytes, name: str) -> Decoded:
    found = guess(data)
    if found is None:
        reason = "no known encoding makes words of it"
        raise errors.UnknownEncodingError(
            name=name, reason=reason, guess="WINDOWS-1252"
        )
    label = _label(found.encoding)
    if found.rivals or found.cover < MIN_COVER:
        reason = "its letters can be read in more than one way"
        raise errors.UnknownEncodingError(name=name, reason=reason, guess=label)
    text = _strictly_guessed(data, found.encoding, label, name)
    note = (
        f"The page does not say how its letters are encoded; they were read as {label}."
    )
    return Decoded(text, found.encoding, (note,))


def _label(encoding: str) -> str:
    """Python's name of an encoding as people and iconv know it."""
    return encoding.upper().replace("CP125", "WINDOWS-125").replace("_", "-")


def _strictly_guessed(data: bytes, encoding: str, label: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        reason = f"it is {label} in some places and something else in others"
        raise errors.UnknownEncodingError(
            name=name, reason=reason, guess=label
        ) from None
