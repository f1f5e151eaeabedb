"""Reading the text that a command is given: a file, or standard input for `-`."""

from __future__ import annotations

import sys
from pathlib import Path

from stoppress.posts.errors import BadCopy

# Ten times the longest text that can be posted, in the widest letters.
MAX_BYTES = 8_000_000


def read_text(name: str) -> str:
    """The UTF-8 text of the file called `name`, or of standard input for `-`."""
    data = read_bytes(name, MAX_BYTES)
    if not data.strip():
        raise BadCopy(f"{_called(name)} is empty: there is no text in it.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadCopy(
            f"{_called(name)} is not UTF-8 text (byte {error.start}). Save it as UTF-8; "
            "for a news page in another encoding use `stoppress import`."
        ) from error


def read_bytes(name: str, limit: int) -> bytes:
    """The file's bytes; BadCopy when there are more than `limit` or it cannot be read."""
    try:
        if name == "-":
            data = sys.stdin.buffer.read(limit + 1)
        else:
            with Path(name).open("rb") as file:
                data = file.read(limit + 1)
    except OSError as error:
        raise BadCopy(f"{name} cannot be read: {error.strerror}.") from error
    if len(data) > limit:
        raise BadCopy(f"{_called(name)} has more than {limit:,} bytes.")
    return data


def _called(name: str) -> str:
    return "Standard input" if name == "-" else name
