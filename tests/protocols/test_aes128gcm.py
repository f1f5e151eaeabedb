"""The content coding, against RFC 8188's own examples."""

from __future__ import annotations

import http_ece
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, settings
from hypothesis import strategies as st

from stoppress.protocols import aes128gcm
from stoppress.protocols.base64url import decode, encode


def test_section_3_1_octet_for_octet():
    """RFC 8188 3.1: the walrus, with an empty key id."""
    ikm, salt = decode("yqdlZ-tYemfogSmv7Ws5PQ"), decode("I1BsxtFttlv3u_Oo94xnmw")
    key, nonce = aes128gcm.content_keys(salt, ikm)
    assert encode(key) == "_wniytB-ofscZDh4tbSjHw"
    assert encode(nonce) == "Bcs8gkIRKLI8GeI8"
    assert encode(aes128gcm.encode(b"I am the walrus", ikm=ikm, salt=salt)) == (
        "I1BsxtFttlv3u_Oo94xnmwAAEAAA-NAVub2qFgBEuQKRapoZu-IxkIva3MEB1PD-ly8Thjg"
    )


def test_section_3_2_keys():
    """RFC 8188 3.2: our key and nonce open the first record of its two-record body."""
    body = decode(
        "uNCkWiNYzKTnBN9ji3-qWAAAABkCYTHOG8chz_gnvgOqdGYovxyjuqRyJFjEDyoF"
        "1Fvkj6hQPdPHI51OEUKEpgz3SsLWIqS_uA"
    )
    salt, record = body[:16], body[23 : 23 + 25]
    key, nonce = aes128gcm.content_keys(salt, decode("BO3ZVPxUlnLORbVGMpbT1Q"))
    assert AESGCM(key).decrypt(nonce, record, None) == b"I am th\x01\0"


@settings(deadline=None)
@given(
    text=st.binary(max_size=2000),
    ikm=st.binary(min_size=16, max_size=16),
    salt=st.binary(min_size=16, max_size=16),
    pad_to=st.integers(0, 3000),
)
def test_another_program_reads_it(text, ikm, salt, pad_to):
    """An independent decoder gets the text back, whatever the padding."""
    body = aes128gcm.encode(text, ikm=ikm, salt=salt, pad_to=pad_to)
    assert http_ece.decrypt(body, key=ikm, version="aes128gcm") == text
    assert len(body) == aes128gcm.HEADER_SIZE + max(len(text), pad_to) + 1 + 16
