"""Message encryption for Web Push: RFC 8291, over the coding of RFC 8188.

A message costs two things of very different price. Agreeing on keying material with the
receiver (a new P-256 pair and an ECDH with the receiver's key: about 90 µs) does not
depend on what the message says; sealing the text (HMACs and AES-GCM: about 7 µs) does.
So they are two functions: `agree` may run before there is any news, and its result kept
in memory; `seal` runs when there is. The salt is drawn in `seal`, at the last moment:
keying material that is sealed twice by mistake is then still safe, where keeping salt and
nonce too would save microseconds and make such a mistake fatal to AES-GCM.

Keying material is a secret: it opens what is sealed with it. It is never written to disk.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from stoppress.protocols import aes128gcm, base64url
from stoppress.protocols.errors import ProtocolError

PUBLIC_KEY_SIZE = 65  # 0x04, x, y
AUTH_SIZE = 16  # section 3.2

# RFC 8030 section 7.2: a push service need not take more than 4,096 octets of body.
BODY_AT_MOST = 4096
# What that leaves for text (RFC 8291 section 4): without header and key id, tag, and the
# one octet that ends the record. 3,993.
PLAINTEXT_AT_MOST = (
    BODY_AT_MOST - aes128gcm.HEADER_SIZE - PUBLIC_KEY_SIZE - aes128gcm.TAG_SIZE - 1
)

_CURVE = ec.SECP256R1()
_ECDH = ec.ECDH()
_UNCOMPRESSED = b"\x04"


class EncryptionError(ProtocolError):
    """A push message cannot be sealed, or opened."""


class BadReceiverKeyError(EncryptionError):
    """The follower's `p256dh` is not a point of P-256: the subscription is not real."""


class BadAuthSecretError(EncryptionError):
    """The follower's `auth` is not 16 octets: the subscription is not real."""


class BadSaltError(EncryptionError):
    """A salt must have 16 octets; leave it out to have one drawn."""


class PlaintextTooLongError(EncryptionError):
    """The message is longer than PLAINTEXT_AT_MOST: shorten it before sealing."""


class UnreadableError(EncryptionError):
    """A body was not sealed for this receiver, or not as RFC 8291 has it."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """What a browser's subscription says about how to seal for it."""

    p256dh: bytes
    auth: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class KeyingMaterial:
    """Our public key (65 octets) and the secret agreed with it (32 octets)."""

    public: bytes
    ikm: bytes = field(repr=False)


def receiver(p256dh: str, auth: str) -> Receiver:
    """The Receiver of a subscription's `keys`, as base64url text, checked.

    Raises BadReceiverKeyError or BadAuthSecretError.
    """
    try:
        public = base64url.decode(p256dh)
    except base64url.BadBase64Error as error:
        raise BadReceiverKeyError("p256dh is not base64url") from error
    try:
        secret = base64url.decode(auth)
    except base64url.BadBase64Error as error:
        raise BadAuthSecretError("auth is not base64url") from error
    _receiver_key(public)
    _check_auth(secret)
    return Receiver(public, secret)


def agree(
    p256dh: bytes,
    auth: bytes,
    *,
    private_key: ec.EllipticCurvePrivateKey | None = None,
) -> KeyingMaterial:
    """Keying material for one message to one receiver (sections 3.1 to 3.4).

    Draws a new pair unless `private_key` is given, which is for the standard's examples.
    Raises BadReceiverKeyError or BadAuthSecretError.
    """
    receiver_key = _receiver_key(p256dh)
    _check_auth(auth)
    own = private_key or ec.generate_private_key(_CURVE)
    public = _octets(own.public_key())
    shared = own.exchange(_ECDH, receiver_key)
    return KeyingMaterial(public, _ikm(shared, auth, p256dh, public))


def seal(
    material: KeyingMaterial,
    plaintext: bytes,
    salt: bytes | None = None,
    *,
    pad_to: int = 0,
) -> bytes:
    """The body to send: one record, at most BODY_AT_MOST octets.

    `salt` is for the standard's examples: left out, a fresh one is drawn. `pad_to` fills
    up to that many octets, so that the length tells less. Raises PlaintextTooLongError, BadSaltError.
    """
    if max(len(plaintext), pad_to) > PLAINTEXT_AT_MOST:
        raise PlaintextTooLongError(
            f"{max(len(plaintext), pad_to)} octets; a push message takes at most "
            f"{PLAINTEXT_AT_MOST}"
        )
    if salt is None:
        salt = secrets.token_bytes(aes128gcm.SALT_SIZE)
    elif len(salt) != aes128gcm.SALT_SIZE:
        raise BadSaltError(f"a salt of {len(salt)} octets")
    return aes128gcm.encode(
        plaintext, ikm=material.ikm, salt=salt, key_id=material.public, pad_to=pad_to
    )


def encrypt(plaintext: bytes, p256dh: bytes, auth: bytes, *, pad_to: int = 0) -> bytes:
    """Agree and seal in one step, for a single message."""
    return seal(agree(p256dh, auth), plaintext, pad_to=pad_to)


def unseal(body: bytes, key: ec.EllipticCurvePrivateKey, auth: bytes) -> bytes:
    """What a browser reads in the body: `key` and `auth` are the receiver's own.

    Raises UnreadableError, BadAuthSecretError.
    """
    _check_auth(auth)

    def ikm_of(sender: bytes) -> bytes:
        # Section 4: the key id is the sender's public key, a stranger's input as well.
        try:
            shared = key.exchange(_ECDH, _receiver_key(sender))
        except BadReceiverKeyError as error:
            raise UnreadableError("the key id is not a point of P-256") from error
        return _ikm(shared, auth, _octets(key.public_key()), sender)

    try:
        return aes128gcm.decode(body, ikm_of)
    except aes128gcm.CodingError as error:
        raise UnreadableError(str(error)) from error


def _ikm(shared: bytes, auth: bytes, receiver: bytes, sender: bytes) -> bytes:
    """Section 3.4; each HKDF expansion is one HMAC with counter 1."""
    prk_key = hmac.digest(auth, shared, "sha256")
    key_info = b"WebPush: info\0" + receiver + sender
    return hmac.digest(prk_key, key_info + b"\x01", "sha256")


def _octets(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _receiver_key(p256dh: bytes) -> ec.EllipticCurvePublicKey:
    # A follower's key is a stranger's input. Section 3.1: the uncompressed form; section
    # 7: a point that is not on the curve would leak our private key bit by bit.
    if len(p256dh) != PUBLIC_KEY_SIZE or not p256dh.startswith(_UNCOMPRESSED):
        raise BadReceiverKeyError(
            f"p256dh must be {PUBLIC_KEY_SIZE} octets that begin with 04, "
            f"not {len(p256dh)} octets"
        )
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, p256dh)
    except ValueError as error:
        raise BadReceiverKeyError("p256dh is not a point of the curve P-256") from error


def _check_auth(auth: bytes) -> None:
    if len(auth) != AUTH_SIZE:
        raise BadAuthSecretError(f"auth must be {AUTH_SIZE} octets, not {len(auth)}")
