"""What a page says of itself as JSON-LD (schema.org): its articles, without recursion.

Pages carry several blocks: the site, the breadcrumbs, the article, teasers of others.
Only nodes that are articles are given back, those nested in others after them.
"""

from __future__ import annotations

import html
import json
import re
from collections import deque
from typing import TYPE_CHECKING, Any

from stoppress.intake.lines import without_tags

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stoppress.intake.markup import Element

Node = dict[str, Any]

# Characters of one block: an article's whole body fits many times.
MAX_BLOCK = 2_000_000

# Nodes looked at: a page's blocks together have a few hundred.
MAX_NODES = 20_000

# Characters of a name or a headline; what is longer is none.
MAX_NAME = 300

_ARTICLE_TYPE = re.compile(r"(?:\w*Article|\w*BlogPosting|Report|\w*NewsItem)")
_BREAK = re.compile(r"</p>|<br\s*/?>|\r", re.IGNORECASE)
_WRAPPING = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)\s*;?\s*$"
)


def articles_in(tree: Element) -> list[Node]:
    """The page's article nodes, outermost first."""
    nodes = _walk(_blocks(tree))
    return [node for node in nodes if _is_article(node)]


def words(value: object) -> str:
    """A text of JSON-LD on one line: pages write tags and entities into it."""
    if isinstance(value, list):
        value = next((one for one in value if isinstance(one, str)), "")
    if not isinstance(value, str):
        return ""
    return without_tags(html.unescape(value[:MAX_BLOCK]))


def paragraphs(value: object) -> list[str]:
    """A longer text of JSON-LD, a line for each paragraph."""
    if not isinstance(value, str):
        return []
    broken = _BREAK.sub("\n", html.unescape(value[:MAX_BLOCK]))
    return [line for line in map(words, broken.split("\n")) if line]


def names(value: object) -> list[str]:
    """The names of people or organisations, however a page writes them."""
    several = value if isinstance(value, list) else [value]
    found = [
        words(one.get("name") if isinstance(one, dict) else one) for one in several
    ]
    return [name for name in found if name and len(name) <= MAX_NAME]


def first_node(value: object) -> Node:
    """The first node in a value that may be a node, a list of them or something else."""
    several = value if isinstance(value, list) else [value]
    return next((one for one in several if isinstance(one, dict)), {})


def _blocks(tree: Element) -> Iterator[Any]:
    for script in tree.iter("script"):
        kind = script.get("type", "").casefold()
        text = _WRAPPING.sub("", script.text or "")
        if "ld+json" not in kind or len(text) > MAX_BLOCK:
            continue
        try:
            yield json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue


def _walk(blocks: Iterable[Any]) -> Iterator[Node]:
    waiting: deque[Any] = deque(blocks)
    for _ in range(MAX_NODES):
        if not waiting:
            return
        one = waiting.popleft()
        if isinstance(one, dict):
            yield one
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)


def _is_article(node: Node) -> bool:
    kinds = node.get("@type")
    several = kinds if isinstance(kinds, list) else [kinds]
    return any(isinstance(one, str) and _ARTICLE_TYPE.fullmatch(one) for one in several)
