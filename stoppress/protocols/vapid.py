"""VAPID (RFC 8292): how a push service knows which newsroom is speaking.

A short-lived token, signed with the newsroom's own P-256 key, says for which push service
it is (`aud`), until when (`exp`) and whom to write to (`sub`). One header serves every
message to the same origin until it expires: make it once, keep it, renew it at half its
life. The browser ties each subscription to the public key, so the key must outlive all
followers; it lies in the data folder.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from stoppress.protocols import base64url, es256
from stoppress.protocols.errors import ProtocolError
from stoppress.protocols.origin import origin
from stoppress.protocols.push_encryption import PUBLIC_KEY_SIZE

# Section 2: a token must not be valid for longer than 24 hours.
LIFETIME_AT_MOST = 24 * 3600
# Half of that, so that a push service whose clock is behind ours still accepts it.
LIFETIME = 12 * 3600

_CURVE = ec.SECP256R1()
_KEY_SIZE = 32  # octets of a private key
_SUBJECT = re.compile(r"mailto:[!-;=?-~]+@[!-;=?-~]+|https://[!-;=?-~]+")
# RFC 9110 section 11.4: name = token, or name = "quoted".
_PARAMETER = re.compile(r'\s*([A-Za-z]+)\s*=\s*("?)([A-Za-z0-9._-]+)\2\s*')


class VapidError(ProtocolError):
    """The newsroom cannot identify itself to a push service, or somebody's claim fails."""


class BadVapidKeyError(VapidError):
    """The key is not a P-256 private key in PEM: restore keys/vapid.pem from a backup."""


class BadSubjectError(VapidError):
    """The contact must be a `mailto:` or `https:` address (section 2.1)."""


class BadLifetimeError(VapidError):
    """A token lives for more than nothing and at most 24 hours (section 2)."""


class MalformedVapidError(VapidError):
    """The Authorization header is not of the form `vapid t=…, k=…` (section 3)."""


class ForgedVapidError(VapidError):
    """The token was not signed with the key that the header shows."""


class MisaddressedVapidError(VapidError):
    """The token's `aud` is not the push service's own origin."""


class ExpiredVapidError(VapidError):
    """The token's `exp` has passed, is missing, or lies more than 24 hours ahead."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What a good token says; `exp` in seconds since 1970, `key` the 65 public octets."""

    aud: str
    exp: int
    sub: str | None
    key: bytes


def new_key() -> bytes:
    """A new private key, as PEM (PKCS #8, not encrypted)."""
    return pem(ec.generate_private_key(_CURVE))


def pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    """The private key as PEM (PKCS #8, not encrypted)."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def read_key(text: bytes) -> ec.EllipticCurvePrivateKey:
    """The private key in this PEM. Raises BadVapidKeyError."""
    try:
        key = load_pem_private_key(text, password=None)
    except (ValueError, TypeError) as error:
        raise BadVapidKeyError("the VAPID key is not a private key in PEM") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != _CURVE.name:
        raise BadVapidKeyError("the VAPID key is not for the curve P-256")
    return key


def public_key(key: ec.EllipticCurvePrivateKey) -> str:
    """The public key as base64url: the page's `applicationServerKey`, and `k=`."""
    octets = key.public_key().public_bytes(
        Encoding.X962, PublicFormat.UncompressedPoint
    )
    return base64url.encode(octets)


def bare_key(key: ec.EllipticCurvePrivateKey) -> str:
    """The private key as other Web Push programs write it: its number, 32 octets as
    base64url."""
    number = key.private_numbers().private_value
    return base64url.encode(number.to_bytes(_KEY_SIZE, "big"))


def read_bare_key(text: str) -> ec.EllipticCurvePrivateKey:
    """The private key from 32 octets as base64url. Raises BadVapidKeyError."""
    try:
        octets = base64url.decode(text)
        if len(octets) != _KEY_SIZE:
            raise BadVapidKeyError(f"the VAPID key is {len(octets)} octets, not 32")
        return ec.derive_private_key(int.from_bytes(octets, "big"), _CURVE)
    except (base64url.BadBase64Error, ValueError) as error:
        raise BadVapidKeyError("the VAPID key is not a private key") from error


def authorization(
    key: ec.EllipticCurvePrivateKey,
    endpoint: str,
    *,
    subject: str,
    now: int,
    lifetime: int = LIFETIME,
) -> str:
    """The Authorization header for all messages to the endpoint's origin (section 3).

    `now` is in seconds since 1970, `lifetime` in seconds. Mind that Apple's service
    refuses contacts at `localhost`. Raises BadUrlError, BadSubjectError or BadLifetimeError.
    """
    if not 0 < lifetime <= LIFETIME_AT_MOST:
        raise BadLifetimeError(
            f"a lifetime of {lifetime} s; at most {LIFETIME_AT_MOST}"
        )
    if not _SUBJECT.fullmatch(subject):
        raise BadSubjectError(
            f"{subject[:80]!r} is neither mailto:name@place nor https://…"
        )
    claims = {"aud": origin(endpoint), "exp": now + lifetime, "sub": subject}
    payload = json.dumps(claims, separators=(",", ":")).encode()
    return f"vapid t={es256.sign(payload, key)}, k={public_key(key)}"


def verify(header: str, *, audience: str, now: int) -> Claims:
    """What the header claims, checked as a push service at `audience` would.

    `audience` is the push service's origin. Raises MalformedVapidError, ForgedVapidError,
    MisaddressedVapidError or ExpiredVapidError.
    """
    token, octets = _token_and_key(header)
    try:
        public = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, octets)
        claims = json.loads(es256.verify(token, public))
    except es256.ForgedTokenError as error:
        raise ForgedVapidError("the token's signature does not fit k=") from error
    except (ValueError, RecursionError) as error:
        raise MalformedVapidError("t= or k= cannot be read") from error
    if not isinstance(claims, dict):
        raise MalformedVapidError("the claims are not a JSON object")
    if claims.get("aud") != audience:
        raise MisaddressedVapidError(f"aud is {claims.get('aud')!r}, not {audience!r}")
    exp = _expiry(claims, now)
    sub = claims.get("sub")
    return Claims(audience, exp, sub if isinstance(sub, str) else None, octets)


def _token_and_key(header: str) -> tuple[str, bytes]:
    scheme, _, rest = header.strip().partition(" ")
    found = [_PARAMETER.fullmatch(part) for part in rest.split(",")]
    parameters = {match[1].lower(): match[3] for match in found if match}
    if (
        scheme.lower() != "vapid"
        or not all(found)
        or not {"t", "k"} <= parameters.keys()
    ):
        raise MalformedVapidError("the header is not `vapid t=…, k=…`")
    try:
        octets = base64url.decode(parameters["k"])
    except base64url.BadBase64Error as error:
        raise MalformedVapidError("k= is not base64url") from error
    if len(octets) != PUBLIC_KEY_SIZE:  # section 3.2: the uncompressed form
        raise MalformedVapidError(f"k= is {len(octets)} octets")
    return parameters["t"], octets


def _expiry(claims: dict[str, Any], now: int) -> int:
    exp = claims.get("exp")
    if not isinstance(exp, int):
        raise ExpiredVapidError("exp is missing or not a whole number of seconds")
    if not now < exp <= now + LIFETIME_AT_MOST:
        raise ExpiredVapidError(f"exp is {exp}, now is {now}")
    return exp
