"""Plain passages as the Markdown that an editor goes on with.

What a page says is text, whatever signs are in it: "2 * 3 * 4" must not become italics.
Every sign that CommonMark would act on is escaped (CommonMark 0.31, 2.4: a backslash
before ASCII punctuation makes it itself), and no other, so that the text stays readable
in the composer.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stoppress.intake.page import Passage

# Signs that mean something anywhere in a line. An underscore within a word does not
# (6.2, rule 2), an ampersand only before a name with its semicolon (2.5), a tilde only
# doubled.
_ANYWHERE = re.compile(
    r"[\\`*\[\]<]|(?<![^\W_])_|_(?![^\W_])|&(?=#?[a-zA-Z0-9]+;)|~(?=~)|(?<=~)~"
)

# What means something at the beginning of a line: headings (4.2), quotations (5.1),
# list items (5.2), breaks and underlines of headings (4.1, 4.3), fences (4.5), tables.
_AT_START = re.compile(r"[#>+=|:~-]")
_NUMBERED = re.compile(r"(\d{1,9})([.)])(?=\s|$)")

# A heading's closing signs (4.2).
_CLOSING = re.compile(r"#+$")

_PREFIXES = {"paragraph": "", "subhead": "## ", "quotation": "> ", "item": "- "}
_JOINTS = {"item": "\n", "quotation": "\n>\n"}


def as_markdown(passages: Sequence[Passage]) -> str:
    """The passages as Markdown that draws them as they are."""
    pieces: list[str] = []
    before = ""
    for passage in passages:
        if pieces:
            alike = passage.kind == before
            pieces.append(_JOINTS.get(passage.kind, "\n\n") if alike else "\n\n")
        pieces.append(_PREFIXES[passage.kind] + escaped(passage.text))
        before = passage.kind
    return "".join(pieces)


def escaped(line: str) -> str:
    """A line of plain text as Markdown that means nothing else."""
    text = _ANYWHERE.sub(r"\\\g<0>", line)
    text = _NUMBERED.sub(r"\1\\\2", text, count=1) if _NUMBERED.match(text) else text
    text = _CLOSING.sub(lambda signs: "\\#" * len(signs[0]), text)
    return f"\\{text}" if _AT_START.match(text) else text
