"""When an HTML page says that it was published, and whether that can be believed.

Believed is what a page tells machines about its publication: JSON-LD `datePublished` of
the article itself, `article:published_time`, the same as microdata, and the few names
that libraries and statistics use. Not believed are dates of changes, dates of anything
else, two dates that contradict each other, and the date that a moved archive stamped on
all its old articles: it shows in that the page still says another, older day to people.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from stoppress.intake.dates import machine_date, written_day
from stoppress.intake.markup import classes_of
from stoppress.intake.page import FoundDate

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime, tzinfo

    from stoppress.intake.json_ld import Node
    from stoppress.intake.markup import Element

# Names of `meta` elements that speak of publication. `date` and `dc.date` do not: many
# sites write the day of the last change there.
TRUSTED = (
    *("article:published_time", "og:article:published_time", "og:published_time"),
    *(
        "datepublished",
        "parsely-pub-date",
        "sailthru.date",
        "citation_publication_date",
    ),
    *("dc.date.issued", "dcterms.issued", "article.published", "publication_date"),
    *(
        "pubdate",
        "publishdate",
        "publish-date",
        "rnews:datepublished",
        "cxenseparse:recs:publishtime",
    ),
)
UNTRUSTED = ("date", "dc.date", "dcterms.date", "dcterms.created", "dc.date.created")

# Two dates of one publication: a paper's day and the clock of its server differ by zones.
SAME_PUBLICATION = timedelta(hours=36)

# Microdata of an article's own publication, not of a comment on it.
_ARTICLE_SCOPES = ("article", "blogposting", "report", "newsitem")


class Reader:
    """Reads dates of one page; `now` and the newsroom's `zone` come from outside."""

    def __init__(self, now: datetime, zone: tzinfo) -> None:
        self._now = now
        self._zone = zone

    def all_of(
        self, tree: Element, meta: Mapping[str, str], article: Node
    ) -> list[FoundDate]:
        """Every date of publication that the page gives, the surest first."""
        found = [
            self._dated(article.get("datePublished"), "JSON-LD datePublished"),
            *(self._dated(meta.get(name), f"meta {name}") for name in TRUSTED),
            *(self._dated(value, "microdata") for value in _microdata(tree)),
            *(
                self._dated(meta.get(name), f"meta {name}", trust=False)
                for name in UNTRUSTED
            ),
            *(
                self._dated(value, "a time in the page", trust=False)
                for value in _times(tree)
            ),
        ]
        return [date for date in found if date]

    def _dated(
        self, value: object, where: str, *, trust: bool = True
    ) -> FoundDate | None:
        dated = (
            machine_date(value, now=self._now, zone=self._zone)
            if isinstance(value, str)
            else None
        )
        return FoundDate(dated.at, where, dated.day_only, trust) if dated else None


def judged(
    told: Sequence[FoundDate], seen: Sequence[FoundDate], stamp: str | None
) -> tuple[list[FoundDate], list[str]]:
    """All dates, those distrusted that contradict themselves, and why. `told` are what
    the page tells machines, `seen` what it shows beside its headline."""
    trusted = [date for date in told if date.trustworthy]
    if not trusted:
        return [*told, *seen], []
    first, last = min(trusted, key=_at), max(trusted, key=_at)
    older = [date for date in seen if first.at - date.at > SAME_PUBLICATION]
    why = ""
    if last.at - first.at > SAME_PUBLICATION:
        why = f"The page gives two publication dates: {_said(first)} and {_said(last)}."
    elif older and stamp and _is_of(stamp, trusted):
        why = (
            f"The page's publication date, {_said(first)}, is only the day of its stamp "
            f"“{stamp}”; beside the headline stands {_said(older[0])}."
        )
    return [*(_distrusted(told) if why else told), *seen], [why] if why else []


def _at(date: FoundDate) -> datetime:
    return date.at


def _said(date: FoundDate) -> str:
    return f"{date.at:%Y-%m-%d} ({date.where})"


def _is_of(stamp: str, trusted: Iterable[FoundDate]) -> bool:
    day = written_day(stamp)
    return day is not None and any(
        abs(date.at.date() - day) <= timedelta(days=1) for date in trusted
    )


def _distrusted(dates: Iterable[FoundDate]) -> list[FoundDate]:
    return [replace(date, trustworthy=False) for date in dates]


def _microdata(tree: Element) -> list[str]:
    """`datePublished` of the page's article; none where several articles give one."""
    values = {
        element.get("content", "") or element.get("datetime", "")
        for element in tree.iter()
        if "datePublished" in element.get("itemprop", "").split()
        and _scope(element).endswith(_ARTICLE_SCOPES)
    }
    values.discard("")
    return (
        list(values)
        if len({value[: len("2006-01-25")] for value in values}) == 1
        else []
    )


def _scope(element: Element) -> str:
    """The type of the nearest item that the element is a property of."""
    for ancestor in element.iterancestors():
        if "itemscope" in ancestor.attrib or ancestor.get("itemtype", ""):
            return ancestor.get("itemtype", "").rstrip("/").casefold()
    return ""


def _times(tree: Element) -> list[str]:
    """Times that the page shows, those of changes and of comments left out."""
    return [
        element.get("datetime", "")
        for element in tree.iter("time")
        if "modif" not in _around(element)
        and "updat" not in _around(element)
        and "comment" not in _around(element)
    ][:10]


def _around(element: Element) -> str:
    parent = element.getparent()
    names = classes_of(parent) if parent is not None else ""
    return f"{classes_of(element)} {element.get('itemprop', '').casefold()} {names}"
