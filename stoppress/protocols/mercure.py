"""The Mercure protocol's subscribe request and discovery.

Which Mercure: the generation of draft-dunglas-mercure-07, whose selectors come in query
parameters named `topic`; this is what deployed clients speak. Draft-08 names them `match`
and its kin: `match` and `matchExact` are read too, where they say nothing that `topic`
could not; `matchURLPattern` and whatever else begins with `match` is refused aloud, as
draft-08 wants it. Two spellings of one parameter are about: the published draft-07 says
`Last-Event-ID`, the hubs and client libraries that came after it say `lastEventID`. Both
are read; the newer wins.

Topics and selectors are in mercure_topics.py, tokens in mercure_token.py, what is
published in mercure_publication.py, who reads in mercure_subscriptions.py.

Parsing is a function of the request target's octets alone, so a caller may keep results.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from stoppress.protocols.errors import ProtocolError
from stoppress.protocols.form import form_fields
from stoppress.protocols.mercure_topics import (
    BadTopicError,
    UnservedSelectorError,
    check_selector,
    has_control,
    is_template,
    local,
)

HUB_PATH = "/.well-known/mercure"  # draft-07 "Discovery": the hub's fixed path
EARLIEST = "earliest"  # draft-07 "Reconciliation": "send all that you still have"

# Stops one request from entering a reader in thousands of lists.
TOPICS_AT_MOST = 100
# Stops one request from making each update expensive for all: templates among them.
TEMPLATES_AT_MOST = 10
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


class BadSelectorError(SubscribeError):
    """A topic is empty, too long, or holds control characters."""


class BadMatcherError(SubscribeError):
    """A parameter of draft-08's `match` family that this hub does not know."""


class BadQueryError(SubscribeError):
    """The query is not percent-encoded UTF-8, or its last event id is not usable."""


class TooManyTopicsError(SubscribeError):
    """More topics than TOPICS_AT_MOST in one request, or templates among them than
    TEMPLATES_AT_MOST: follow `*` instead."""


class TargetTooLongError(SubscribeError):
    """The request target is longer than TARGET_AT_MOST (RFC 9110 section 15.5.15)."""

    status: ClassVar[int] = 414


class TemplateNotServedError(SubscribeError):
    """A topic is a URI template of a kind that this hub does not match."""

    status: ClassVar[int] = 501


class BadLinkError(ProtocolError):
    """An address or event id cannot stand in a Link header."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """What one stream asks for: selectors in the order given, each once, and the token
    that came in the address (draft-07 "URI Query Parameter")."""

    topics: tuple[str, ...]
    last_event_id: str | None
    authorization: str | None = field(default=None, repr=False)

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


def subscription(target: bytes, site: str = "") -> Subscription:
    """The Subscription that a request target (`/.well-known/mercure?topic=…`) asks for.

    Whole addresses on `site` become paths, as topics are kept. Raises a SubscribeError;
    its `status` and message are the answer to give.
    """
    if len(target) > TARGET_AT_MOST:
        raise TargetTooLongError(f"the address is longer than {TARGET_AT_MOST} bytes")
    fields = fields_of(target.partition(b"?")[2])
    topics = dict.fromkeys(
        local(value, site) for name, value in fields if _is_selector(name, value)
    )
    if not topics:
        raise MissingTopicError(
            "name at least one topic: ?topic=…, or ?topic=* for all"
        )
    if len(topics) > TOPICS_AT_MOST:
        raise TooManyTopicsError(
            f"more than {TOPICS_AT_MOST} topics; use topic=* instead"
        )
    if sum(map(is_template, topics)) > TEMPLATES_AT_MOST:
        raise TooManyTopicsError(f"more than {TEMPLATES_AT_MOST} URI templates")
    for topic in topics:
        _check(topic)
    # `*` makes the others superfluous, but each is a subscription ("Subscription").
    token = next((value for name, value in fields if name == "authorization"), None)
    return Subscription(tuple(topics), _last_event_id(fields), token)


def link(
    hub: str,
    *,
    topic: str | None = None,
    last_event_id: str | None = None,
    content_type: str | None = None,
) -> str:
    """The value of the Link header by which a page announces its hub (RFC 8288).

    `topic` is the page's own topic (`rel=self`); `last_event_id` the entry up to which the
    page is drawn, which its stream then passes as `lastEventID`; `content_type` what its
    updates are, where that is not what the page is. Raises BadLinkError.
    """
    mercure = f'<{_target(hub)}>; rel="mercure"'
    if last_event_id is not None:
        mercure += f'; last-event-id="{_quoted(last_event_id)}"'
    if content_type is not None:
        mercure += f'; content-type="{_quoted(content_type)}"'
    if topic is None:
        return mercure
    return f'{mercure}, <{_target(topic)}>; rel="self"'


def fields_of(query: bytes) -> list[tuple[str, str]]:
    """The names and values of a query, in order. Raises a SubscribeError."""
    try:
        return form_fields(query, at_most=_FIELDS_AT_MOST)
    except UnicodeError as error:
        raise BadQueryError("the query must be percent-encoded UTF-8") from error
    except ValueError as error:
        raise TooManyTopicsError(f"more than {_FIELDS_AT_MOST} parameters") from error


def _is_selector(name: str, value: str) -> bool:
    if name == "topic":
        return True
    if not name.lower().startswith("match"):
        return False
    # draft-08 "Subscription": a slip in such a name must not be read over.
    if name not in {"match", "matchExact"}:
        raise BadMatcherError(f"{name[:40]} is not served here: use topic=…")
    if is_template(value):
        raise BadMatcherError("braces in match=… are not served here: use topic=…")
    return True


def _check(topic: str) -> None:
    try:
        check_selector(topic)
    except BadTopicError as error:
        raise BadSelectorError(str(error)) from error
    except UnservedSelectorError as error:
        raise TemplateNotServedError(str(error)) from error


def _last_event_id(fields: list[tuple[str, str]]) -> str | None:
    named = dict(reversed(fields))  # of several, the first
    return _event_id(named.get("lastEventID") or named.get("Last-Event-ID") or "")


def _event_id(text: str) -> str | None:
    if len(text) > EVENT_ID_LENGTH_AT_MOST or has_control(text):
        raise BadQueryError("the last event id is too long or holds control characters")
    return text or None


def _target(address: str) -> str:
    if not address or any(not "!" <= mark <= "~" or mark in '<>"' for mark in address):
        raise BadLinkError(f"{address[:80]!r} is not an address for a Link header")
    return address


def _quoted(text: str) -> str:
    # RFC 9110 section 5.6.4, kept to printable ASCII.
    if any(not " " <= mark <= "~" for mark in text):
        raise BadLinkError(f"{text[:80]!r} cannot stand in a Link header")
    return text.replace("\\", "\\\\").replace('"', '\\"')
