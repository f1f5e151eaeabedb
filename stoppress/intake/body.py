"""The article's body in an HTML tree, as lines of plain text that know what they are."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Literal, cast

import trafilatura

from stoppress.intake.lines import Line, one_line
from stoppress.intake.markup import words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stoppress.intake.markup import Element

log = logging.getLogger(__name__)

# Cells of a table's row up to this are data and stay on one line; longer ones are the
# columns of a page that was laid out as a table.
MAX_CELL = 100  # characters

# `article` elements that are compared: a front page has one for each teaser.
MAX_HOLDERS = 50

Kind = Literal["", "paragraph", "subhead", "quotation", "item"]

# trafilatura's own names of blocks, and HTML's where the page's own marking is read.
_NAMES: dict[Kind, str] = {
    "paragraph": "p",
    "subhead": "head h1 h2 h3 h4",
    "item": "item li dd",
    "quotation": "quote blockquote",
}
_KINDS: dict[str, Kind] = {
    name: kind for kind, tags in _NAMES.items() for name in tags.split()
}
_BLOCKS = {
    *_KINDS,
    *("body", "list", "table", "row", "cell", "div", "article", "section", "main"),
    *(
        "ul",
        "ol",
        "dl",
        "td",
        "th",
        "tr",
        "tbody",
        "figure",
        "center",
        "code",
        "lb",
        "br",
    ),
}
_OUTER: tuple[Kind, ...] = ("quotation", "item")


def extracted(tree: Element) -> list[Line]:
    """The body as trafilatura finds it; empty when it finds none.

    It is asked for the body alone. Its metadata guess at dates, and its downloads are
    never called: a tree goes in, and nothing is fetched.
    """
    try:
        found = trafilatura.bare_extraction(
            cast("Any", tree),
            include_comments=False,
            include_tables=True,
            with_metadata=False,
        )
    except (
        Exception
    ):  # foreign heuristics on a stranger's page: any error means no body
        log.warning("trafilatura failed on this page", exc_info=True)
        return []
    body = getattr(found, "body", None)
    return list(_lines(body, "")) if body is not None else []


def marked(tree: Element) -> list[Line]:
    """The body as the page marks it itself: the `article` (or `main`) with the longest
    paragraphs; empty when it marks none."""
    holders = list(tree.iter("article", "main"))[:MAX_HOLDERS]
    best = max(holders, key=_paragraphs_length, default=None)
    return list(_lines(best, "")) if best is not None else []


def lines_of_tree(tree: Element) -> list[Line]:
    """Every block that a page shows, article or not."""
    return list(_lines(next(iter(tree.iter("body")), tree), ""))


def _paragraphs_length(holder: Element) -> int:
    return sum(len(words_of(paragraph)) for paragraph in holder.iter("p"))


def _lines(element: Element, outer: Kind) -> Iterator[Line]:
    """The blocks of an element in order. Text between blocks is a block of its own."""
    kind = outer if outer in _OUTER else _KINDS.get(str(element.tag), outer)
    if element.tag in {"row", "tr"} and _is_data(element):
        yield from _line("; ".join(filter(None, map(words_of, element))), "item")
        return
    pieces = [element.text or ""]
    for child in element:
        if _is_block(child):
            yield from _line("".join(pieces), kind)
            yield from _lines(child, kind)
            pieces = [child.tail or ""]
        else:
            pieces += ["".join(child.itertext()), child.tail or ""]
    yield from _line("".join(pieces), kind)


def _is_block(element: Element) -> bool:
    """True for a block, and for an inline element (a link, a `font`) around one."""
    return element.tag in _BLOCKS or any(
        inner.tag in _BLOCKS for inner in element.iter()
    )


def _is_data(row: Element) -> bool:
    cells = [words_of(cell) for cell in row]
    has_blocks = any(inner.tag in {"p", "table", "lb", "br"} for inner in row.iter())
    return len(cells) > 1 and not has_blocks and max(map(len, cells)) <= MAX_CELL


def _line(text: str, kind: Kind) -> Iterator[Line]:
    tidied = one_line(text)
    if tidied:
        yield Line(tidied, apart=True, kind=kind)
