"""Files that are no page: known by their first bytes, or by bytes that no text has."""

from __future__ import annotations

import re

# Share of control characters above which bytes are a program's and not a writer's.
MAX_CONTROLS = 0.01

# Headers of a web archive stand at its beginning; a page's text is not searched for them.
MAX_HEADERS = 8192  # bytes

SIGNATURES = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"RIFF", "a picture, sound or film (RIFF)"),
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive, or a document of an office program"),
    (b"\xd0\xcf\x11\xe0", "a document of an office program"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"{\\rtf", "an RTF document"),
    (b"bplist00", "a Safari web archive"),
    (b"SQLite format 3", "a SQLite database"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
)

# Chrome's and Edge's "single file" (RFC 2557): MIME around the page, no page itself.
_WEB_ARCHIVE = re.compile(
    rb"\A(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*){1,30}?content-type:\s*multipart/related",
    re.IGNORECASE,
)

# Control characters that no text has: not tab, line ends, form feed and (ISO-2022) escape.
_CONTROLS = bytes({*range(0x20)} - {*b"\t\n\v\f\r\x1b"})


def what_else(data: bytes) -> str:
    """What these bytes are when they are no text, such as "a PNG picture"; else ""."""
    for signature, what in SIGNATURES:
        if data.startswith(signature):
            return what
    if data[4:8] == b"ftyp":
        return "a film or a picture (MP4, HEIC)"
    if _WEB_ARCHIVE.match(data[:MAX_HEADERS]):
        return 'a web archive (MHTML): save it in the browser as "HTML only"'
    if b"\0" in data or controls_in(data) > len(data) * MAX_CONTROLS:
        return "a file of binary data"
    return ""


def controls_in(data: bytes) -> int:
    """How many control characters there are that no text has."""
    return len(data) - len(data.translate(None, _CONTROLS))
