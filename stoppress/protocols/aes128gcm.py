"""The `aes128gcm` content coding of RFC 8188, for messages of one record.

A coded body is a header (salt, record size, key id) and records; each record is
encrypted with a key and nonce derived from the salt and the input keying material. The
same salt with the same keying material would repeat the nonce, which breaks AES-GCM: who
calls `encode` brings a fresh random salt each time.
"""

from __future__ import annotations

from collections.abc import Callable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

from stoppress.protocols.errors import ProtocolError

SALT_SIZE = 16
RECORD_SIZE = 4096
TAG_SIZE = 16
HEADER_SIZE = SALT_SIZE + 4 + 1  # section 2.1, without the key id

_SHA256 = SHA256()

# Section 2: the octet after the text that marks the last (here: only) record.
_LAST_RECORD = b"\x02"


class CodingError(ProtocolError):
    """The body is not one record of this coding, or was sealed with another key."""


def content_keys(salt: bytes, ikm: bytes) -> tuple[bytes, bytes]:
    """The content-encryption key (16 octets) and the first record's nonce (12).

    Sections 2.2 and 2.3: HKDF (RFC 5869) with SHA-256. Both results are shorter than one
    hash, so each expansion is a single HMAC with counter 1. The nonce is XORed with the
    record's number, and the first is 0.
    """
    extract = HMAC(salt, _SHA256)
    extract.update(ikm)
    # Both expansions begin with the same key: what that costs is paid once.
    key = HMAC(extract.finalize(), _SHA256)
    nonce = key.copy()
    key.update(b"Content-Encoding: aes128gcm\0\x01")
    nonce.update(b"Content-Encoding: nonce\0\x01")
    return key.finalize()[:16], nonce.finalize()[:12]


def encode(
    plaintext: bytes, *, ikm: bytes, salt: bytes, key_id: bytes = b"", pad_to: int = 0
) -> bytes:
    """The coded body: header and one record.

    `pad_to` hides the text's length: the record is filled up with zeros until text and
    filling have that many octets together. The caller sees to it that all fits in
    RECORD_SIZE.
    """
    key, nonce = content_keys(salt, ikm)
    filling = bytes(max(0, pad_to - len(plaintext)))
    record = AESGCM(key).encrypt(nonce, plaintext + _LAST_RECORD + filling, None)
    header = salt + RECORD_SIZE.to_bytes(4, "big") + bytes([len(key_id)]) + key_id
    return header + record


def decode(body: bytes, ikm_of: Callable[[bytes], bytes]) -> bytes:
    """The text of a coded body of one record; `ikm_of` gives the input keying material
    for the key id in its header. Raises CodingError, and what `ikm_of` raises."""
    if len(body) < HEADER_SIZE:
        raise CodingError(f"{len(body)} octets; a header has {HEADER_SIZE}")
    salt, size = body[:SALT_SIZE], int.from_bytes(body[SALT_SIZE:][:4], "big")
    begins = HEADER_SIZE + body[HEADER_SIZE - 1]
    key_id, record = body[HEADER_SIZE:begins], body[begins:]
    if len(record) > size:
        raise CodingError("more than one record")
    key, nonce = content_keys(salt, ikm_of(key_id))
    try:
        padded = AESGCM(key).decrypt(nonce, record, None)
    except (InvalidTag, ValueError) as error:
        raise CodingError("the record does not open with this key") from error
    text = padded.rstrip(b"\0")
    if not text.endswith(_LAST_RECORD):
        raise CodingError("the record is not marked as the last one")
    return text.removesuffix(_LAST_RECORD)
