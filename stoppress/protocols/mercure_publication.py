"""What another system publishes through the hub (draft-dunglas-mercure-07 "Publication").

A form of `topic` (several: the first is the canonical one), `data`, `private`, `id`,
`type` and `retry`. The hub gives each update its own id, as the draft allows: the place on
the wire is what a reader resumes from. An `id` that the publisher gives is checked and
then let fall.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlsplit

from stoppress.protocols.errors import ProtocolError
from stoppress.protocols.form import form_fields
from stoppress.protocols.mercure import HUB_PATH
from stoppress.protocols.mercure_topics import (
    EVERYTHING,
    BadTopicError,
    check_topic,
    local,
)

FORM = "application/x-www-form-urlencoded"

# Stops one update from filling every reader's memory, and the wire: octets of its data.
DATA_AT_MOST = 1024 * 1024
# Each octet of the data may take three in a form; the rest is room for topics.
BODY_AT_MOST = 3 * DATA_AT_MOST + 128 * 1024
# What the wire takes, and what a hub looks up for each update.
TOPICS_AT_MOST = 32
# Stops a name from being carried to every reader that no client would listen for.
TYPE_LENGTH_AT_MOST = 100
ID_LENGTH_AT_MOST = 256
# Stops a publisher from keeping its readers away for a day: milliseconds, an hour.
RETRY_AT_MOST = 3_600_000

# Events by which the hub itself speaks to its readers (live/frames.py).
OURS = ("resync", "beat")

_FIELDS_AT_MOST = TOPICS_AT_MOST + 16


class PublishError(ProtocolError):
    """An update cannot be taken; `status` is the HTTP answer to give."""

    status: ClassVar[int] = 400


class BadUpdateError(PublishError):
    """The form, or one of its fields, is not what the protocol asks for."""


class NotAFormError(PublishError):
    """The request's body is not `application/x-www-form-urlencoded`."""

    status: ClassVar[int] = 415


class TooLargeError(PublishError):
    """The body, or a field of it, is larger than this hub takes."""

    status: ClassVar[int] = 413


class NotYoursError(PublishError):
    """A topic belongs to the newsroom or to the hub itself."""

    status: ClassVar[int] = 403


@dataclass(frozen=True, slots=True)
class Update:
    """What is published, and to whom; `event` None: a plain message."""

    topics: tuple[str, ...]
    data: str = ""
    event: str | None = None
    retry: int | None = None
    private: bool = False


def update(content_type: str, body: bytes, *, site: str = "") -> Update:
    """The update in a request's body. Raises a PublishError."""
    if content_type.partition(";")[0].strip().lower() != FORM:
        raise NotAFormError(f"the body must be {FORM}")
    if len(body) > BODY_AT_MOST:
        raise TooLargeError(f"the body has more than {BODY_AT_MOST} octets")
    fields = _fields(body)
    named = dict(reversed(fields))  # of several, the first
    _check_id(named.get("id", ""))
    data = named.get("data", "")
    if len(data.encode()) > DATA_AT_MOST:
        raise TooLargeError(f"data has more than {DATA_AT_MOST} octets")
    return Update(
        _topics(fields, site),
        data,
        _type(named.get("type", "")),
        _retry(named.get("retry", "")),
        private="private" in named,  # whatever its value
    )


def _fields(body: bytes) -> list[tuple[str, str]]:
    try:
        return form_fields(body, at_most=_FIELDS_AT_MOST)
    except UnicodeError as error:
        raise BadUpdateError("the form must be percent-encoded UTF-8") from error
    except ValueError as error:
        raise BadUpdateError(f"more than {_FIELDS_AT_MOST} fields") from error


def _topics(fields: list[tuple[str, str]], site: str) -> tuple[str, ...]:
    topics = dict.fromkeys(
        local(value, site) for name, value in fields if name == "topic"
    )
    if not topics:
        raise BadUpdateError("an update needs a topic: topic=…")
    if len(topics) > TOPICS_AT_MOST:
        raise BadUpdateError(f"more than {TOPICS_AT_MOST} topics")
    for topic in topics:
        try:
            check_topic(topic)
        except BadTopicError as error:
            raise BadUpdateError(str(error)) from error
        if topic == EVERYTHING:
            raise BadUpdateError("* selects all topics and cannot be one")
        if is_reserved(topic, site):
            raise NotYoursError(
                f"{topic[:80]} is an address of this site, whose news comes from its desk: "
                "publish on a topic of your own"
            )
    return tuple(topics)


def is_reserved(topic: str, site: str) -> bool:
    """True for a topic that nobody from outside may speak on.

    Every path of this site is: the newsroom's posts and stories, and what it will have
    addresses for one day. So is the hub's own namespace at any host (draft-08
    "Publication"), so that nobody can forge who reads.
    """
    if topic.startswith("/") or topic == site:
        return True
    try:
        path = urlsplit(topic).path
    except ValueError:
        return False  # no address at all
    return path == HUB_PATH or path.startswith(f"{HUB_PATH}/")


def _check_id(text: str) -> None:
    if text.startswith("#") or any(mark in text for mark in "\r\n\0"):
        raise BadUpdateError("id begins with # or holds a line end or NUL")
    if len(text) > ID_LENGTH_AT_MOST:
        raise TooLargeError(f"id is longer than {ID_LENGTH_AT_MOST} characters")


def _type(text: str) -> str | None:
    if any(mark in text for mark in "\r\n\0"):
        raise BadUpdateError("type holds a line end or NUL")
    if len(text) > TYPE_LENGTH_AT_MOST:
        raise TooLargeError(f"type is longer than {TYPE_LENGTH_AT_MOST} characters")
    if text in OURS:
        raise BadUpdateError(f"the type {text} is the hub's own")
    return text or None


def _retry(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > len(str(RETRY_AT_MOST)):
        raise BadUpdateError(
            f"retry is no number of milliseconds up to {RETRY_AT_MOST}"
        )
    if int(text) > RETRY_AT_MOST:
        raise BadUpdateError(f"retry is more than {RETRY_AT_MOST} milliseconds")
    return int(text)
