"""Lines in which a page says when it was written or changed, and by whom.

A stamp is recognised by being nothing else: after its label only dates, times and zones
may follow. So "Updated 12 March 2011 14:05 GMT" is one and "Updated guidance was issued
on Monday" is a sentence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from stoppress.intake.dates import MONTHS

# A stamp with weekday, date, time, zone and label is about half of this.
MAX_STAMP = 120  # characters

# Six names with their surnames, or one with a title and a paper.
MAX_BYLINE = 120  # characters
MAX_NAMES = 12  # words

Kind = Literal["updated", "published", "bare"]

_UPDATED = (
    r"(?:last |latest )?(?:updated?|modified|revised)|(?:page )?last (?:changed|edited)"
    r"|обновлено|обновлён|последнее обновление|изменено|абноўлена|оновлено"
    r"|(?:zuletzt |letzte )?aktualisier(?:t|ung)|stand"
    r"|mis à jour|dernière mise à jour|(?:última )?actualiza(?:do|ción)"
    r"|(?:ultimo )?aggiorna(?:to|mento)|(?:ostatnia )?aktualizacja|zaktualizowano"
)
_PUBLISHED = (
    r"(?:first |originally )?(?:published|posted)|publication date|date(?: published)?|issued"
    r"|опубликовано|дата публикации|размещено|апублікавана|опубліковано"
    r"|veröffentlicht|erschienen|publié|paru|publicado|pubblicato|opublikowano"
)
_LABELLED = re.compile(
    rf"[\W_]*(?P<stamp>(?:(?P<updated>{_UPDATED})|(?P<published>{_PUBLISHED}))\b"
    r"\s*(?:online\b\s*)?[:\uff1a\u2013\u2014-]?\s*(?P<value>.*))",
    re.IGNORECASE,
)
_DEBRIS = re.compile(r"^[\W_]+|[\s|•·\u2013\u2014,;-]+$")

# Where two statements stand on one line.
_SEAMS = re.compile(
    r"\s*[|•·]\s*|(?<!last)(?<!latest)[\s,;\u2013\u2014-]+(?=(?:last |latest )?updated\b)",
    re.IGNORECASE,
)

_TOKENS = re.compile(r"\d+(?:st|nd|rd|th|h)?\b|[^\W\d_]+|[^\w\s]", re.IGNORECASE)
_SIGNS = frozenset(",.:/-\u2013\u2014()|+•·")
_ZONES = re.compile(r"[A-Z]{1,5}")
_WEEKDAYS = (
    "monday tuesday wednesday thursday friday saturday sunday "
    "mon tue tues wed thu thur thurs fri sat sun "
    "понедельник вторник среда четверг пятница суббота воскресенье "
    "montag dienstag mittwoch donnerstag freitag samstag sonntag "
    "lundi mardi mercredi jeudi vendredi samedi dimanche "
    "lunes martes miércoles jueves viernes sábado domingo "
)
_AROUND = (
    "at on of the in um uhr den am le à h el de del las a p m pm noon midnight t z "
    "года \u0433 \u0432 часов год року гадзін "
    "ago hours hour hrs min mins minutes minute days day weeks week an "
    "just now today yesterday local time сегодня вчера heute gestern hier hoy ayer "
    "standard daylight eastern central pacific mountain moscow london "
)
_DATE_WORDS = frozenset([*MONTHS, *_WEEKDAYS.split(), *_AROUND.split()])
# What makes a line without a label a date: a month with a number, a whole date, a clock.
_BARE = re.compile(
    rf"\d\s*(?:st|nd|rd|th|\.|de)?\s*(?:{'|'.join(MONTHS)})\b"
    rf"|\b(?:{'|'.join(MONTHS)})\.?\s*\d"
    r"|\b\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}\b|\b\d{1,2}:\d{2}\b",
    re.IGNORECASE,
)
_RELATIVE = re.compile(
    r"\b(?:ago|now|today|yesterday|сегодня|вчера|heute|gestern|hoy|ayer)\b",
    re.IGNORECASE,
)

_BYLINE = re.compile(
    r"(?:by|автор|авторы|von|par|por|text)\b:?\s+(\S.*)", re.IGNORECASE
)
_NAME = re.compile(r"[^\W\d_][\w.'\u2019-]*|&")
_PARTICLES = "and of the for de da di del der den van von al bin ibn in at et und y"
_SMALL = frozenset(_PARTICLES.split())


@dataclass(frozen=True, slots=True)
class Stamp:
    """A statement of the page about its time: `raw` as it stands there, without debris
    around it; `value` without its label."""

    kind: Kind
    raw: str
    value: str


def stamps_in(line: str) -> list[Stamp]:
    """The stamps of which a line consists; none when there is anything else in it."""
    if len(line) > MAX_STAMP:
        return []
    parts = [part for part in _SEAMS.split(line) if part.strip(" .,;|")]
    found = [_stamp(part) for part in parts]
    return [stamp for stamp in found if stamp] if all(found) else []


def byline_in(line: str) -> str:
    """The names in a line such as "By Jane Roe and JOHN DOE, Staff Writers"; "" when it
    is another line."""
    found = _BYLINE.fullmatch(line) if len(line) <= MAX_BYLINE else None
    if not found:
        return ""
    words = [word.strip(",;|/()") for word in found[1].split()]
    words = [word for word in words if word]
    names = [word for word in words if word.lower() not in _SMALL]
    are_names = bool(names) and all(_is_name(word) for word in names)
    return found[1] if are_names and len(words) <= MAX_NAMES else ""


def _stamp(part: str) -> Stamp | None:
    labelled = _LABELLED.fullmatch(part)
    if labelled and _is_date(labelled["value"]):
        kind: Kind = "updated" if labelled["updated"] else "published"
        raw = _DEBRIS.sub("", labelled["stamp"])
        return Stamp(kind, raw, labelled["value"].strip())
    if _BARE.search(part) and _is_date(part):
        return Stamp("bare", _DEBRIS.sub("", part), part.strip())
    return None


def _is_date(text: str) -> bool:
    tokens = _TOKENS.findall(text)
    has_date = any(token[0].isdigit() for token in tokens) or _RELATIVE.search(text)
    return bool(has_date) and all(_belongs_to_dates(token) for token in tokens)


def _belongs_to_dates(token: str) -> bool:
    return (
        token[0].isdigit()
        or token in _SIGNS
        or token.casefold() in _DATE_WORDS
        or _ZONES.fullmatch(token) is not None
    )


def _is_name(word: str) -> bool:
    known = word.casefold().rstrip(".")
    is_time = known in MONTHS or known in _WEEKDAYS.split()
    return _NAME.fullmatch(word) is not None and word[0].isupper() and not is_time
