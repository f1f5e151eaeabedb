"""Made-up browsers: each has its own keys and decrypts what it is sent."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import http_ece
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.support.pushrules import RefusedError, b64u

HEADER = 21  # bytes of an aes128gcm header before the key id, RFC 8188 section 2.1
POINT = 65  # bytes of an uncompressed P-256 public key


class Receiver:
    """A made-up browser: its own key pair, its own secret, an endpoint."""

    def __init__(self, name: str, endpoint: str, key: str | None) -> None:
        self.name = name
        self.endpoint = endpoint
        self.key = key
        self.gone = False
        self.auth = os.urandom(16)
        self._private = ec.generate_private_key(ec.SECP256R1())
        self.p256dh = self._private.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )

    @property
    def subscription(self) -> dict[str, Any]:
        """What PushSubscription.toJSON() gives in a real browser."""
        return {
            "endpoint": self.endpoint,
            "expirationTime": None,
            "keys": {"p256dh": b64u(self.p256dh), "auth": b64u(self.auth)},
        }

    def decrypt(self, body: bytes) -> bytes:
        """The plaintext; raises RefusedError when the browser would throw it away."""
        if len(body) < HEADER or body[20] != POINT:
            raise RefusedError(400, "the key id is no P-256 point (RFC 8291 section 4)")
        if int.from_bytes(body[16:20], "big") <= len(body) - HEADER - POINT:
            raise RefusedError(400, "more than one record (RFC 8291 section 4)")
        try:
            found: bytes = http_ece.decrypt(
                body,
                private_key=self._private,
                auth_secret=self.auth,
                version="aes128gcm",
            )
        except (http_ece.ECEException, ValueError) as error:
            raise RefusedError(400, f"cannot be decrypted: {error!r}") from error
        return found


@dataclass(frozen=True)
class Delivery:
    """A message as the browser decrypted it."""

    receiver: str
    plaintext: bytes
    headers: Mapping[str, str]
    claims: Mapping[str, Any]
    at: float  # time.monotonic()

    @property
    def message(self) -> dict[str, Any]:
        """The whole message, a declarative Web Push object."""
        found: dict[str, Any] = json.loads(self.plaintext)
        return found

    @property
    def notification(self) -> dict[str, Any]:
        found: dict[str, Any] = self.message["notification"]
        return found

    @property
    def tag(self) -> str:
        return str(self.notification.get("tag", ""))

    @property
    def kind(self) -> str:
        """alert, correction or retraction; empty when the message does not say."""
        return str((self.notification.get("data") or {}).get("kind", ""))
