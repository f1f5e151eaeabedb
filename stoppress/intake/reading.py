"""A saved page's bytes, from a file or from standard input, within limits.

Nothing is read whole before its size is known to be sane: a file says its size, a pipe
is read one byte past the limit and no further.
"""

from __future__ import annotations

import re
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from stoppress.intake import errors
from stoppress.intake.decoding import decode

if TYPE_CHECKING:
    from stoppress.intake.decoding import Decoded

# Stops a disk image or a film from being read into memory. The longest saved news pages,
# with all their scripts, are about a third of this.
MAX_PAGE_BYTES = 10_000_000

STANDARD_INPUT = "-"
STANDARD_INPUT_NAME = "Standard input"

_ADDRESS = re.compile(r"^[a-z][a-z0-9+.-]*://", re.IGNORECASE)


def read_page(source: str | Path, stdin: BinaryIO | None = None) -> tuple[str, bytes]:
    """(a name for messages, the bytes) of the page at a path, or of standard input for `-`.

    Raises an IntakeError for what is missing, unreadable, an address, or too large.
    """
    if str(source) == STANDARD_INPUT:
        pipe = stdin or sys.stdin.buffer
        return STANDARD_INPUT_NAME, _read_within(pipe, STANDARD_INPUT_NAME)
    name = str(source)
    if _ADDRESS.match(name):
        raise errors.AddressNotFileError(name=name)
    try:
        return name, _read_file(Path(source), name)
    except FileNotFoundError:
        raise errors.MissingPageError(name=name) from None
    except (OSError, ValueError) as wrong:
        reason = getattr(wrong, "strerror", None) or str(wrong)
        raise errors.UnreadablePageError(name=name, reason=reason) from wrong


def text_of(data: bytes, name: str) -> Decoded:
    """The bytes as text, with what there is to say about it.

    Raises an IntakeError for what is too large, empty, no text, or in an encoding that
    cannot be told.
    """
    if len(data) > MAX_PAGE_BYTES:
        raise _too_large(name)
    return decode(data, name)


def _read_file(path: Path, name: str) -> bytes:
    with path.open("rb") as file:
        found = path.stat()
        if stat.S_ISREG(found.st_mode) and found.st_size > MAX_PAGE_BYTES:
            raise _too_large(name)
        return _read_within(file, name)


def _read_within(file: BinaryIO, name: str) -> bytes:
    data = file.read(MAX_PAGE_BYTES + 1)
    if len(data) > MAX_PAGE_BYTES:
        raise _too_large(name)
    return data


def _too_large(name: str) -> errors.LargePageError:
    return errors.LargePageError(name=name, limit=f"{MAX_PAGE_BYTES // 1_000_000} MB")
