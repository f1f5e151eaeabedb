"""Where the canary's letters come in: a push service for one browser, which is ours.

`POST /canary/<token>`. Whoever does not know the token gets an empty 404. Whoever does is
either our own sender or has read our memory, and is checked as strictly as a push service
checks (RFC 8030, RFC 8292) and then as a browser does (RFC 8291): only a message that was
signed by this newsroom, for this newsroom, and sealed for the canary is answered 201.
Nothing is written, whatever comes.
"""

from __future__ import annotations

import hmac
import json
import logging
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from stoppress.lib.clock import now
from stoppress.protocols import base64url, push_encryption, vapid
from stoppress.protocols.declarative import MAGIC
from stoppress.protocols.push_encryption import BODY_AT_MOST, UnreadableError
from stoppress.protocols.push_request import Urgency
from stoppress.protocols.vapid import VapidError
from stoppress.push import canary, vapid_key

if TYPE_CHECKING:
    from django.http import HttpRequest

log = logging.getLogger(__name__)


class Unheard(Exception):
    """What came is no message that a browser would show; answered with `status`."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


@csrf_exempt  # it takes a signature, and no cookie
@require_POST
def hear(request: HttpRequest, token: str) -> HttpResponse:
    """201 for what the canary can read; else what a push service would answer."""
    known = canary.token().encode()
    if not canary.reached_at() or not hmac.compare_digest(token.encode(), known):
        return _answer(404)
    try:
        _read(request)
    except Unheard as unheard:
        # The token is the sender's alone: it is our own letter that cannot be read.
        log.error("The canary cannot read a message: %s.", unheard)  # noqa: TRY400
        return _answer(unheard.status)
    return _answer(201)


def _read(request: HttpRequest) -> None:
    _check_signature(request.headers.get("Authorization", ""))
    headers = request.headers
    if headers.get("Content-Encoding") != "aes128gcm":
        raise Unheard(415, "it is not coded as aes128gcm")
    if not headers.get("TTL", "").isdecimal():
        raise Unheard(400, "it has no TTL (RFC 8030 section 5.2)")
    if headers.get("Urgency", Urgency.NORMAL) not in set(Urgency):
        raise Unheard(400, "its Urgency is none (RFC 8030 section 5.3)")
    body = request.read(BODY_AT_MOST + 1)
    if len(body) > BODY_AT_MOST:
        raise Unheard(413, f"it has more than {BODY_AT_MOST} octets")
    try:
        text = push_encryption.unseal(body, canary.key(), canary.auth())
    except UnreadableError as error:
        raise Unheard(400, f"it does not open: {error}") from error
    _check_words(text, headers.get("Topic", ""))


def _check_signature(header: str) -> None:
    moment = int(now().timestamp())
    try:
        claims = vapid.verify(header, audience=canary.service(), now=moment)
    except VapidError as error:
        advice = "STOPPRESS_URL must be the same for all processes"
        raise Unheard(403, f"its signature is not good: {error}; {advice}") from error
    ours = {pair.public for pair in vapid_key.pairs().values()}
    if base64url.encode(claims.key) not in ours:
        raise Unheard(403, "it is signed with no key of ours: see stoppress keys")


def _check_words(text: bytes, topic: str) -> None:
    """It is declarative (`web_push: 8030`), and says what the envelope says."""
    try:
        said = json.loads(text)
        tag = said["notification"]["tag"]
    except (ValueError, RecursionError, TypeError, KeyError) as error:
        raise Unheard(400, "it says nothing that a browser would show") from error
    if said.get("web_push") != MAGIC:
        raise Unheard(400, "it is not a declarative message")
    if tag != topic:
        raise Unheard(400, "its Topic is not its tag")
    log.info("The canary has read %s.", topic)


def _answer(status: int) -> HttpResponse:
    return HttpResponse(status=status, headers={"Cache-Control": "no-store"})
