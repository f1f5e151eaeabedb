"""The HTTP side of a stream: the head that opens it, and the answers that refuse one."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from stoppress.live import frames
from stoppress.protocols.sse import CONTENT_TYPE

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, MutableMapping, Sequence

    from stoppress.live.history import Missed

    Message = MutableMapping[str, Any]
    Application = Callable[
        [
            MutableMapping[str, Any],
            Callable[[], Awaitable[Message]],
            Callable[[Message], Awaitable[None]],
        ],
        Awaitable[None],
    ]

# Django's middleware never sees what is answered here, so this says itself that none of
# it is a page: whatever a browser were made to open could run and load nothing.
GUARD = {
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
}

# What is said in every stream's head. `no-store`: a stream is of one reader and of now.
# `no-transform`: front ends that compress hold back what is too short to be worth it.
# `x-accel-buffering`: nginx passes on what it gets at once. Pages of any site may read
# it (pages/embedding.py).
STREAM_HEADERS = {
    "access-control-allow-origin": "*",
    "content-type": CONTENT_TYPE,
    "cache-control": "no-store, no-transform",
    "x-accel-buffering": "no",
    **GUARD,
}

_HEAD = b"HTTP/1.1 200 OK\r\n" + b"".join(
    f"{name}: {value}\r\n".encode() for name, value in STREAM_HEADERS.items()
)
# RFC 9112 section 6.1: no chunks for those who may not know them; the end of the
# connection is then the end of the answer (section 6.3).
_CHUNKED, _BARE = b"transfer-encoding: chunked\r\n", b"connection: close\r\n"


def opening(
    missed: Missed,
    head: int,
    defaults: Iterable[tuple[bytes, bytes]],
    *,
    chunked: bool,
    crowd: int = 0,
) -> Sequence[bytes]:
    """What goes to a reader before the first new entry: the HTTP head, when to come
    back, what was missed and, unless that says it, `head`: the place on the wire that this
    brings it to.

    `defaults` are the server's own headers (Date); `crowd`: how many read already.
    """
    lines = [_HEAD, *(b"%b: %b\r\n" % header for header in defaults)]
    if missed.after is not None:
        lines.append(b"last-event-id: %b\r\n" % missed.after.encode("ascii"))
    lines += [_CHUNKED if chunked else _BARE, b"\r\n"]
    words = [frames.retry(crowd), *missed.chunks]
    if not _knows(missed, head):
        words.append(frames.cursor(head))
    if not chunked:
        words = [frames.bare(word) for word in words]
    return [b"".join([*lines, words[0]]), *words[1:]]


def _knows(missed: Missed, head: int) -> bool:
    """Whether the reader's Last-Event-ID is `head` without being told."""
    if missed.chunks:
        return b"id: %d\n" % head in missed.chunks[-1]
    return missed.after == str(head)


def refusal(status: int, sentence: str, **headers: str) -> Application:
    """An ASGI application that answers every request with `sentence` as a JSON error."""
    named, body = _error(sentence)
    named |= {name.replace("_", "-"): value for name, value in headers.items()}

    async def answer(
        _scope: MutableMapping[str, Any],
        _receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        await send(
            {
                "type": "http.response.start",
                "status": status,
                "headers": [
                    (name.encode(), value.encode()) for name, value in named.items()
                ],
            }
        )
        await send({"type": "http.response.body", "body": body})

    return answer


def octets(status: int, sentence: str) -> bytes:
    """The same answer as it goes over the line, for a request that is not understood
    (yet); the connection ends with it."""
    named, body = _error(sentence)
    lines = [f"{name}: {value}\r\n" for name, value in named.items()]
    reason = HTTPStatus(status).phrase
    head = f"HTTP/1.1 {status} {reason}\r\n{''.join(lines)}connection: close\r\n\r\n"
    return head.encode("ascii") + body


def _error(sentence: str) -> tuple[dict[str, str], bytes]:
    body = json.dumps({"error": sentence}).encode()
    headers = {
        "content-type": "application/json",
        "content-length": str(len(body)),
        "cache-control": "no-store",
        **GUARD,
    }
    return headers, body
