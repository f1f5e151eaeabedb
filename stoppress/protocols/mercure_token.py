"""The token by which a publisher or subscriber shows what it may do.

draft-dunglas-mercure-07 "Authorization": a JSON Web Token (RFC 7519) whose claim `mercure`
holds `publish` and `subscribe`, each a list of topic selectors, and `payload`, which is
shown to those who may see who reads.

A key is bound to one algorithm, and a token is only ever held against a key of the
algorithm that it names (RFC 8725 section 3.1): an RSA public key can never be taken for a
shared secret, and `none` is no key's algorithm.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from stoppress.protocols.errors import ProtocolError
from stoppress.protocols.mercure_topics import BadTopicError, check_topic, local

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

# RFC 7518 section 3.2: a secret for HS256 has at least as many octets as its hash.
SECRET_AT_LEAST = 32
# RFC 7518 section 3.3.
RSA_BITS_AT_LEAST = 2048
# Stops time from being spent on a text that no issuer would make: characters.
TOKEN_AT_MOST = 8 * 1024
# Stops one token from making each private update expensive: selectors in one list.
SELECTORS_AT_MOST = 100
# Stops a subscriber's payload from being carried with each of its subscriptions: octets.
PAYLOAD_AT_MOST = 1024

# Times, audience and issuer are looked at here: this module knows no clock.
_OPTIONS: Any = {
    f"verify_{claim}": False
    for claim in ("exp", "nbf", "iat", "aud", "iss", "sub", "jti")
}


class TokenError(ProtocolError):
    """A token cannot be accepted."""


class BadTokenError(TokenError):
    """The token is malformed, signed with another key, of another time or for another."""


class BadKeyError(TokenError):
    """Octets are neither a shared secret nor a public key that tokens are signed with."""


@dataclass(frozen=True, slots=True)
class Key:
    """What tokens are checked with: a secret or a public key, and its only algorithm."""

    algorithm: str
    material: Any


@dataclass(frozen=True, slots=True)
class Grant:
    """What a good token allows; `expires` in seconds since 1970, None: never."""

    publish: tuple[str, ...] = ()
    subscribe: tuple[str, ...] = ()
    payload: Any = None
    expires: float | None = None


def key(octets: bytes) -> Key:
    """The key in a file: a public key in PEM (RSA for RS256, P-256 for ES256, Ed25519 for
    EdDSA), or anything else as a shared secret for HS256. Raises BadKeyError."""
    if b"-----BEGIN" in octets:
        return _public(octets)
    secret = octets.strip()
    if len(secret) < SECRET_AT_LEAST:
        raise BadKeyError(f"a shared secret has at least {SECRET_AT_LEAST} octets")
    return Key("HS256", secret)


def sign(claims: dict[str, Any], secret: Key) -> str:
    """A token that says `claims`, signed with a shared secret."""
    return jwt.encode(claims, secret.material, algorithm=secret.algorithm)


def read(
    token: str,
    keys: Sequence[Key],
    *,
    now: float,
    audience: Collection[str] = (),
    site: str = "",
) -> Grant:
    """What the token allows, once it is known to be good at `now` (seconds since 1970).

    `audience`: the names by which a token may say that it is meant for this hub; one that
    names none is meant for whoever knows its key. `site`: see mercure_topics.local.
    Raises BadTokenError.
    """
    claims = _claims(token, keys)
    expires = _moment(claims, "exp")
    if expires is not None and expires <= now:
        raise BadTokenError("the token has expired")
    begins = _moment(claims, "nbf")
    if begins is not None and begins > now:
        raise BadTokenError("the token is not valid yet")
    if "aud" in claims and not {*audience} & _audience(claims["aud"]):
        raise BadTokenError("the token is meant for another hub")
    said = claims.get("mercure", {})
    if not isinstance(said, dict):
        raise BadTokenError("the claim mercure is not an object")
    return Grant(
        _selectors(said, "publish", site),
        _selectors(said, "subscribe", site),
        _payload(said),
        expires,
    )


def _public(pem: bytes) -> Key:
    try:
        found = load_pem_public_key(pem)
    except (ValueError, TypeError) as error:
        raise BadKeyError("the PEM holds no public key") from error
    if isinstance(found, rsa.RSAPublicKey) and found.key_size >= RSA_BITS_AT_LEAST:
        return Key("RS256", found)
    if isinstance(found, ec.EllipticCurvePublicKey) and found.curve.name == "secp256r1":
        return Key("ES256", found)
    if isinstance(found, ed25519.Ed25519PublicKey):
        return Key("EdDSA", found)
    raise BadKeyError(
        f"the public key is not RSA of {RSA_BITS_AT_LEAST} bits, P-256 or Ed25519"
    )


def _claims(token: str, keys: Sequence[Key]) -> dict[str, Any]:
    if len(token) > TOKEN_AT_MOST:
        raise BadTokenError(f"the token has more than {TOKEN_AT_MOST} characters")
    for each in keys:
        try:
            return jwt.decode(
                token, each.material, algorithms=[each.algorithm], options=_OPTIONS
            )
        except (jwt.InvalidSignatureError, jwt.InvalidAlgorithmError):
            continue  # another key's, perhaps
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError) as error:
            raise BadTokenError("the token cannot be read") from error
    raise BadTokenError("the token was not signed with a key of this hub")


def _moment(claims: dict[str, Any], name: str) -> float | None:
    # RFC 7519 section 2: NumericDate.
    moment = claims.get(name)
    if moment is None and name not in claims:
        return None
    if isinstance(moment, bool) or not isinstance(moment, int | float):
        raise BadTokenError(f"{name} is not a number")
    try:
        seconds = float(moment)
    except OverflowError:
        seconds = math.inf
    if not math.isfinite(seconds):
        raise BadTokenError(f"{name} is no moment")
    return seconds


def _audience(meant: Any) -> set[str]:
    # RFC 7519 section 4.1.3: one text or several.
    return {meant} if isinstance(meant, str) else {*_texts(meant, "aud")}


def _selectors(said: dict[str, Any], name: str, site: str) -> tuple[str, ...]:
    found = _texts(said.get(name) or [], name)
    if len(found) > SELECTORS_AT_MOST:
        raise BadTokenError(f"more than {SELECTORS_AT_MOST} selectors in {name}")
    try:
        for each in found:
            check_topic(each)
    except BadTopicError as error:
        raise BadTokenError(f"{name}: {error}") from error
    return tuple(dict.fromkeys(local(each, site) for each in found))


def _texts(value: Any, name: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise BadTokenError(f"{name} is not a list of texts")
    return value


def _payload(said: dict[str, Any]) -> Any:
    payload = said.get("payload")
    if payload is not None and len(json.dumps(payload)) > PAYLOAD_AT_MOST:
        raise BadTokenError(f"the payload has more than {PAYLOAD_AT_MOST} octets")
    return payload
