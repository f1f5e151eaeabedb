"""Sending: letters to push services over HTTP/2; answers are data.

libcurl does the work. What it is told here is for safety first: no redirect, no proxy
from the environment, no other protocol, and each address is looked at before a
connection is made to it (`services.public_address`), so a name that resolves into our
own network leads nowhere.
"""

from __future__ import annotations

import logging
import socket
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pycurl
from django.conf import settings

from stoppress.lib.clock import now
from stoppress.protocols import push_encryption, push_request, vapid
from stoppress.protocols.errors import ProtocolError
from stoppress.protocols.origin import origin
from stoppress.protocols.push_request import (
    NO_ANSWER,
    Answer,
    Fault,
    Outcome,
    PushRequest,
)
from stoppress.push import vapid_key
from stoppress.push.services import public_address

if TYPE_CHECKING:
    from stoppress.push.vault import Subscription

log = logging.getLogger(__name__)

# More streams than a push service allows make libcurl lose requests; none allows fewer.
STREAMS = 100
CONNECTIONS = 4

# A push service that is silent for so long will not answer. libcurl counts from the
# moment it is given the letter, also while that waits for a connection: so it is given
# no more than can fly (push/origins.py).
TIMEOUT = 20  # seconds
CONNECT_TIMEOUT = 10  # seconds

MULTIPLEXED = {pycurl.CURL_HTTP_VERSION_2_0, pycurl.CURL_HTTP_VERSION_3}

HTTP_TOO = pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS

# Push services answer with a line or two; a stranger could answer with gigabytes.
ANSWER_AT_MOST = 64 * 1024  # bytes

# A signed header serves every message to one origin for this long (it is valid twice
# as long, RFC 8292 section 2).
VAPID_KEPT = vapid.LIFETIME // 2  # seconds


@dataclass(frozen=True, slots=True)
class Letter:
    """One message for one follower."""

    follower: int
    subscription: Subscription
    text: bytes
    topic: str
    urgency: str
    ttl: int  # seconds


@dataclass(frozen=True, slots=True)
class Reply:
    """What became of one letter, and how it went over the line."""

    answer: Answer
    multiplexed: bool = False  # HTTP/2: one connection carries many
    queued: float = 0  # seconds that it waited in libcurl before it could start


class Sender:
    """Sends letters from the event loop in which it is first used."""

    def __init__(self) -> None:
        self._multi: pycurl.AsyncCurlMulti | None = None
        self._headers: dict[str, tuple[str, float]] = {}

    async def send(self, letter: Letter) -> Reply:
        """Hands one letter over. Never raises for what a push service does. Each costs
        some 90 KB in libcurl while it is under way: the caller bounds how many are."""
        try:
            request = self._request(letter)
        except ProtocolError as error:
            log.warning("Follower %s cannot be sent to: %s", letter.follower, error)
            return Reply(Answer(Outcome.REFUSED, 0, Fault.MESSAGE))
        return await self._post(request)

    async def close(self) -> None:
        """Ends all connections."""
        if self._multi is not None:
            await self._multi.aclose()
            self._multi = None

    def _request(self, letter: Letter) -> PushRequest:
        sub = letter.subscription
        receiver = push_encryption.receiver(sub.p256dh, sub.auth)
        body = push_encryption.encrypt(letter.text, receiver.p256dh, receiver.auth)
        return push_request.request(
            sub.endpoint,
            body,
            authorization=self._authorization(sub.endpoint),
            ttl=letter.ttl,
            urgency=push_request.Urgency(letter.urgency),
            topic=letter.topic,
        )

    def _authorization(self, endpoint: str) -> str:
        where = origin(endpoint)
        header, until = self._headers.get(where, ("", 0.0))
        if until < time.monotonic():
            header = vapid.authorization(
                vapid_key.load(),
                endpoint,
                subject=settings.PUSH_CONTACT,
                now=int(now().timestamp()),
            )
            self._headers[where] = (header, time.monotonic() + VAPID_KEPT)
        return header

    async def _post(self, request: PushRequest) -> Reply:
        curl, said = _handle(request)
        try:
            await self._curls().perform(curl)
        except pycurl.error as error:
            # What an address says must not fill the log; the origin is enough.
            log.info("%s gave no answer: %s", request.origin, error)
            return Reply(NO_ANSWER)
        else:
            status = int(curl.getinfo(pycurl.RESPONSE_CODE))
            moment = int(now().timestamp())
            return Reply(
                push_request.answer(status, said.get("retry-after"), now=moment),
                multiplexed=curl.getinfo(pycurl.INFO_HTTP_VERSION) in MULTIPLEXED,
                queued=curl.getinfo(pycurl.QUEUE_TIME_T) / 1_000_000,
            )
        finally:
            curl.close()

    def _curls(self) -> pycurl.AsyncCurlMulti:
        if self._multi is None:
            self._multi = pycurl.AsyncCurlMulti()
            self._multi.setopt(pycurl.M_PIPELINING, pycurl.PIPE_MULTIPLEX)
            self._multi.setopt(pycurl.M_MAX_HOST_CONNECTIONS, CONNECTIONS)
            self._multi.setopt(pycurl.M_MAX_CONCURRENT_STREAMS, STREAMS)
        return self._multi


