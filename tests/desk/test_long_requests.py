"""What is too long for the newsroom, sent to the real server and its live hub."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from stoppress.asgi import application
from stoppress.posts.copy import MAX_TEXT
from stoppress.posts.photos import MAX_BYTES
from tests.live.stand import Stand

MEGABYTE = 1 << 20


@pytest.fixture
def stand() -> Iterator[Stand]:
    stand = Stand()
    stand.server.config.app = application
    with stand:
        yield stand


def head(path: str, *lines: str) -> bytes:
    """The beginning of a request that brings something."""
    there = [f"POST {path} HTTP/1.1", "Host: testserver", *lines, "", ""]
    return "\r\n".join(there).encode()


@pytest.mark.parametrize(
    ("path", "length"),
    [
        ("/followers", 16 * 1024 + 1),
        ("/followers/state", 10 * MEGABYTE),
        ("/desk/stories/x/posts", 33 * MEGABYTE),
        ("/desk/stories/x/posts", 10**15),
        ("/", 16 * 1024 + 1),
    ],
)
def test_a_length_is_refused_before_anything_came(
    stand: Stand, path: str, length: int
) -> None:
    """A request that says it is too long is answered 413, with a sentence, and readers'
    scripts with JSON; the rest of the house goes on."""
    sender = stand.connection()
    sender.send(head(path, f"Content-Length: {length}", "Expect: 100-continue"))
    status, headers, body = sender.answer()
    assert status == 413
    said = body.decode()
    if path.startswith("/followers"):
        said = json.loads(body)["error"]
    assert said.strip().endswith(".")
    assert headers["connection"] == "close"
    assert sender.is_closed()
    assert stand.reader().until_at(0).events == []


@pytest.mark.parametrize("path", ["/followers", "/"])
def test_a_body_without_a_length_is_counted(stand: Stand, path: str) -> None:
    """A body in chunks is refused when it has become too long, and its sender, who is
    still sending, is answered."""
    sender = stand.connection()
    chunk = b"2000\r\n" + b"x" * 0x2000 + b"\r\n"
    sender.send(head(path, "Transfer-Encoding: chunked") + chunk * 3 + b"0\r\n\r\n")
    status, _, _ = sender.answer()
    assert status == 413
    assert sender.is_closed()


def test_the_largest_form_there_is_fits(stand: Stand) -> None:
    """The largest photo with the longest article comes as far as Django, which asks
    whose it is; a request behind it on the same connection is answered too."""
    sender = stand.connection()
    length = MAX_BYTES + 4 * MAX_TEXT
    sender.send(head("/desk/stories/x/posts", f"Content-Length: {length}"))
    for _ in range(0, length, MEGABYTE):
        sender.send(b"x" * min(MEGABYTE, length))
        length -= MEGABYTE
    status, _, body = sender.answer()
    assert status == 403
    assert b"This form is out of date" in body
    sender.send(b"GET /desk/sign-in HTTP/1.1\r\nHost: testserver\r\n\r\n")
    assert sender.answer()[0] == 200
