"""A push service with made-up browsers behind it, on loopback.

It is a real HTTP server: it judges each request by the standards (pushrules), then does
what the browser would do, which is to decrypt the message with the receiver's own key.
The decryption is http_ece's, not ours. A test scripts what it answers (a status, a
Retry-After, a lost connection) and counts what reached whom.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import Counter, defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from aiohttp import web

from tests.support.closing import Closing
from tests.support.loopthread import LoopThread
from tests.support.pushrules import RefusedError, b64u, check
from tests.support.receivers import HEADER, POINT, Delivery, Receiver
from tests.support.waiting import Noticeboard


@dataclass(frozen=True)
class Answer:
    """What the service says to one request."""

    status: int = 201
    headers: Mapping[str, str] = field(default_factory=dict)
    delivers: bool = True  # whether the browser gets the message (only with a 2xx)
    breaks: bool = False  # the connection is cut instead of an answer
    after: float = 0  # seconds until the answer


ACCEPTED = Answer()
GONE = Answer(410)
RESET = Answer(delivers=False, breaks=True)  # cut before the message was taken
LOST = Answer(breaks=True)  # taken and delivered, but the sender never hears of it


def busy(retry_after: int | str, status: int = 429) -> Answer:
    """Too many requests; come again after so many seconds (or at an HTTP date)."""
    return Answer(status, {"Retry-After": str(retry_after)})


@dataclass(frozen=True)
class Request:
    """One request, whatever became of it."""

    receiver: str  # empty: nobody's endpoint
    status: int  # 0: the connection was cut
    why: str
    at: float  # time.monotonic()


class PushFar(Noticeboard, Closing):
    """The service: make receivers, script answers, count what came."""

    def __init__(self, thread: LoopThread | None = None) -> None:
        super().__init__()
        self.receivers: dict[str, Receiver] = {}  # by name
        self.deliveries: list[Delivery] = []
        self.requests: list[Request] = []
        self.reused: list[str] = []  # sender keys seen with two different messages
        self.most_at_once = 0
        self._own = thread is None
        self._thread = thread or LoopThread()
        self._by_token: dict[str, Receiver] = {}
        self._next: dict[str, deque[Answer]] = defaultdict(deque)
        self._always: dict[str, Answer] = {}
        self._keys: dict[bytes, bytes] = {}  # sender's public key -> body
        self._open = 0
        self._gate = asyncio.Event()
        self._gate.set()
        app = web.Application(client_max_size=1 << 20)
        app.router.add_post("/push/{token}", self._receive)
        self._served = self._thread.serve(app)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self._served.port}"

    def receiver(self, name: str = "", *, key: str | None = None) -> Receiver:
        """A new browser; `key`: the application server key it subscribed with."""
        token = secrets.token_urlsafe(16)
        name = name or f"reader {len(self.receivers) + 1}"
        found = Receiver(name, f"{self.origin}/push/{token}", key)
        self.receivers[name] = self._by_token[token] = found
        return found

    def answers(self, *answers: Answer, to: str = "") -> None:
        """Answer the next requests so; `to`: only those for this receiver."""
        self._next[to].extend(answers)

    def always(self, answer: Answer, to: str = "") -> None:
        """Answer so from now on (to this receiver), once the script is used up."""
        self._always[to] = answer

    def hold(self) -> None:
        """Take requests but answer and deliver none until `release`."""
        self._thread.loop.call_soon_threadsafe(self._gate.clear)

    def release(self) -> None:
        """Answer and deliver what was held back, and all that comes after it."""
        self._thread.loop.call_soon_threadsafe(self._gate.set)

    def of(self, name: str) -> list[Delivery]:
        """What this receiver got, in order."""
        return [d for d in list(self.deliveries) if d.receiver == name]

    @property
    def counts(self) -> Counter[tuple[str, str]]:
        """How many messages came, by receiver and tag."""
        return Counter((d.receiver, d.tag) for d in list(self.deliveries))

    @property
    def kinds(self) -> Counter[tuple[str, str, str]]:
        """How many messages came, by receiver, tag and kind."""
        return Counter((d.receiver, d.tag, d.kind) for d in list(self.deliveries))

    def describe(self) -> str:
        lines = [f"{r.receiver or '-'}: {r.status} {r.why}" for r in self.requests]
        return "\n".join([f"{len(lines)} requests, the last:", *lines[-10:]])

    def close(self) -> None:
        self.release()
        self._served.stop()
        if self._own:
            self._thread.close()

    async def _receive(self, request: web.Request) -> web.StreamResponse:
        receiver = self._by_token.get(request.match_info["token"])
        body = await request.read()
        self._open += 1
        self.most_at_once = max(self.most_at_once, self._open)
        self.changed()
        try:
            await self._gate.wait()
            return await self._reply(request, receiver, body)
        finally:
            self._open -= 1
            self.changed()

    async def _reply(
        self, request: web.Request, receiver: Receiver | None, body: bytes
    ) -> web.StreamResponse:
        name = receiver.name if receiver else ""
        answer = self._scripted(name)
        try:
            if 200 <= answer.status < 300:
                self._take(request, receiver, body, delivers=answer.delivers)
        except RefusedError as refused:
            self._note(name, refused.status, refused.why)
            return web.Response(status=refused.status, text=refused.why)
        if answer.after:
            await asyncio.sleep(answer.after)
        self._note(name, 0 if answer.breaks else answer.status, "as scripted")
        if answer.breaks and request.transport:
            request.transport.abort()
        # RFC 8030 section 5: a message taken has an address of its own.
        location = {"Location": f"{self.origin}/m/{secrets.token_hex(8)}"}
        headers = {**(location if answer.status == 201 else {}), **answer.headers}
        return web.Response(status=answer.status, headers=headers)

    def _scripted(self, name: str) -> Answer:
        for to in (name, ""):
            if self._next[to]:
                return self._next[to].popleft()
        return self._always.get(name) or self._always.get("") or ACCEPTED

    def _take(
        self,
        request: web.Request,
        receiver: Receiver | None,
        body: bytes,
        *,
        delivers: bool,
    ) -> None:
        if receiver is None:
            raise RefusedError(404, "no such subscription")
        if receiver.gone:
            raise RefusedError(410, "unsubscribed")
        headers = request.headers
        claims = check(headers, body, audiences={self.origin}, key=receiver.key)
        plaintext = receiver.decrypt(body) if body else b""
        self._watch_keys(body)
        if delivers:
            self.deliveries.append(
                Delivery(receiver.name, plaintext, headers, claims, time.monotonic())
            )

    def _watch_keys(self, body: bytes) -> None:
        # RFC 8291 section 2 wants a fresh key pair for each message; the same bytes
        # again are the same message, sent again after a lost answer.
        key = body[HEADER : HEADER + POINT]
        if body and self._keys.setdefault(key, body) != body:
            self.reused.append(b64u(key))

    def _note(self, receiver: str, status: int, why: str) -> None:
        self.requests.append(Request(receiver, status, why, time.monotonic()))
