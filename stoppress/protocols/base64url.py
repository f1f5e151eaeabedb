"""Base 64 with the URL-safe alphabet and no padding (RFC 4648 section 5, RFC 7515 2).

Strict when reading: the library's own decoder skips what it does not know and ignores
bits left over, so many texts could stand for one key or signature.
"""

from __future__ import annotations

import base64
import re

from stoppress.protocols.errors import ProtocolError

_ALPHABET = re.compile(r"[A-Za-z0-9_-]*")


class BadBase64Error(ProtocolError):
    """The text is not base64url: only A to Z, a to z, 0 to 9, `-` and `_` may stand in it."""


def encode(octets: bytes) -> str:
    """The octets as base64url, without padding."""
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode("ascii")


def decode(text: str) -> bytes:
    """The octets that `text` stands for; trailing `=` is tolerated.

    Some browsers' libraries pad, so padding is let pass. Raises BadBase64Error.
    """
    bare = text.rstrip("=")
    if not _ALPHABET.fullmatch(bare) or len(bare) % 4 == 1:
        raise BadBase64Error(f"{text[:40]!r} is not base64url")
    octets = base64.urlsafe_b64decode(bare + "=" * (-len(bare) % 4))
    if encode(octets) != bare:  # RFC 4648 section 3.5: bits left over that are not zero
        raise BadBase64Error(f"{text[:40]!r} ends in a letter that no encoder writes")
    return octets
