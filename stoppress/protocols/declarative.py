"""The push message's text: Declarative Web Push, which our service worker reads as well.

W3C Push API, "Declarative push message": a JSON object with `web_push` 8030 and a
`notification` that has a `title` and an address to `navigate` to. A browser that knows the
format shows it with no script at all; another hands the JSON to the worker.

A message that is too long is not sent by any push service, so the words are shortened
until it fits: first the body, at the end of a word; then, where there is no room for the
title, the picture and the buttons are left out; only when the title is too long by itself,
the title is shortened. What is measured is octets of the finished JSON, where a quotation mark
takes two and a control character six.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING

from stoppress.protocols.errors import ProtocolError
from stoppress.protocols.origin import BadUrlError, origin
from stoppress.protocols.push_encryption import PLAINTEXT_AT_MOST

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MAGIC = 8030
ELLIPSIS = "…"

_SURROGATES = re.compile("[\ud800-\udfff]")
_JOINER = "\u200d"
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_REGIONAL = range(0x1F1E6, 0x1F200)


class DeclarativeError(ProtocolError):
    """A push message's text cannot be made."""


class EmptyTitleError(DeclarativeError):
    """A notification needs a title: give the story's when the post has no headline."""


class BadNavigateError(DeclarativeError):
    """`navigate`, and each button's, must be an absolute http or https address."""


class NoRoomForWordsError(DeclarativeError):
    """Address, tag and data alone fill the message: shorten those."""


@dataclass(frozen=True, slots=True)
class Action:
    """A button on a notification: what our worker knows it by, what it says, and where it
    leads in a browser that shows the notification without our worker."""

    action: str
    title: str
    navigate: str


@dataclass(frozen=True, slots=True)
class Notification:
    """What the reader is to see, and where a click leads.

    `image` is the absolute address of a picture, '' without one. A later notification with the same `tag` takes the place of the earlier one. `data`
    is for our own pages and worker, and must be JSON-able.
    """

    title: str
    body: str
    navigate: str
    tag: str
    lang: str = "en"
    silent: bool = False
    image: str = ""
    actions: Sequence[Action] = ()
    data: Mapping[str, object] = field(default_factory=dict)


def message(notification: Notification, *, limit: int = PLAINTEXT_AT_MOST) -> bytes:
    """The JSON of at most `limit` octets. Raises a DeclarativeError."""
    title = notification.title.strip()
    body = notification.body.strip()
    if not title:
        raise EmptyTitleError("the notification has no title")
    try:
        for address in _addresses(notification):
            origin(address)
    except BadUrlError as error:
        raise BadNavigateError(str(error)) from error
    room = limit - len(_octets(notification, "", ""))
    if _size(title) > room and (notification.image or notification.actions):
        return message(replace(notification, image="", actions=()), limit=limit)
    if _size(title) > room:
        title, body = shorten(title, room), ""
        if not title:
            raise NoRoomForWordsError(f"no room for a title in {limit} octets")
    return _octets(notification, title, shorten(body, room - _size(title)))


def shorten(text: str, room: int) -> str:
    """As much of `text` as takes at most `room` octets in JSON; '' when nothing fits.

    Ends with an ellipsis at the end of a word; inside one only when the last word's
    beginning is most of what there is, as in languages without spaces. Never inside a
    letter that is made of several characters.
    """
    if _size(text) <= room:
        return text
    fits = _prefix(text, room - _size(ELLIPSIS))
    cut = _word_end(text, fits)
    kept = text[:cut].rstrip(" \t\r\n\u00a0,;:\u2013\u2014-")
    return f"{kept}{ELLIPSIS}" if kept else ""


def _addresses(notification: Notification) -> list[str]:
    return [notification.navigate, *(one.navigate for one in notification.actions)]


def _octets(notification: Notification, title: str, body: str) -> bytes:
    more = {
        "image": notification.image,
        "actions": [asdict(action) for action in notification.actions],
    }
    shown = {
        "title": title,
        "body": body,
        "navigate": notification.navigate,
        "tag": notification.tag,
        "lang": notification.lang,
        "silent": notification.silent,
        **{name: value for name, value in more.items() if value},
        "data": dict(notification.data),
    }
    return _json({"web_push": MAGIC, "notification": shown})


def _json(value: object) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return _SURROGATES.sub("\ufffd", text).encode()  # those cannot be UTF-8


def _size(text: str) -> int:
    """Octets of `text` inside a JSON string: escapes are for each character alone."""
    return len(_json(text)) - len('""')


def _prefix(text: str, room: int) -> int:
    """How many characters of `text` fit in `room` octets of JSON."""
    for index, character in enumerate(text):
        room -= _size(character)
        if room < 0:
            return index
    return len(text)


def _word_end(text: str, fits: int) -> int:
    """Where to cut: the last word's end that fits, or the last whole letter's."""
    if text[fits].isspace():
        return fits
    spaces = [at for at in range(fits // 2, fits) if text[at].isspace()]
    if spaces:
        return spaces[-1]
    while fits and _belongs_together(text[fits - 1], text[fits]):
        fits -= 1
    return fits


def _belongs_together(left: str, right: str) -> bool:
    """True when a cut between the two would spoil one visible letter (roughly UAX #29)."""
    return (
        unicodedata.category(right).startswith("M")
        or _JOINER in (left, right)
        or ord(right) in _SKIN_TONES
        or (ord(left) in _REGIONAL and ord(right) in _REGIONAL)
    )
