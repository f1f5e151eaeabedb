"""HTML for readers: only what an article needs survives, everything else is dropped.

The allow-list is the contract with the page's design and its Content-Security-Policy.
Links open only web and mail addresses and never pass our page to the other site.
"""

from __future__ import annotations

import html as html_text
import re

import nh3
from markdown_it import MarkdownIt

from stoppress.lib.characters import printable

TAGS = {
    *("p", "br", "hr", "h3", "h4", "blockquote", "pre", "code"),
    *("ul", "ol", "li", "em", "strong", "s", "sub", "sup", "abbr", "cite", "q", "a"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {
    "*": set[str](),  # unless it is said, nh3 lets `title` and `lang` stand anywhere
    "a": {"href", "title"},
    "abbr": {"title"},
    "ol": {"start"},
    "th": {"scope"},
}
SCHEMES = {"http", "https", "mailto"}

# Where a line of plain text ends: what a reader sees as a new block, begun or ended.
_BLOCK = re.compile(r"</?(?:p|br|hr|h[34]|li|[uo]l|blockquote|pre|table|tr)\b[^<>]*>")
# Nine digits are as many as CommonMark, 5.2, lets a list begin with.
_LIST = re.compile(r'<(/?)(ol|ul|li)\b(?: start="(-?\d{1,9})")?[^<>]*>')
_CELL_END = re.compile(r"</t[hd]>")
_SPACES = re.compile(r"[ \t\f\v\xa0]+")
_LINES = re.compile(r"\s*\n\s*")

# `html: False`: raw HTML in the editor's text is text, not markup.
_MARKDOWN = MarkdownIt(
    "commonmark", {"html": False, "typographer": False, "linkify": False}
).enable(["table", "strikethrough"])


def from_markdown(text: str) -> str:
    """The editor's Markdown as sanitised HTML. `#` and `##` become `h3`, deeper ones
    `h4`: the headline of a post is an `h2`, the page's own title its `h1`."""
    tokens = _MARKDOWN.parse(printable(text))
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = "h3" if token.tag in {"h1", "h2"} else "h4"
    return sanitise(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}))


def sanitise(html: str) -> str:
    """Strangers' or editors' HTML with everything but the allow-list removed."""
    clean = nh3.clean(
        printable(html),
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer",
    )
    # Again, for what stood there as `&#12;`.
    return printable(clean).strip()


def plain(html: str) -> str:
    """Sanitised HTML as plain text: a line for each block, entities decoded, and the
    items of a numbered list with their numbers ("1996. A treaty" is such an item)."""
    spaced = _CELL_END.sub(" ", _BLOCK.sub("\n", _numbered(html)))
    text = html_text.unescape(nh3.clean(spaced, tags=set()))
    return _LINES.sub("\n", _SPACES.sub(" ", text)).strip()


def _numbered(html: str) -> str:
    """The HTML with the numbers written out that a browser shows before list items."""
    lists: list[int | None] = []

    def write(tag: re.Match[str]) -> str:
        end, name, start = tag.groups()
        if name != "li":
            _open_or_close(lists, end, name, start)
        elif not end and lists and (number := lists[-1]) is not None:
            lists[-1] = number + 1
            return f"{tag.group()}{number}. "
        return tag.group()

    return _LIST.sub(write, html)


def _open_or_close(lists: list[int | None], end: str, name: str, start: str) -> None:
    if not end:
        lists.append(int(start or 1) if name == "ol" else None)
    elif lists:
        lists.pop()
