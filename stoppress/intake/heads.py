"""Where an article begins, and what of the lines above it is its headline."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stoppress.intake.lines import words_in
from stoppress.intake.page import shown
from stoppress.intake.passages import is_body

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stoppress.intake.lines import Line

# Shorter lines above an article are labels and names.
MIN_HEADLINE_WORDS = 4

# A headline that is a question or a quotation looks like a sentence; a paragraph of so
# few words hardly opens an article.
MAX_SENTENCE_HEADLINE_WORDS = 16

# A line under the headline of so many words is its standfirst, a shorter one a label.
MIN_STANDFIRST_WORDS = 5

_SITE_SEAM = re.compile(r"\s+[|\u2013\u2014•·-]{1,2}\s+(?=[^|\u2013\u2014•·]+$)")
_SENTENCE_HEADLINE_END = re.compile(r"[?!\uff1f\uff01\"\u201d\u00bb]$")


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above the first paragraph, told apart."""

    headline: str = ""
    site_name: str = ""
    standfirst: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()


def first_paragraph(lines: Sequence[Line]) -> int | None:
    """Where the article begins; None when there is no sentence that could be one."""
    paragraphs = [number for number, line in enumerate(lines) if is_body(line)]
    if not paragraphs:
        return None
    first = paragraphs[0]
    is_headline = (
        len(paragraphs) > 1
        and not any(_is_long_enough(line.text) for line in lines[:first])
        and words_in(lines[first].text) <= MAX_SENTENCE_HEADLINE_WORDS
        and _SENTENCE_HEADLINE_END.search(lines[first].text)
    )
    return paragraphs[1] if is_headline else first


def read_head(lines: Sequence[Line]) -> Head:
    """The headline among the lines above the article: one that the page says twice, or
    the first that is long enough; what stands over it are labels, under it a standfirst."""
    candidates = list(dict.fromkeys(line.text for line in lines))
    if not candidates:
        return Head()
    told = _told_twice(candidates) or (_bare(candidates), "")
    headline, site_name = told
    at = next(n for n, line in enumerate(candidates) if line.startswith(headline))
    rest = [line for line in candidates[at + 1 :] if not line.startswith(headline)]
    standfirst = tuple(line for line in rest if words_in(line) >= MIN_STANDFIRST_WORDS)
    labels = [*candidates[:at], *(line for line in rest if line not in standfirst)]
    rivals = tuple(line for line in candidates[:at] if _is_long_enough(line))
    return Head(headline, site_name, standfirst, tuple(labels), rivals)


def told_head(lines: Sequence[Line], headline: str) -> Head:
    """The lines above the article where the page itself tells its headline."""
    texts = [line.text for line in lines]
    standfirst = tuple(text for text in texts if words_in(text) >= MIN_STANDFIRST_WORDS)
    labels = tuple(text for text in texts if text not in standfirst)
    return Head(headline, standfirst=standfirst, labels=labels)


def doubts_of(head: Head) -> list[str]:
    """What an editor should look at: another line could have been the headline."""
    others = [*head.rivals, *head.standfirst]
    return [
        f"This line may be the headline instead: {shown(line)}" for line in others[:3]
    ]


def _told_twice(candidates: Sequence[str]) -> tuple[str, str] | None:
    """(headline, site) when one line is another with the site's name behind it."""
    for line in candidates:
        seam = _SITE_SEAM.search(line)
        if seam and line[: seam.start()] in candidates:
            return line[: seam.start()], line[seam.end() :]
    return None


def _bare(candidates: Sequence[str]) -> str:
    """The first candidate that is long enough, or the longest, without the site's name."""
    good = [line for line in candidates if _is_long_enough(line)]
    best = good[0] if good else max(candidates, key=words_in)
    seam = _SITE_SEAM.search(best)
    is_site = (
        seam is not None and "|" in seam[0] and _is_long_enough(best[: seam.start()])
    )
    return best[: seam.start()] if seam and is_site else best


def _is_long_enough(line: str) -> bool:
    return words_in(line) >= MIN_HEADLINE_WORDS
