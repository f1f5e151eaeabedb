"""Server-sent events on the wire: writing and reading `text/event-stream`.

The standard is HTML (WHATWG), "Server-sent events", sections "Parsing an event stream"
and "Interpreting an event stream". The hub writes frames with `encode` and `comment`,
wraps them once with `chunk`, and sends the same bytes to every reader; `Parser` is the
reader's side, for our tests and for `stoppress doctor`.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from stoppress.protocols.errors import ProtocolError

CONTENT_TYPE = "text/event-stream"

# Stops a stream that never ends its event from filling the memory of whoever reads it:
# characters held for one event. Our own entries are some kilobytes.
EVENT_AT_MOST = 8 * 1024 * 1024

# Stops a `retry` that would keep a reader away for good: milliseconds, 24 days.
RETRY_AT_MOST = 2**31 - 1

LAST_CHUNK = b"0\r\n\r\n"

_LINE_END = re.compile(r"\r\n|\r|\n")
_DIGITS_THAT_COUNT = 11  # one more than RETRY_AT_MOST has


class BadEventError(ProtocolError):
    """An event cannot be written: a field holds what would break the stream."""


class EventTooLongError(ProtocolError):
    """A stream held more than EVENT_AT_MOST for one event: it is not ours, or is broken."""


class EmptyChunkError(ProtocolError):
    """An empty chunk would end the answer (RFC 9112 section 7.1): use LAST_CHUNK to end."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event as a reader gets it: `type` is `message` when the stream names none."""

    data: str
    type: str = "message"
    last_event_id: str = ""


def encode(
    data: str | None = None,
    *,
    event_id: str | None = None,
    event: str | None = None,
    retry: int | None = None,
) -> bytes:
    """One event, ended by its blank line.

    `data` None writes no data field: the reader dispatches nothing, but keeps the id and
    the `retry` (milliseconds). Line ends inside `data` all arrive as LF. Raises BadEventError.
    """
    lines = []
    if event is not None:
        lines.append(f"event: {_one_line('event', event)}")
    if event_id is not None:
        lines.append(f"id: {_one_line('id', event_id)}")
    if retry is not None:
        if not 0 <= retry <= RETRY_AT_MOST:
            raise BadEventError(f"retry must be 0 to {RETRY_AT_MOST} ms, not {retry}")
        lines.append(f"retry: {retry}")
    if data is not None:
        lines += [f"data: {line}" for line in _LINE_END.split(data)]
    return _octets("\n".join([*lines, "", ""]))


def comment(text: str = "") -> bytes:
    """A line readers ignore: the heartbeat that keeps a quiet connection open."""
    return _octets("".join(f":{line}\n" for line in _LINE_END.split(text)))


def chunk(octets: bytes) -> bytes:
    """The octets as one chunk of a chunked HTTP/1.1 answer (RFC 9112 section 7.1).

    Raises EmptyChunkError.
    """
    if not octets:
        raise EmptyChunkError("an empty chunk would end the answer")
    return b"%X\r\n%b\r\n" % (len(octets), octets)


class Parser:
    """Reads an event stream as it arrives, cut anywhere.

    `last_event_id` is what a reader would send to resume; `retry` the reconnection time
    in milliseconds, None until the stream names one.
    """

    def __init__(self) -> None:
        self.last_event_id = ""
        self.retry: int | None = None
        # Any octets are a valid stream: what is not UTF-8 becomes U+FFFD.
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._at_start = True
        self._after_cr = False
        self._pending: list[str] = []  # pieces of a line whose end has not come
        self._held = 0
        self._data: list[str] = []
        self._type = ""
        self._id = ""  # kept from event to event: only a new id field replaces it

    def feed(self, octets: bytes) -> list[Event]:
        """The events completed by these octets, in order. Raises EventTooLongError."""
        text = self._without_bom(self._decoder.decode(octets))
        if not text:
            return []
        if self._after_cr and text[0] == "\n":  # the second half of a CRLF
            text = text[1:]
        self._after_cr = text.endswith("\r")
        *ended, rest = _LINE_END.split(text)
        events = []
        for piece in ended:
            self._hold(piece)
            line = "".join(self._pending)
            self._held -= len(line)
            self._pending.clear()
            if line:
                self._interpret(line)
            elif (event := self._dispatch()) is not None:
                events.append(event)
        if rest:
            self._hold(rest)
        return events

    def _without_bom(self, text: str) -> str:
        if self._at_start and text:
            self._at_start = False
            return text.removeprefix("\ufeff")
        return text

    def _hold(self, piece: str) -> None:
        self._held += len(piece)
        if self._held > EVENT_AT_MOST:
            raise EventTooLongError(
                f"more than {EVENT_AT_MOST} characters in one event"
            )
        self._pending.append(piece)

    def _interpret(self, line: str) -> None:
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "data":
            self._data.append(value)
            self._held += len(value) + 1
        elif field == "event":
            self._type = value
        elif field == "id" and "\0" not in value:
            self._id = value
        elif field == "retry" and value.isascii() and value.isdigit():
            counted = (value.lstrip("0") or "0")[:_DIGITS_THAT_COUNT]
            self.retry = min(int(counted), RETRY_AT_MOST)

    def _dispatch(self) -> Event | None:
        # The id counts even when there is no data and so no event.
        self.last_event_id = self._id
        data, kind = self._data, self._type or "message"
        self._data, self._type, self._held = [], "", 0
        if not data:
            return None
        return Event("\n".join(data), kind, self.last_event_id)


def _one_line(field: str, value: str) -> str:
    if any(character in value for character in "\r\n\0"):
        raise BadEventError(f"{field} {value!r} holds a line end or NUL")
    return value


def _octets(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise BadEventError("a lone surrogate cannot be sent as UTF-8") from error
