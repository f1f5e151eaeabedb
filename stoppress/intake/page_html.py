"""A saved HTML page, taken apart into the article and the rest.

The body that was extracted is held against what the page says of itself. Extraction
fails in silence on pages that it does not understand, so its result is measured against
the article as the page marks it, and a doubt is said aloud.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stoppress.intake import body, errors, page_dates
from stoppress.intake.headlines import are_alike, choose, shown_in_title
from stoppress.intake.heads import Head, first_paragraph, read_head, told_head
from stoppress.intake.json_ld import articles_in
from stoppress.intake.lines import Line
from stoppress.intake.markup import parse, strip
from stoppress.intake.metadata import read_metadata
from stoppress.intake.page import Page, Passage
from stoppress.intake.page_pictures import photos_in
from stoppress.intake.passages import passages_of
from stoppress.intake.sorting import further_photos, sort_out
from stoppress.intake.stamps import stamps_in

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, tzinfo

    from stoppress.intake.headlines import Headlines
    from stoppress.intake.markup import Element
    from stoppress.intake.metadata import Metadata
    from stoppress.intake.page import FoundPhoto

# What was found, as a share of the article as the page marks it: below the one a part
# may be missing, above the other something foreign may have got in.
TOO_LITTLE = 0.6
TOO_MUCH = 1.8

# A marked article shorter than this measures nothing.
MIN_MEASURE = 300  # characters

_NOT_WORDS = re.compile(r"\W+")


@dataclass(frozen=True, slots=True)
class _Found:
    """The lines that were found as the article's body, and what to doubt about them."""

    lines: list[Line]
    doubts: tuple[str, ...] = ()


def read_html(text: str, name: str, *, now: datetime, zone: tzinfo) -> Page:
    """The article in a saved HTML page. `name` is for messages; `now` and the
    newsroom's `zone` judge and complete the page's dates.

    Raises NoArticleError when there is none, TangledPageError for a page that is built
    of more than any article needs.
    """
    tree = parse(text, name)
    articles = articles_in(tree)
    strip(tree)
    metadata = read_metadata(tree, articles)
    told = page_dates.Reader(now, zone).all_of(tree, metadata.meta, metadata.article)
    photos = photos_in(tree, metadata.article, metadata.url)
    headline, doubt = _headline(tree, metadata.headlines)
    said = _said_elsewhere(headline, metadata, photos)
    found = _find_body(tree, metadata, said)
    sorted_out = sort_out(found.lines)
    article = sorted_out.article
    start = first_paragraph(article)
    if start is None:
        raise errors.NoArticleError(name=name, found="no paragraph that could be one")
    head = _head(article[:start], headline, metadata.headlines)
    passages, below = passages_of(article[start:])
    dates, why = page_dates.judged(told, sorted_out.dates, sorted_out.stamp)
    photos = photos or sorted_out.photos
    return Page(
        headline=head.headline,
        passages=[*(Passage(line) for line in head.standfirst), *passages],
        photo=photos[0] if photos else None,
        stamp=sorted_out.stamp or _stamp_elsewhere(tree),
        byline=metadata.byline or sorted_out.byline,
        dates=dates,
        site_name=metadata.site_name,
        lang=metadata.lang,
        url=metadata.url,
        furniture=[*sorted_out.furniture, *head.labels, *below],
        warnings=[*filter(None, [doubt]), *found.doubts, *why, *further_photos(photos)],
    )


def _headline(tree: Element, headlines: Headlines) -> tuple[str, str]:
    """(the headline that the page itself tells, what to doubt about it); "" where it has
    but its window's title, and shows no line that this holds."""
    if headlines.told or headlines.shown:
        return choose(headlines)
    lines = (line.text for line in body.lines_of_tree(tree))
    return shown_in_title(headlines.title, lines), ""


def _head(above: Sequence[Line], headline: str, headlines: Headlines) -> Head:
    if headline:
        return told_head(above, headline)
    return read_head(above) if above else Head(choose(headlines)[0])


def _find_body(tree: Element, metadata: Metadata, said: set[str]) -> _Found:
    """The body's lines without what was `said` elsewhere: as extracted, unless the
    page's own account shows that to be wrong and its own marking to be right."""
    by_page = _without(said, body.marked(tree))
    lines = _without(said, body.extracted(tree))
    told = [Line(text) for text in metadata.article_text]
    doubts = []
    if metadata.is_partly_free:
        doubts.append("The page says that its article is partly for subscribers only.")
    whole = _length(told) or _length(by_page)
    fits = _fits(lines, whole)
    if not fits and lines and not (told and _fits(by_page, whole)):
        doubts.append(
            f"Check the text: {_length(lines):,} characters were found, where the page "
            f"marks {whole:,} as its article."
        )
        return _Found(lines, tuple(doubts))
    if not fits or not lines:
        lines = by_page if by_page and _fits(by_page, whole) else told
        doubts.append("Check the text: it was found by the page's own marking alone.")
    return _Found(lines, tuple(doubts) if lines else ())


def _fits(lines: Sequence[Line], whole: int) -> bool:
    """True when lines are about as long as the whole article is known to be."""
    known = whole >= MIN_MEASURE
    return not known or TOO_LITTLE * whole <= _length(lines) <= TOO_MUCH * whole


def _length(lines: Sequence[Line]) -> int:
    return sum(len(line.text) for line in lines)


def _said_elsewhere(
    headline: str, metadata: Metadata, photos: Sequence[FoundPhoto]
) -> set[str]:
    """What the page says beside its body, squeezed: headline, author, its own name, and
    the words about its pictures."""
    own = (*metadata.headlines.shown, *metadata.headlines.told)
    said = {headline, *(text for text in own if are_alike(text, headline))}
    said |= {metadata.byline, f"By {metadata.byline}", metadata.site_name}
    for photo in photos:
        said |= {photo.caption, photo.credit}
        said |= {photo.caption + photo.credit, photo.credit + photo.caption}
    return {_squeezed(text) for text in said} - {""}


def _without(said: set[str], lines: Sequence[Line]) -> list[Line]:
    return [line for line in lines if _squeezed(line.text) not in said]


def _squeezed(text: str) -> str:
    return _NOT_WORDS.sub("", text).casefold()


def _stamp_elsewhere(tree: Element) -> str | None:
    """The page's own words on its last change where they stand outside of its body."""
    for line in body.lines_of_tree(tree):
        for stamp in stamps_in(line.text):
            if stamp.kind == "updated":
                return stamp.raw
    return None
