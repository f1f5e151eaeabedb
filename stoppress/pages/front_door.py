"""The front door: a page is drawn once for each change and handed out from memory.

A push to a million people brings them all at once, for the same few pages. Django would
draw each of them anew, one after the other. Here, before Django, a page is kept until the
wire moves on, for what is not on the wire did not happen: while the wire's head is the
same, so are all pages.

* The head is looked up after each request came in, never before, so nobody who has seen
  a post happen gets the page from before it. A crowd shares the look-up: all who come
  while one is under way wait for the next (`Newest`).
* What many ask for at the same moment is drawn once, and all wait for it.
* A page is drawn for nobody in particular, from a request that is made here and has
  nothing of the asker's in it: no cookie, no host, no header, no parameter that chooses
  nothing. So it can be handed to everyone.
* Style sheets, scripts and icons are kept for as long as the program runs: their address
  has a digest of all of them in it, so under one address they never change. A first visit
  asks for some fifty, and through Django each would cost as much as four pages.

Django answers what is left: the desk, forms, parts of files, hosts that are not ours. It
also answers when the wire cannot be read: what it says then is for its own pages to say.
"""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import QueryDict
from django.http.request import split_domain_port, validate_host
from django.utils.http import parse_etags

from stoppress.live.errors import WireUnreadable
from stoppress.pages.kept import Answer, Kept

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from stoppress.pages.kept import Headers, Key

    Scope: TypeAlias = dict[str, Any]
    Receive: TypeAlias = Callable[[], Awaitable[Mapping[str, Any]]]
    Send: TypeAlias = Callable[[Mapping[str, Any]], Awaitable[None]]
    Application: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]

# What is the same for everyone; of the parameters, only a column's cursor chooses.
PAGES = re.compile(
    r"/|/follow|/(?:people|sections|stories)/[-a-zA-Z0-9_]+|/posts/[1-9][0-9]*"
    r"|/photos/[0-9a-f.]+(?:jpg|png)"
)
CHOOSES = "before"

# Fields with which a request asks for more than to have the page, or to have it if it
# changed: Django knows what to say to these.
MORE = {b"content-length", b"transfer-encoding", b"if-match", b"if-unmodified-since"}
MORE_OF_A_FILE = {*MORE, b"range"}

# A file's place beneath STATIC_URL.
FILE = re.compile(r"[-a-zA-Z0-9_./]+")

# Where the wire ends as far as files are concerned: they are not on it.
ALWAYS = 0

OK, NOT_MODIFIED = 200, 304


class Newest:
    """Looks something up for many at once, for each as it is after they asked."""

    def __init__(self, look: Callable[[], Awaitable[int]]) -> None:
        self._look = look
        self._under_way: asyncio.Task[int] | None = None
        self._next: asyncio.Task[int] | None = None

    async def __call__(self) -> int:
        """What is found by a look that begins after this call. Raises as the look does."""
        if self._next is None:
            self._next = asyncio.create_task(self._after(self._under_way))
        return await asyncio.shield(self._next)

    async def _after(self, before: asyncio.Task[int] | None) -> int:
        if before is not None:
            await asyncio.wait([before])
        # Whoever comes from here on has come too late for this look.
        self._under_way, self._next = self._next, None
        return await self._look()


