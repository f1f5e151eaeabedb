"""Subscriptions at rest: sealed, so that a stolen database alerts nobody.

An endpoint is a capability: whoever has it and its keys can write on a reader's screen.
The database holds it sealed with AES-256-GCM under a key that lies beside the database,
not in it (DATA/keys/vault.key), and a keyed digest by which it is found again.
"""

from __future__ import annotations

import functools
import hashlib
import hmac
import secrets
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from stoppress.push.errors import VaultError

KEY_SIZE = 32  # bytes: AES-256
NONCE_SIZE = 12  # bytes, as GCM wants it (NIST SP 800-38D section 5.2.1.1)

# Stands in no base64url, which the first two parts are.
SEPARATOR = "\n"

# Of the nonce, which is drawn anew whenever a subscription is written.
LABEL_SIZE = 4  # bytes


class Subscription(NamedTuple):
    """A browser's push subscription; keys as base64url, as the browser gave them.
    `vapid`: the id of the key of ours that it was made under, '' where that is not said;
    it is no secret, and not sealed."""

    endpoint: str
    p256dh: str
    auth: str
    vapid: str = ""


@functools.cache
def key() -> bytes:
    """The vault's key; drawn when there is none yet."""
    found = settings.FOLDER.key("vault.key", lambda: secrets.token_bytes(KEY_SIZE))
    if len(found) != KEY_SIZE:
        raise VaultError("keys/vault.key is damaged: restore it from a backup.")
    return found


def seal(subscription: Subscription) -> bytes:
    """The subscription as the database may hold it."""
    nonce = secrets.token_bytes(NONCE_SIZE)
    parts = (subscription.p256dh, subscription.auth, subscription.endpoint)
    plain = SEPARATOR.join(parts).encode()
    return nonce + _cipher().encrypt(nonce, plain, None)


def unseal(sealed: bytes) -> Subscription:
    """The subscription again. VaultError when the key is another one."""
    try:
        plain = _cipher().decrypt(sealed[:NONCE_SIZE], sealed[NONCE_SIZE:], None)
    except InvalidTag as error:
        raise VaultError(
            "A follower's subscription does not open with keys/vault.key: restore the "
            "key that belongs to this database."
        ) from error
    # Not JSON: this is read once a message.
    p256dh, auth, endpoint = plain.decode().split(SEPARATOR, 2)
    return Subscription(endpoint, p256dh, auth)


def label(sealed: bytes) -> bytes:
    """Tells this sealed subscription from the follower's next (push/keyring.py)."""
    return sealed[:LABEL_SIZE]


def address(endpoint: str) -> str:
    """The digest by which a follower is found: 64 hexadecimal digits."""
    return hmac.digest(key(), endpoint.encode(), hashlib.sha256).hex()


@functools.cache
def _cipher() -> AESGCM:
    return AESGCM(key())
