"""The picture of an HTML page: credit and caption from its elements, apart.

Pages mark pictures with `figure`, or with class names that have "caption" and "credit" in
them; where both run together in one element they are taken apart as in a scraped text.
"""

from __future__ import annotations

import re
from copy import deepcopy
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from stoppress.intake import credits as signs
from stoppress.intake.body import lines_of_tree
from stoppress.intake.json_ld import first_node, names, words
from stoppress.intake.markup import classes_of, words_of
from stoppress.intake.page import FoundPhoto

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stoppress.intake.json_ld import Node
    from stoppress.intake.markup import Element

# Pictures looked at; further ones are a gallery.
MAX_PICTURES = 20

# Addresses longer than this are data or tracking.
MAX_ADDRESS = 1_000

_CAPTION = re.compile(r"caption|legend|photo-?text|img-?text|подпись")
_CREDIT = re.compile(
    r"credit|copyright|photographer|(?:photo|image|img)[-_]?(?:author|source|by)"
)
# Parts of a page that are about other articles, by their whole names: a page called
# "no-sidebar" is none.
_NOT_ITS_OWN = re.compile(
    r"(?<![\w-])(?:related|teasers?|promos?|recommend\w*|sidebar|comments?|footer|most)(?!\w)"
)
_PREFIX = re.compile(
    r"(?:photo(?:graph)?|image|picture|credit|фото|foto)s?\s*(?:credit|source)?\s*[:©]\s*|©\s*",
    re.IGNORECASE,
)


def photos_in(tree: Element, article: Node, base: str) -> list[FoundPhoto]:
    """The article's pictures that have words, the first first. `base` is the page's
    address, against which a picture's is read."""
    found = [photo for photo in _shown(tree, base) if photo.caption or photo.credit]
    told = _told(article, base)
    if not found:
        return [told] if told.caption or told.credit else []
    if not found[0].credit and told.credit and told.caption in {"", found[0].caption}:
        first = found[0]
        found[0] = FoundPhoto(told.credit, first.caption, first.url or told.url)
    return found


def web_address(value: str, base: str) -> str:
    """An address of the web, absolute; "" for every other kind."""
    try:
        address = urljoin(base, value.strip())
        parts = urlsplit(address)
    except ValueError:
        return ""
    is_web = parts.scheme in {"http", "https"} and parts.netloc
    return address if is_web and len(address) <= MAX_ADDRESS else ""


def _shown(tree: Element, base: str) -> Iterator[FoundPhoto]:
    seen: set[str] = set()
    for figure in _figures(tree)[:MAX_PICTURES]:
        if _is_anothers(figure):
            continue
        photo = _apart(figure, base)
        if photo.caption not in seen or not photo.caption:
            seen.add(photo.caption)
            yield photo


def _figures(tree: Element) -> list[Element]:
    figures = list(tree.iter("figure"))
    if figures:
        return figures
    return [
        element
        for element in tree.iter("div", "p", "span", "td", "dd", "figcaption")
        if _CAPTION.search(classes_of(element))
    ]


def _is_anothers(figure: Element) -> bool:
    around = [one for one in figure.iterancestors() if one.tag not in {"body", "html"}]
    return any(
        one.tag in {"aside", "footer", "nav"} or _NOT_ITS_OWN.search(classes_of(one))
        for one in around
    )


def _apart(figure: Element, base: str) -> FoundPhoto:
    """A figure's credit and caption. An element for the credit is believed; otherwise the
    words are taken apart."""
    image = next((element for element in figure.iter("img")), None)
    url = web_address(image.get("src", ""), base) if image is not None else ""
    whole = _caption_of(figure)
    if whole is None:
        return FoundPhoto(url=url)
    marked = _named(figure, _CREDIT)
    if marked is not None and marked is not figure:
        credit = _PREFIX.sub("", words_of(marked)).strip(" ()[]")
        return FoundPhoto(credit, _without(whole, marked), url)
    pieces = [line.text for line in lines_of_tree(whole)]
    alone = next(filter(None, map(signs.credit_alone, pieces)), "")
    if alone:
        caption = " ".join(text for text in pieces if not signs.credit_alone(text))
        return FoundPhoto(alone, caption, url)
    text = words_of(whole)
    taken = signs.unglued(text, in_place=True) or signs.marked(text, in_place=True)
    if taken:
        return FoundPhoto(taken.credit, taken.caption, url)
    return FoundPhoto("", text, url)


def _caption_of(figure: Element) -> Element | None:
    """The element with a picture's words. A `figure` without a picture may hold a table
    or a quotation, whose words are the article's."""
    caption = next(iter(figure.iter("figcaption")), None)
    caption = caption if caption is not None else _named(figure, _CAPTION)
    if caption is None and next(iter(figure.iter("img")), None) is not None:
        caption = figure
    if caption is None or len(words_of(caption)) > signs.MAX_CAPTION:
        return None
    return caption


def _named(figure: Element, pattern: re.Pattern[str]) -> Element | None:
    """The first element within whose class, id or property says what it is."""
    return next(
        (
            element
            for element in figure.iter()
            if pattern.search(
                f"{classes_of(element)} {element.get('itemprop', '').casefold()}"
            )
            and words_of(element)
        ),
        None,
    )


def _without(whole: Element, part: Element) -> str:
    """The text of `whole` without that of `part`, which may be within it."""
    elements = list(whole.iter())
    if part not in elements:
        return words_of(whole)
    clone = deepcopy(whole)
    list(clone.iter())[elements.index(part)].drop_tree()
    return words_of(clone).strip(" |/·•\u2013\u2014-")


def _told(article: Node, base: str) -> FoundPhoto:
    """What JSON-LD says of the article's picture (schema.org/ImageObject)."""
    image = first_node(article.get("image"))
    people = (
        *(
            names(image.get(key))
            for key in ("creditText", "creator", "author", "copyrightHolder")
        ),
    )
    credit = next((found[0] for found in people if found), "")
    caption = words(image.get("caption"))
    url = image.get("url") or image.get("contentUrl") or ""
    return FoundPhoto(
        credit, caption, web_address(url, base) if isinstance(url, str) else ""
    )
