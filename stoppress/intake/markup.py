"""HTML as a tree, and the only place that touches the parser.

A saved page is a stranger's. The tree is built element by element under limits, not by
libxml2, which appends each attribute behind all others: an element with 200,000 of them
took it five minutes, and takes none here. Nothing is fetched and nothing in a page is
ever run; scripts are read for their data (JSON-LD) and dropped.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Protocol, cast

from lxml import etree, html  # type: ignore[import-untyped]

from stoppress.intake import errors
from stoppress.intake.lines import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, MutableMapping

# Elements of a page: the heaviest news fronts have about 10,000. Time for extraction
# grows with them.
MAX_ELEMENTS = 40_000

# Elements within elements. Extraction walks down by recursion; libxml2 stops at 255.
MAX_DEPTH = 200

# Attributes of one element that are kept, and the length of one: pictures written into
# the page (data:) are megabytes long and would be searched by every pattern.
MAX_ATTRIBUTES = 100
MAX_ATTRIBUTE = 1_000  # characters

# What holds no words of an article. Frames and objects would load something.
NOT_TEXT = (
    *("script", "style", "noscript", "template", "iframe", "frame", "object", "embed"),
    *(
        "applet",
        "svg",
        "math",
        "xmp",
        "plaintext",
        "noembed",
        "noframes",
        "canvas",
        "audio",
        "video",
        "map",
        "select",
        "textarea",
    ),
)

_HTML_AHEAD = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,4000}?-->\s*)*"
    r"<(?:!doctype\s+html|(?:html|head|body|title|meta|link|script|style|div|article"
    r"|main|section|header|table|center|font|p|h[1-6]|span|base)\b)",
    re.IGNORECASE | re.DOTALL,
)
_FEED_AHEAD = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,4000}?-->\s*)*<(?:rss|feed|rdf:rdf)\b",
    re.IGNORECASE | re.DOTALL,
)
_CLOSING_TAGS = re.compile(
    r"</(?:p|div|article|h[1-6]|td|body|html)\s*>", re.IGNORECASE
)

# HTML's names are wider than XML's, and so are its characters; a tree takes only these.
_PLAIN_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_.-]*")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

# Elements at whose edges a reader sees a space.
_PARTING = {
    *("br", "p", "div", "li", "tr", "td", "th", "dd", "dt", "h1", "h2", "h3", "h4"),
    *("blockquote", "figcaption", "section", "lb", "cell", "item"),
}

# Closing tags in a text that begins without one: so many are no quotation of HTML.
MANY_CLOSING_TAGS = 4

# How far is looked for what a text is.
LOOKED_AT = 20_000  # characters


class Element(Protocol):
    """As much of an element as this room uses."""

    tag: Any
    text: str | None
    tail: str | None
    attrib: MutableMapping[str, str]

    def get(self, name: str, default: str = ...) -> str: ...
    def iter(self, *tags: str) -> Iterator[Element]: ...
    def itertext(self) -> Iterator[str]: ...
    def iterancestors(self) -> Iterator[Element]: ...
    def getparent(self) -> Element | None: ...
    def drop_tree(self) -> None: ...
    def __iter__(self) -> Iterator[Element]: ...


def is_html(text: str) -> bool:
    """True when a text is HTML, a whole page or a part of one."""
    head = text[:LOOKED_AT]
    return bool(_HTML_AHEAD.match(head)) or (
        len(_CLOSING_TAGS.findall(head)) >= MANY_CLOSING_TAGS
    )


def is_feed(text: str) -> bool:
    """True for RSS and Atom: a list of articles, not one."""
    return _FEED_AHEAD.match(text[:LOOKED_AT]) is not None


def parse(text: str, name: str) -> Element:
    """The page's tree, without comments and processing instructions.

    Raises NoArticleError for no tree at all, TangledPageError for what no article is
    built of.
    """
    builder = _Builder()
    # The parser is given the text in the one encoding that it cannot be talked out of.
    parser = etree.HTMLParser(target=builder, encoding="utf-8", no_network=True)
    try:
        root = etree.fromstring(text.encode("utf-8", "ignore"), parser=parser)
    except (etree.LxmlError, AssertionError, _TangleFound):
        root = None
    if builder.tangle:
        raise errors.TangledPageError(name=name, what=builder.tangle)
    if root is None:
        raise errors.NoArticleError(name=name, found="no element of a page")
    return cast("Element", root)


def strip(tree: Element) -> None:
    """Drops from the tree what holds no words of an article. A window's title that a
    broken page has in its body goes, and a `figure` of words alone (a quotation, a table)
    becomes a part of the text, since figures are not."""
    for element in list(tree.iter("title", "figure", *NOT_TEXT)):
        parent = element.getparent()
        if element.tag == "figure":
            is_picture = next(iter(element.iter("img", "figcaption")), None) is not None
            element.tag = "figure" if is_picture else "div"
        elif parent is not None and not (
            element.tag == "title" and parent.tag == "head"
        ):
            element.drop_tree()


def words_of(element: Element) -> str:
    """The element's text on one line, as plain text; a block or a break parts words."""
    pieces: list[str] = []
    for event, one in etree.iterwalk(element, events=("start", "end")):
        if one.tag in _PARTING:
            pieces.append(" ")
        if event == "start":
            pieces.append(one.text or "")
        elif one is not element:
            pieces.append(one.tail or "")
    return one_line("".join(pieces))


def classes_of(element: Element) -> str:
    """The names by which a page's maker calls an element: its classes and its id."""
    return f"{element.get('class', '')} {element.get('id', '')}".casefold()


class _TangleFound(Exception):
    """The page is built of more than an article needs."""


class _Builder:
    """Receives the parser's events (lxml's parser target) and builds under the limits."""

    def __init__(self) -> None:
        self.tangle = ""
        self._tree = etree.TreeBuilder(parser=html.HTMLParser())
        self._elements = 0
        self._depth = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        self._depth += 1
        if self._elements > MAX_ELEMENTS:
            self.tangle = f"more than {MAX_ELEMENTS:,} elements"
        elif self._depth > MAX_DEPTH:
            self.tangle = f"elements nested more than {MAX_DEPTH} deep"
        if self.tangle:
            raise _TangleFound
        kept = [
            (key, _ILLEGAL.sub("", value))
            for key, value in attributes.items()
            if len(value) <= MAX_ATTRIBUTE and _PLAIN_NAME.fullmatch(key)
        ]
        self._tree.start(_plain(tag), dict(kept[:MAX_ATTRIBUTES]))

    def end(self, tag: str) -> None:
        self._depth -= 1
        self._tree.end(_plain(tag))

    def data(self, text: str) -> None:
        self._tree.data(_ILLEGAL.sub("", text))

    def comment(self, text: str) -> None:
        """Comments are not the article's."""

    def pi(self, target: str, data: str | None = None) -> None:
        """Nor are processing instructions."""

    def close(self) -> Any:
        return None if self.tangle else self._tree.close()


def _plain(tag: str) -> str:
    """The tag's name; one that XML does not allow (Word writes `o:p`) is a `span`."""
    return tag if _PLAIN_NAME.fullmatch(tag) else "span"
