"""The canary: a follower of our own, that is told of everything as readers are.

The theory. That letters were handed to push services says nothing of whether a browser
could have read them: a key that does not fit, a header that is malformed, a sender that
stands still are all seen from the other end only. So one follower is ours. It has a key
pair and a secret as a browser has, and its push service is an address of this newsroom's
own web server (`push/hearing.py`), which checks and opens what comes as a push service
and a browser would. Its answer is the report: 201 when the message was read, so the sender
needs no other word, and whoever knocks there writes nothing anywhere.

*It is no reader.* It has no row among the followers, so nothing that counts, lists or
exports them can find it. In bitmaps it is number 0, which no row ever has: the audience
contains it, the ledger notes it, the keyring keys it, and whoever counts readers leaves
that one bit out (`readers`).

*The way to it.* Its address is at the newsroom's public origin, for that is what the VAPID
header is signed for; the connection goes straight to where the web server listens, which
is noted in the data folder or set by the operator. No proxy and no name is asked. This
one letter may therefore go to a private address, in the clear, and no other: the sender
goes by the number, not by what an address says, and no stranger has the number.

What it cannot see: whether push services hand on what they took, and whether the proxy in
front lets pages through (`stoppress doctor --url` looks at that).
"""

from __future__ import annotations

import functools
import hashlib
import hmac
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from stoppress.protocols import base64url, vapid
from stoppress.protocols.origin import origin
from stoppress.protocols.push_encryption import AUTH_SIZE
from stoppress.push import vault
from stoppress.push.vault import Subscription

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from pyroaring import BitMap

# No follower's: databases count from 1.
NUMBER = 0

# Where its push service is, followed by the token.
PLACE = "/canary/"

# The setting's word for none.
NONE = "no"

_SCALAR = 32  # octets of a P-256 private key


def reached_at() -> str:
    """Where the sender reaches the web server, such as `http://localhost:8000`. '' where
    there is no canary: it is switched off, or no web server has said where it listens."""
    if settings.CANARY == NONE:
        return ""
    return settings.CANARY or settings.FOLDER.listens_at()


def readers(page: BitMap) -> int:
    """How many of these are readers."""
    return len(page) - (NUMBER in page)


@functools.cache
def key() -> EllipticCurvePrivateKey:
    """Its private key; made when there is none yet."""
    return vapid.read_key(settings.FOLDER.key("canary.pem", vapid.new_key))


@functools.cache
def auth() -> bytes:
    """Its secret, as a browser draws one (RFC 8291 section 3.2)."""
    return _derived(b"auth")[:AUTH_SIZE]


@functools.cache
def token() -> str:
    """What makes its address one that nobody can guess: 43 characters."""
    return base64url.encode(_derived(b"token"))


def service() -> str:
    """Its push service's origin: the newsroom's own."""
    return origin(settings.SITE_URL)


@functools.cache
def subscription() -> Subscription:
    """What a browser would have handed over for it."""
    public = key().public_key()
    point = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return Subscription(
        endpoint=f"{service()}{PLACE}{token()}",
        p256dh=base64url.encode(point),
        auth=base64url.encode(auth()),
    )


@functools.cache
def sealed() -> bytes:
    """The subscription as a follower's row would hold it."""
    return vault.seal(subscription())


def way() -> tuple[str, str]:
    """The address to which its letters are posted, and the Host that they name."""
    return f"{reached_at()}{PLACE}{token()}", urlsplit(settings.SITE_URL).netloc


def _derived(label: bytes) -> bytes:
    """A secret that comes from the private key alone, so that one file holds all."""
    scalar = key().private_numbers().private_value.to_bytes(_SCALAR, "big")
    return hmac.digest(scalar, b"stoppress canary " + label, hashlib.sha256)
