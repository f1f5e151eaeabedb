"""The Mercure protocol's subscribe request, topic selectors and discovery.

Which Mercure: the generation of draft-dunglas-mercure-07, whose selectors come in query
parameters named `topic`; this is what deployed clients speak. (Later drafts rename them
to `match…`; nothing here stands in the way of reading those too.) Two spellings of one
parameter are about: the published draft-07 says `Last-Event-ID`, the hubs and client
libraries that came after it say `lastEventID`. Both are read; the newer wins.

Differences from the draft: a selector that is a URI template is refused (501), not
matched, until templates come. A client that waits in silence for updates that never
match would be worse.

Parsing is a function of the request target's octets alone, so a caller may keep results.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import parse_qsl

from stoppress.protocols.errors import ProtocolError

if TYPE_CHECKING:
    from collections.abc import Iterable

HUB_PATH = "/.well-known/mercure"  # draft-07 "Discovery": the hub's fixed path
# draft-07 "Topic Selectors": the reserved selector of all topics. Followers follow it too:
# what is live on the front page is also what its button follows.
EVERYTHING = "*"
EARLIEST = "earliest"  # draft-07 "Reconciliation": "send all that you still have"

# Stops one request from entering a reader in thousands of lists.
TOPICS_AT_MOST = 100
# Stops long texts from being kept for each reader: characters of one topic.
TOPIC_LENGTH_AT_MOST = 512
# Stops a text of any size from being carried as a cursor: ours are numbers, UUIDs fit.
EVENT_ID_LENGTH_AT_MOST = 256
# Stops time from being spent on a huge request target before anything else is known.
TARGET_AT_MOST = 64 * 1024
# Room for parameters we do not know, such as those that event-source libraries add.
_FIELDS_AT_MOST = TOPICS_AT_MOST + 16


class SubscribeError(ProtocolError):
    """A subscribe request that cannot be served; `status` is the HTTP answer to give."""

    status: ClassVar[int] = 400


class MissingTopicError(SubscribeError):
    """The request names no topic: add `?topic=…`, or `?topic=*` for everything."""


class BadTopicError(SubscribeError):
    """A topic is empty, too long, or holds control characters."""


class BadQueryError(SubscribeError):
    """The query is not percent-encoded UTF-8, or its last event id is not usable."""


class TooManyTopicsError(SubscribeError):
    """More topics than TOPICS_AT_MOST in one request: follow `*` instead."""


class TargetTooLongError(SubscribeError):
    """The request target is longer than TARGET_AT_MOST (RFC 9110 section 15.5.15)."""

    status: ClassVar[int] = 414


class TemplateNotServedError(SubscribeError):
    """A topic is a URI template, which this hub does not match yet: name whole topics."""

    status: ClassVar[int] = 501


class BadLinkError(ProtocolError):
    """An address or event id cannot stand in a Link header."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """What one stream asks for: selectors in the order given, each once."""

    topics: tuple[str, ...]
    last_event_id: str | None

    @property
    def everything(self) -> bool:
        """True when one of the selectors is `*`: the others add nothing then."""
        return EVERYTHING in self.topics

    def wants(self, topics: Iterable[str]) -> bool:
        """True when an update with any of these topics is for this stream."""
        return any(
            matches(selector, topic) for topic in topics for selector in self.topics
        )

    def resume_after(self, header: bytes | None) -> str | None:
        """The id to resume after; `header` is the Last-Event-ID request header.

        The header wins over the parameter (draft-07 "Reconciliation"): the browser sends
        it on reconnection, when the address still holds the page's older id. Browsers
        send it as UTF-8. Raises BadQueryError.
        """
        if not header:
            return self.last_event_id
        try:
            return _event_id(header.decode())
        except UnicodeDecodeError as error:
            raise BadQueryError("Last-Event-ID is not UTF-8") from error


def subscription(target: bytes) -> Subscription:
    """The Subscription that a request target (`/.well-known/mercure?topic=…`) asks for.

    Raises a SubscribeError; its `status` and message are the answer to give.
    """
    if len(target) > TARGET_AT_MOST:
        raise TargetTooLongError(f"the address is longer than {TARGET_AT_MOST} bytes")
    fields = _fields(target.partition(b"?")[2])
    topics = dict.fromkeys(value for name, value in fields if name == "topic")
    if not topics:
        raise MissingTopicError(
            "name at least one topic: ?topic=…, or ?topic=* for all"
        )
    if len(topics) > TOPICS_AT_MOST:
        raise TooManyTopicsError(
            f"more than {TOPICS_AT_MOST} topics; use topic=* instead"
        )
    for topic in topics:
        _check_topic(topic)
    return Subscription(tuple(topics), _last_event_id(fields))


def matches(selector: str, topic: str) -> bool:
    """True when `selector` selects `topic`: `*`, or the same text exactly.

    Nothing is normalised: topics are compared as they are written.
    """
    return selector in (EVERYTHING, topic)


def link(
    hub: str, *, topic: str | None = None, last_event_id: str | None = None
) -> str:
    """The value of the Link header by which a page announces its hub (RFC 8288).

    `topic` is the page's own topic (`rel=self`); `last_event_id` the entry up to which the
    page is drawn, which its stream then passes as `lastEventID`. Raises BadLinkError.
    """
    mercure = f'<{_target(hub)}>; rel="mercure"'
    if last_event_id is not None:
        mercure += f'; last-event-id="{_quoted(last_event_id)}"'
    if topic is None:
        return mercure
    return f'{mercure}, <{_target(topic)}>; rel="self"'


def _fields(query: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            query.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_FIELDS_AT_MOST,
        )
    except UnicodeError as error:
        raise BadQueryError("the query must be percent-encoded UTF-8") from error
    except ValueError as error:
        raise TooManyTopicsError(f"more than {_FIELDS_AT_MOST} parameters") from error


def _check_topic(topic: str) -> None:
    if not topic:
        raise BadTopicError("a topic is empty")
    if len(topic) > TOPIC_LENGTH_AT_MOST:
        raise BadTopicError(f"a topic is longer than {TOPIC_LENGTH_AT_MOST} characters")
    if _has_control(topic):
        raise BadTopicError("a topic holds control characters")
    if "{" in topic:  # RFC 6570 section 2: an expression opens with a brace
        raise TemplateNotServedError(
            "URI templates are not served here; name whole topics"
        )


def _last_event_id(fields: list[tuple[str, str]]) -> str | None:
    named = dict(reversed(fields))  # of several, the first
    return _event_id(named.get("lastEventID") or named.get("Last-Event-ID") or "")


def _event_id(text: str) -> str | None:
    if len(text) > EVENT_ID_LENGTH_AT_MOST or _has_control(text):
        raise BadQueryError("the last event id is too long or holds control characters")
    return text or None


def _has_control(text: str) -> bool:
    # C0, DEL and C1: they break logs and headers, and PostgreSQL cannot store NUL.
    return any(mark < " " or "\x7f" <= mark <= "\x9f" for mark in text)


def _target(address: str) -> str:
    if not address or any(not "!" <= mark <= "~" or mark in '<>"' for mark in address):
        raise BadLinkError(f"{address[:80]!r} is not an address for a Link header")
    return address


def _quoted(text: str) -> str:
    # RFC 9110 section 5.6.4, kept to printable ASCII.
    if any(not " " <= mark <= "~" for mark in text):
        raise BadLinkError(f"{text[:80]!r} cannot stand in a Link header")
    return text.replace("\\", "\\\\").replace('"', '\\"')
