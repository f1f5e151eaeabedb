"""What a push service demands of a request: RFC 8030, RFC 8291 and RFC 8292.

All far ends (pushfar, autopush, fcm) judge by these rules, so that our sender meets
in the tests what it will meet in the world. Nothing here uses our own push code: a
mistake made twice would be no mistake at all.
"""

from __future__ import annotations

import base64
import json
import re
import time
from collections.abc import Collection, Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

LARGEST_BODY = 4096  # bytes a service has to take, RFC 8030 section 7.2
LONGEST_CLAIM = 24 * 3600  # seconds a signature may be good for, RFC 8292 section 2
URGENCIES = {"very-low", "low", "normal", "high"}  # RFC 8030 section 5.3
TOPIC = re.compile(r"[A-Za-z0-9_-]{1,32}")  # RFC 8030 section 5.4


class RefusedError(Exception):
    """A request that a push service would turn away."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(f"{status}: {why}")
        self.status = status
        self.why = why


def check(
    headers: Mapping[str, str],
    body: bytes,
    *,
    audiences: Collection[str],
    key: str | None = None,
) -> dict[str, Any]:
    """Judge one request to deliver a message; give back the sender's VAPID claims.

    `audiences` are the origins under which this service is known; `key` is the
    application server key that the subscription was made with (base64url), None when
    any will do. Raises RefusedError with the status that a service would answer.
    """
    if not headers.get("TTL", "").isdigit():
        raise RefusedError(400, "TTL is missing or no number (RFC 8030 section 5.2)")
    if headers.get("Urgency", "normal") not in URGENCIES:
        raise RefusedError(400, "unknown Urgency (RFC 8030 section 5.3)")
    if not TOPIC.fullmatch(headers.get("Topic", "a")):
        raise RefusedError(400, "malformed Topic (RFC 8030 section 5.4)")
    if len(body) > LARGEST_BODY:
        raise RefusedError(413, f"{len(body)} bytes (RFC 8030 section 7.2)")
    if body and headers.get("Content-Encoding") != "aes128gcm":
        raise RefusedError(400, "not aes128gcm (RFC 8291 section 4)")
    signer, claims = verify(headers.get("Authorization", ""), audiences)
    if key and signer != key.rstrip("="):
        raise RefusedError(403, "another application server's key (RFC 8292, 4.2)")
    return claims


def verify(header: str, audiences: Collection[str]) -> tuple[str, dict[str, Any]]:
    """Check a VAPID Authorization header; give back the key (base64url) and claims.

    Raises RefusedError 401 for anything that RFC 8292 sections 2 and 3 do not allow.
    """
    scheme, _, rest = header.partition(" ")
    if scheme.lower() != "vapid":
        raise RefusedError(401, "no vapid authorization")
    try:
        parts = dict(part.strip().split("=", 1) for part in rest.split(","))
        claims = _signed(parts["t"], parts["k"])
    except (KeyError, ValueError, InvalidSignature) as error:
        raise RefusedError(401, f"bad vapid authorization: {error!r}") from error
    if claims.get("aud") not in audiences:
        raise RefusedError(401, f"aud {claims.get('aud')} is none of {audiences}")
    now = time.time()
    if not now < claims.get("exp", 0) <= now + LONGEST_CLAIM:
        raise RefusedError(401, "exp is past or more than 24 hours away")
    if not str(claims.get("sub", "")).startswith(("mailto:", "https:")):
        raise RefusedError(401, "sub is no mailto: or https: address")
    return parts["k"].rstrip("="), claims


def _signed(token: str, key: str) -> dict[str, Any]:
    header, claims, signature = token.split(".")
    if json.loads(unb64u(header)).get("alg") != "ES256":
        raise ValueError("alg is not ES256")
    raw = unb64u(signature)
    if len(raw) != 64:
        raise ValueError("the signature is not 64 bytes")
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unb64u(key))
    public.verify(
        encode_dss_signature(
            int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
        ),
        f"{header}.{claims}".encode(),
        ec.ECDSA(hashes.SHA256()),
    )
    found: dict[str, Any] = json.loads(unb64u(claims))
    return found


def b64u(raw: bytes) -> str:
    """Base64url without padding (RFC 4648 section 5), as push writes it everywhere."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unb64u(text: str) -> bytes:
    """The bytes of base64url, padded or not."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
