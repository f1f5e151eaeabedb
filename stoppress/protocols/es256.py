"""JSON Web Signatures in compact form with ES256, and nothing else.

RFC 7515 (JWS) and RFC 7518 section 3.4 (ECDSA with P-256 and SHA-256). The algorithm is
fixed: a token cannot choose how it is checked (RFC 8725 section 3.1).
"""

from __future__ import annotations

import json

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)

from stoppress.protocols import base64url
from stoppress.protocols.errors import ProtocolError

# Stops time from being spent on a text that no signer of ours would make.
TOKEN_LENGTH_AT_MOST = 16 * 1024

_ECDSA = ec.ECDSA(hashes.SHA256())
_HALF = 32  # octets of each of the signature's two numbers
_HEADER = base64url.encode(b'{"typ":"JWT","alg":"ES256"}')


class TokenError(ProtocolError):
    """A signed token cannot be accepted."""


class MalformedTokenError(TokenError):
    """The text is not a compact JWS signed with ES256."""


class ForgedTokenError(TokenError):
    """The signature was not made with the key that the token claims."""


def sign(payload: bytes, key: ec.EllipticCurvePrivateKey) -> str:
    """The compact serialisation (RFC 7515 section 3.1) of `payload`, signed."""
    signed = f"{_HEADER}.{base64url.encode(payload)}"
    r, s = decode_dss_signature(key.sign(signed.encode("ascii"), _ECDSA))
    # RFC 7518 section 3.4: both numbers, each 32 octets, leading zeros kept.
    signature = r.to_bytes(_HALF, "big") + s.to_bytes(_HALF, "big")
    return f"{signed}.{base64url.encode(signature)}"


def verify(token: str, key: ec.EllipticCurvePublicKey) -> bytes:
    """The payload, once the signature is known to be good (RFC 7515 section 5.2).

    Raises MalformedTokenError or ForgedTokenError.
    """
    header, payload, signature = _parts(token)
    _check_header(header)
    r, s = (
        int.from_bytes(half, "big") for half in (signature[:_HALF], signature[_HALF:])
    )
    signed = token.rpartition(".")[0].encode("ascii")
    try:
        key.verify(encode_dss_signature(r, s), signed, _ECDSA)
    except InvalidSignature as error:
        raise ForgedTokenError("the signature does not fit the key") from error
    return payload


def _parts(token: str) -> tuple[bytes, bytes, bytes]:
    if len(token) > TOKEN_LENGTH_AT_MOST:
        raise MalformedTokenError(f"a token of {len(token)} characters")
    if "=" in token:  # RFC 7515 section 2: no padding
        raise MalformedTokenError("a token without padding was expected")
    try:
        header, payload, signature = (base64url.decode(p) for p in token.split("."))
    except ValueError as error:  # BadBase64Error, or not three parts
        raise MalformedTokenError("not three parts in base64url") from error
    if len(signature) != 2 * _HALF:
        raise MalformedTokenError(f"a signature of {len(signature)} octets")
    return header, payload, signature


def _check_header(header: bytes) -> None:
    try:
        fields = json.loads(header)
    except (ValueError, RecursionError) as error:
        raise MalformedTokenError("the header is not JSON") from error
    if not isinstance(fields, dict) or fields.get("alg") != "ES256":
        raise MalformedTokenError("the header does not say ES256")
    if "crit" in fields:  # RFC 7515 section 4.1.11: not understood, so refused
        raise MalformedTokenError("the header asks for extensions")
