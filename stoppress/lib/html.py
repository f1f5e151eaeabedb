"""HTML for readers: only what an article needs survives, everything else is dropped.

The allow-list is the contract with the page's design and its Content-Security-Policy.
Links open only web and mail addresses and never pass our page to the other site.
"""

from __future__ import annotations

import html as html_text
import re

import nh3
from markdown_it import MarkdownIt

TAGS = {
    *("p", "br", "hr", "h3", "h4", "blockquote", "pre", "code"),
    *("ul", "ol", "li", "em", "strong", "s", "sub", "sup", "abbr", "cite", "q", "a"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {
    "a": {"href", "title"},
    "abbr": {"title"},
    "ol": {"start"},
    "th": {"scope"},
}
SCHEMES = {"http", "https", "mailto"}

# Ends a line of plain text: what a reader sees as a new block.
_BLOCK_END = re.compile(r"</(?:p|h[34]|li|blockquote|pre|tr)>|<br\s*/?>|<hr\s*/?>")
_SPACES = re.compile(r"[ \t\f\v\xa0]+")
_LINES = re.compile(r"\s*\n\s*")

# `html: False`: raw HTML in the editor's text is text, not markup.
_MARKDOWN = MarkdownIt(
    "commonmark", {"html": False, "typographer": False, "linkify": False}
).enable(["table", "strikethrough"])


def from_markdown(text: str) -> str:
    """The editor's Markdown as sanitised HTML. `#` and `##` become `h3`, deeper ones
    `h4`: the headline of a post is an `h2`, the page's own title its `h1`."""
    tokens = _MARKDOWN.parse(text)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = "h3" if token.tag in {"h1", "h2"} else "h4"
    return sanitise(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}))


def sanitise(html: str) -> str:
    """Strangers' or editors' HTML with everything but the allow-list removed."""
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer",
    ).strip()


def plain(html: str) -> str:
    """Sanitised HTML as plain text: a line for each block, entities decoded."""
    spaced = _BLOCK_END.sub(lambda end: end.group() + "\n", html)
    text = html_text.unescape(nh3.clean(spaced, tags=set()))
    return _LINES.sub("\n", _SPACES.sub(" ", text)).strip()