class FrontDoor:
    """`site`, with what it draws for readers kept; `head` tells where the wire ends."""

    def __init__(self, site: Application, head: Callable[[], Awaitable[int]]) -> None:
        self._site = site
        self._head = Newest(head)
        self._kept = Kept()
        self._files = Kept()
        self._drawn: dict[Key, tuple[int, asyncio.Task[Answer]]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request (ASGI 3)."""
        key = wanted(scope)
        answer = await self._answer(key) if key else None
        if answer is None:
            await self._site(scope, receive, send)
        else:
            await _hand_out(answer, scope, send)

    async def _answer(self, key: Key) -> Answer | None:
        if _is_file(key[0]):
            return await self._from(self._files, key, ALWAYS)
        try:
            head = await self._head()
        except WireUnreadable:
            return None
        return await self._from(self._kept, key, head)

    async def _from(self, kept: Kept, key: Key, head: int) -> Answer:
        """What is kept; else the page drawn now, or by whoever asked for it at this place
        on the wire."""
        if answer := kept.at(key, head):
            return answer
        began, task = self._drawn.get(key, (-1, None))
        if task is None or began != head:
            task = asyncio.create_task(self._draw(kept, key, head))
            self._drawn[key] = head, task
        # An asker who goes away must not take the page from the others.
        return await asyncio.shield(task)

    async def _draw(self, kept: Kept, key: Key, head: int) -> Answer:
        try:
            answer = await drawn(self._site, key)
        finally:
            if self._drawn.get(key, (-1, None))[1] is asyncio.current_task():
                del self._drawn[key]
        if _for_everyone(answer.headers):
            kept.keep(key, head, answer)
        return answer


def wanted(scope: Scope) -> Key | None:
    """Which page or file is asked for; None for what is neither, or asks for more."""
    if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"}:
        return None
    path, fields = scope["path"], {name for name, _ in scope["headers"]}
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    if len(hosts) != 1 or not _ours(hosts[0]):
        return None
    if _is_file(path):
        return None if fields & MORE_OF_A_FILE or _by_date(fields) else (path, "")
    return _page(path, scope["query_string"], fields)


def _page(path: str, query: bytes, fields: set[bytes]) -> Key | None:
    if not PAGES.fullmatch(path) or fields & MORE:
        return None
    try:
        chosen = QueryDict(query.decode("ascii")).get(CHOOSES) if query else None
    except (UnicodeDecodeError, SuspiciousOperation):
        return None
    return path, "" if chosen is None else urlencode({CHOOSES: chosen})


async def drawn(site: Application, key: Key) -> Answer:
    """What the site answers to a request for this page by nobody in particular."""
    said: list[Mapping[str, Any]] = []
    asked = False

    async def receive() -> dict[str, Any]:
        nonlocal asked
        if asked:  # The site listens for an asker who goes away: there is none.
            await asyncio.Event().wait()
        asked = True
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Mapping[str, Any]) -> None:
        said.append(message)

    await site(_nobodys(key), receive, send)
    start, *rest = said
    headers: Headers = [(name.lower(), value) for name, value in start["headers"]]
    body = b"".join(message.get("body", b"") for message in rest)
    return Answer(start["status"], headers, body, dict(headers).get(b"etag", b""))


def _nobodys(key: Key) -> Scope:
    """The request from which a page is drawn: by the site's own name, with nothing else."""
    path, query = key
    site = urlsplit(settings.SITE_URL)
    headers = [(b"host", site.netloc.encode())]
    if settings.SECURE:
        headers.append((b"x-forwarded-proto", b"https"))
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": site.scheme,
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": headers,
        "client": None,
        "server": None,
    }


def _is_file(path: str) -> bool:
    above, _, name = path.partition(settings.STATIC_URL)
    return not above and bool(FILE.fullmatch(name))


def _by_date(fields: set[bytes]) -> bool:
    """RFC 9110, section 13.2.2: If-Modified-Since counts where there is no
    If-None-Match."""
    return b"if-modified-since" in fields and b"if-none-match" not in fields


def _ours(host: bytes) -> bool:
    domain, _ = split_domain_port(host.decode("latin-1"))
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)


def _for_everyone(headers: Headers) -> bool:
    """The site says that any cache may keep it; what sets a cookie is somebody's."""
    named = dict(headers)
    return b"public" in named.get(b"cache-control", b"") and b"set-cookie" not in named


async def _hand_out(answer: Answer, scope: Scope, send: Send) -> None:
    status, headers, body = answer.status, answer.headers, answer.body
    if status == OK and _has_it(answer.etag, scope["headers"]):
        # RFC 9110, section 15.4.5: no body, so nothing is said of one.
        of_body = {b"content-length", b"content-type"}
        status, body = NOT_MODIFIED, b""
        headers = [(name, value) for name, value in headers if name not in of_body]
    elif scope["method"] == "HEAD":
        body = b""
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _has_it(etag: bytes, asked: Headers) -> bool:
    """RFC 9110, section 13.1.2: If-None-Match compares weakly."""
    had = b",".join(value for name, value in asked if name == b"if-none-match")
    if not etag or not had:
        return False
    tags = parse_etags(had.decode("latin-1"))
    ours = etag.decode("latin-1").removeprefix("W/")
    return tags == ["*"] or ours in {tag.removeprefix("W/") for tag in tags}
