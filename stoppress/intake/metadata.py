"""What an HTML page says of itself: to machines (JSON-LD, Open Graph, `meta`) and in the
elements that say what they are."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from stoppress.intake import json_ld
from stoppress.intake.headlines import Headlines, are_alike
from stoppress.intake.lines import without_tags
from stoppress.intake.markup import classes_of, words_of
from stoppress.intake.page_pictures import web_address

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stoppress.intake.json_ld import Node
    from stoppress.intake.markup import Element

# Headings of a page that are looked at for the headline.
MAX_HEADINGS = 20

# Characters of a value: longer ones are descriptions or data.
MAX_VALUE = 500

# Languages as pages name them: en, en-GB, ru_RU.
MAX_LANG = 12


_BY = re.compile(r"^by\s+", re.IGNORECASE)


@dataclass(slots=True)
class Metadata:
    """The page's own account. `article` is the JSON-LD node of this article, {} when
    there is none; `article_text` are the paragraphs that it gives."""

    headlines: Headlines
    meta: dict[str, str]
    article: Node = field(default_factory=dict)
    site_name: str = ""
    lang: str = ""
    url: str = ""
    byline: str = ""
    article_text: list[str] = field(default_factory=list)

    @property
    def is_partly_free(self) -> bool:
        """The page says that a part of its article is behind a payment."""
        said = self.article.get("isAccessibleForFree")
        return said is False or str(said).casefold() == "false"


def read_metadata(tree: Element, articles: Sequence[Node]) -> Metadata:
    """The page's account of itself; nothing in it is believed yet. `articles` are the
    nodes of its JSON-LD, read before the scripts were dropped from the tree."""
    meta = _meta(tree)
    shown = tuple(filter(None, (words_of(h1) for h1 in tree.iter("h1"))))[:MAX_HEADINGS]
    title = next((without_tags(words_of(one)) for one in tree.iter("title")), "")
    told = [meta.get("og:title", ""), meta.get("twitter:title", "")]
    article = _this_article(articles, [*told, *shown, title])
    site_name = meta.get("og:site_name", "") or next(
        iter(json_ld.names(article.get("publisher"))), ""
    )
    headline = json_ld.words(article.get("headline") or article.get("name"))
    url = _canonical(tree) or web_address(meta.get("og:url", ""), "")
    return Metadata(
        headlines=Headlines(
            tuple(filter(None, [headline, *told])), shown, title, site_name
        ),
        meta=meta,
        article=article,
        site_name=site_name,
        lang=_lang(tree, meta, article),
        url=url,
        byline=_byline(tree, meta, article),
        article_text=json_ld.paragraphs(article.get("articleBody")),
    )


def _meta(tree: Element) -> dict[str, str]:
    """Names (small letters) and contents of the `meta` elements, the first of each."""
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = element.get("property", "") or element.get("name", "") or _own(element)
        content = without_tags(element.get("content", ""))
        if name and content and len(content) <= MAX_VALUE:
            found.setdefault(name.casefold(), content)
    return found


def _own(element: Element) -> str:
    """The property of the page itself that a `meta` tells; in the body it is some
    item's, such as a reader's comment."""
    parent = element.getparent()
    is_pages = parent is not None and parent.tag == "head"
    return element.get("itemprop", "") if is_pages else ""


def _this_article(articles: Sequence[Node], known: Sequence[str]) -> Node:
    """The node of the page's own article among those of teasers: the one whose headline
    the page bears; where none has a headline, the only one."""
    for node in articles:
        headline = json_ld.words(node.get("headline") or node.get("name"))
        if headline and any(are_alike(headline, other) for other in known if other):
            return node
    return articles[0] if len(articles) == 1 else {}


def _canonical(tree: Element) -> str:
    links = (
        link.get("href", "")
        for link in tree.iter("link")
        if "canonical" in link.get("rel", "").casefold().split()
    )
    return next(filter(None, (web_address(link, "") for link in links)), "")


def _lang(tree: Element, meta: dict[str, str], article: Node) -> str:
    root = next(iter(tree.iter("html")), tree)
    told = (
        root.get("lang", ""),
        json_ld.words(article.get("inLanguage")),
        meta.get("og:locale", ""),
        meta.get("content-language", ""),
    )
    lang = next((value for value in told if value), "").replace("_", "-")
    return lang if len(lang) <= MAX_LANG and lang.replace("-", "").isalnum() else ""


def _byline(tree: Element, meta: dict[str, str], article: Node) -> str:
    people = json_ld.names(article.get("author"))
    if people:
        return ", ".join(people[:5])
    told = [
        meta.get(name, "") for name in ("author", "article:author", "byl", "dc.creator")
    ]
    named = next((name for name in told if name and "://" not in name), "")
    return _BY.sub("", named) or next(
        (
            _BY.sub("", words_of(element))
            for element in tree.iter("a", "span", "p", "div", "address")
            if _is_author(element) and 0 < len(words_of(element)) <= MAX_VALUE // 5
        ),
        "",
    )


def _is_author(element: Element) -> bool:
    said = (
        f"{element.get('rel', '')} {element.get('itemprop', '')} {classes_of(element)}"
    )
    return bool({"author", "byline"} & set(said.split()))
