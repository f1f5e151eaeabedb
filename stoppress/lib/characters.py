"""Characters that a page, a feed and a database can all hold.

A stray control character comes from a word processor, a terminal or a bad scan. HTML
calls it an error (WHATWG HTML 13.2.3.5), XML refuses the whole feed for it (XML 1.0,
2.2), and PostgreSQL refuses the row.
"""

from __future__ import annotations

import re

# What ends a line somewhere: old Macs, form feeds, Unicode's own separators.
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")

# The last two of each of the 17 planes, and 32 more: never characters (Unicode 23.7).
_NEVER = "".join(chr((plane << 16) + 0xFFFE + n) for plane in range(17) for n in (0, 1))

# Controls but tab and newline; half a surrogate pair; what is never a character.
_NOWHERE = re.compile(
    f"[\0-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef{_NEVER}]"
)


def printable(text: str) -> str:
    """The text with every line end as a newline and without what cannot be shown."""
    return _NOWHERE.sub("", _LINE_ENDS.sub("\n", text))


def one_line(text: str) -> str:
    """The printable text on one line, with single spaces."""
    return " ".join(printable(text).split())
