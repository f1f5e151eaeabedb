"""A plain application server: encrypts with http_ece, signs by RFC 8292, sends.

It exists so that the far ends can be tested, and a browser journey that fails can be
told apart from a far end that fails, without our own push code in between.
"""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import time
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import http_ece
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from tests.support.pushrules import b64u, unb64u

HALF_A_DAY = 12 * 3600  # seconds a signature is good for


@dataclass(frozen=True)
class Route:
    """Where an https origin is really served, and who vouches for it."""

    port: int
    ca: str  # path of a PEM file


class Sender:
    """One application server key and what can be sent with it."""

    def __init__(self, routes: Mapping[str, Route] | None = None) -> None:
        self._private = ec.generate_private_key(ec.SECP256R1())
        self.public = b64u(point(self._private.public_key()))
        self._routes = dict(routes or {})  # by host name

    def post(
        self, subscription: Mapping[str, Any], plaintext: bytes | None, **headers: str
    ) -> int:
        """Send one message; give back the status. `headers`: TTL="60", Topic="a"…"""
        endpoint = str(subscription["endpoint"])
        body = b"" if plaintext is None else encrypt(subscription, plaintext)
        return self.send(endpoint, body, {**self.headers(endpoint, body), **headers})

    def send(self, endpoint: str, body: bytes, headers: Mapping[str, str]) -> int:
        """Send just these bytes under just these headers."""
        parts = urllib.parse.urlsplit(endpoint)
        connection = self._connection(str(parts.hostname), parts.port, parts.scheme)
        try:
            connection.request("POST", parts.path, body, dict(headers))
            answer = connection.getresponse()
            answer.read()
            return answer.status
        finally:
            connection.close()

    def headers(self, endpoint: str, body: bytes) -> dict[str, str]:
        found = {"TTL": "60", "Authorization": self.vapid(endpoint)}
        if body:
            found["Content-Encoding"] = "aes128gcm"
        return found

    def vapid(self, endpoint: str, **claims: object) -> str:
        """An Authorization header for this endpoint; `claims` replace the usual."""
        parts = urllib.parse.urlsplit(endpoint)
        head = {"typ": "JWT", "alg": "ES256"}
        body = {
            "aud": f"{parts.scheme}://{parts.netloc}",
            "exp": int(time.time()) + HALF_A_DAY,
            "sub": "mailto:desk@example.org",
            **claims,
        }
        signing = ".".join(b64u(json.dumps(part).encode()) for part in (head, body))
        der = self._private.sign(signing.encode(), ec.ECDSA(hashes.SHA256()))
        raw = b"".join(part.to_bytes(32, "big") for part in decode_dss_signature(der))
        return f"vapid t={signing}.{b64u(raw)}, k={self.public}"

    def _connection(
        self, host: str, port: int | None, scheme: str
    ) -> http.client.HTTPConnection:
        if scheme == "http":
            return http.client.HTTPConnection(host, port, timeout=10)
        route = self._routes[host]
        connection = http.client.HTTPSConnection(host, timeout=10)
        context = ssl.create_default_context(cafile=route.ca)
        plain = socket.create_connection(("127.0.0.1", route.port), 10)
        connection.sock = context.wrap_socket(plain, server_hostname=host)
        return connection


def encrypt(subscription: Mapping[str, Any], plaintext: bytes) -> bytes:
    """One message for one subscription (RFC 8291), with a key pair of its own."""
    keys = subscription["keys"]
    found: bytes = http_ece.encrypt(
        plaintext,
        private_key=ec.generate_private_key(ec.SECP256R1()),
        dh=unb64u(keys["p256dh"]),
        auth_secret=unb64u(keys["auth"]),
        version="aes128gcm",
    )
    return found


def point(key: ec.EllipticCurvePublicKey) -> bytes:
    """A public key as the 65 bytes that Web Push writes."""
    return key.public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