def _handle(request: PushRequest) -> tuple[pycurl.Curl, dict[str, str]]:
    """A transfer for the request, and where its answer's headers will be."""
    said: dict[str, str] = {}
    curl = pycurl.Curl()
    options: dict[int, Any] = {
        pycurl.URL: request.url,
        pycurl.HTTPHEADER: [f"{k}: {v}" for k, v in request.headers.items()]
        + ["Expect:"],
        pycurl.POSTFIELDS: request.body,
        pycurl.HTTP_VERSION: pycurl.CURL_HTTP_VERSION_2TLS,
        pycurl.PIPEWAIT: 1,
        pycurl.FOLLOWLOCATION: 0,
        pycurl.PROXY: "",
        pycurl.PROTOCOLS: HTTP_TOO if settings.PUSH_LOOPBACK else pycurl.PROTO_HTTPS,
        pycurl.TIMEOUT: TIMEOUT,
        pycurl.CONNECTTIMEOUT: CONNECT_TIMEOUT,
        pycurl.NOSIGNAL: 1,
        pycurl.OPENSOCKETFUNCTION: _open_socket,
        pycurl.WRITEFUNCTION: _Swallow(),
        pycurl.HEADERFUNCTION: lambda line: _note(line, said),
    }
    if settings.PUSH_CA:
        options[pycurl.CAINFO] = settings.PUSH_CA
    if settings.PUSH_CONNECT_TO:
        options[pycurl.CONNECT_TO] = [
            to.replace("=", ":", 1) for to in settings.PUSH_CONNECT_TO
        ]
    for option, value in options.items():
        curl.setopt(option, value)
    return curl, said


def _open_socket(_purpose: int, address: Any) -> Any:
    """A socket for a public address; for any other, none."""
    family, kind, protocol, where = address
    if not public_address(str(where[0])):
        log.warning("A push service's name leads to %s: not connected.", where[0])
        return pycurl.SOCKET_BAD
    return _Lent(socket.socket(family, kind, protocol))


class _Lent:
    """A socket for pycurl, which keeps a duplicate of it: ours is closed once dropped."""

    def __init__(self, own: socket.socket) -> None:
        self._own = own

    def fileno(self) -> int:
        return self._own.fileno()

    def __del__(self) -> None:
        self._own.close()


def _note(line: bytes, said: dict[str, str]) -> None:
    name, colon, value = line.decode("latin-1").partition(":")
    if colon:
        said[name.strip().lower()] = value.strip()


class _Swallow:
    """Takes an answer's body and forgets it; too long a one ends the transfer."""

    def __init__(self) -> None:
        self._size = 0

    def __call__(self, data: bytes) -> int:
        self._size += len(data)
        return len(data) if self._size <= ANSWER_AT_MOST else 0
