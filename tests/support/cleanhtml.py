"""A second opinion on HTML for readers, from Python's own parser and a list of its own."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

ALLOWED = {
    "a": {"href", "title", "rel"},
    "abbr": {"title"},
    "ol": {"start"},
    "th": {"scope"},
}
BARE = {
    *("p", "br", "hr", "h3", "h4", "blockquote", "pre", "code", "ul", "li"),
    *("em", "strong", "s", "sub", "sup", "cite", "q"),
    *("table", "thead", "tbody", "tr", "td"),
}
SCHEMES = {"", "http", "https", "mailto"}
# XML 1.0, 2.2 [2] Char: what a feed can hold.
XML = re.compile("[\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]*")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.faults: list[str] = []
        self.open: list[str] = []
        self.tags: list[str] = []
        self._next: list[int | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(f"<{tag} {' '.join(sorted(name for name, _ in attrs))}>")
        if tag not in ALLOWED.keys() | BARE:
            self.faults.append(f"<{tag}>")
        for name, value in attrs:
            if name not in ALLOWED.get(tag, set()):
                self.faults.append(f"<{tag} {name}>")
            if name == "href" and _scheme(value or "") not in SCHEMES:
                self.faults.append(f"href={value!r}")
        if tag not in {"br", "hr"}:
            self.open.append(tag)
        if tag in {"ol", "ul"}:
            start = dict(attrs).get("start") or "1"
            self._next.append(int(start) if tag == "ol" else None)
        elif tag == "li" and self._next and self._next[-1] is not None:
            self.words.append(f"{self._next[-1]}. ")
            self._next[-1] += 1

    def handle_endtag(self, tag: str) -> None:
        self.tags.append(f"</{tag}>")
        if tag in {"ol", "ul"} and self._next:
            self._next.pop()
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing")

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_comment(self, data: str) -> None:
        self.faults.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.faults.append(f"<!{decl}>")

    def handle_pi(self, data: str) -> None:
        self.faults.append(f"<?{data}>")


def faults(html: str) -> list[str]:
    """What should not be in it: tags, attributes, schemes, tags that do not match."""
    reader = _read(html)
    wrong = reader.faults + [f"<{tag}> stays open" for tag in reader.open]
    return wrong if XML.fullmatch(html) else [*wrong, "a character no feed can hold"]


def shape(html: str) -> list[str]:
    """Its tags in order, each with the names of its attributes, and its end tags."""
    return _read(html).tags


def visible(html: str) -> str:
    """All that a reader sees of it, list numbers too, without any white space."""
    return squeezed("".join(_read(html).words))


def squeezed(text: str) -> str:
    """The text without any white space."""
    return "".join(text.split())


def _read(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader


def _scheme(address: str) -> str:
    # Browsers drop these before they look for the scheme: WHATWG URL 4.4.
    cleaned = re.sub("[\t\n\r]", "", address).strip("".join(map(chr, range(33))))
    return urlsplit(cleaned).scheme if ":" in cleaned else ""
