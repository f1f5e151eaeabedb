"""Signed tokens, against RFC 7515 appendix A.3."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from stoppress.protocols import es256
from stoppress.protocols.base64url import decode, encode

KEY = ec.generate_private_key(ec.SECP256R1())
OTHER = ec.generate_private_key(ec.SECP256R1())

EXAMPLE = (
    "eyJhbGciOiJFUzI1NiJ9"
    ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt"
    "cGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSA"
    "pmWQxfKTUJqPP3-Kg6NU1Q"
)
EXAMPLE_KEY = ec.EllipticCurvePublicNumbers(
    int.from_bytes(decode("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"), "big"),
    int.from_bytes(decode("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"), "big"),
    ec.SECP256R1(),
).public_key()


def test_appendix_a_3():
    """RFC 7515 A.3: the standard's own token is good for the standard's own key."""
    assert es256.verify(EXAMPLE, EXAMPLE_KEY) == (
        b'{"iss":"joe",\r\n "exp":1300819380,\r\n "http://example.com/is_root":true}'
    )


@settings(deadline=None)
@given(st.binary(max_size=2000))
def test_what_is_signed_is_verified(payload):
    """Any payload comes back from its token, in three parts, with 64 octets at the end."""
    token = es256.sign(payload, KEY)
    assert es256.verify(token, KEY.public_key()) == payload
    assert len(decode(token.rpartition(".")[2])) == 64
    with pytest.raises(es256.ForgedTokenError):
        es256.verify(token, OTHER.public_key())


@settings(deadline=None)
@given(st.integers(0, 10**6), st.characters(min_codepoint=33, max_codepoint=126))
def test_one_changed_letter_is_found(at, letter):
    """A token with any one letter changed is never accepted."""
    at %= len(EXAMPLE)
    changed = EXAMPLE[:at] + letter + EXAMPLE[at + 1 :]
    if changed == EXAMPLE:
        return
    with pytest.raises(es256.TokenError):
        es256.verify(changed, EXAMPLE_KEY)


@pytest.mark.parametrize(
    "header",
    [
        b'{"alg":"none"}',
        b'{"alg":"HS256"}',
        b'{"alg":"es256"}',
        b'{"alg":["ES256"]}',
        b'{"alg":"ES256","crit":["exp"]}',
        b"{}",
        b'["ES256"]',
        b"not json",
        b"\xff",
        b"[" * 3000,
    ],
)
def test_a_token_does_not_choose_how_it_is_checked(header):
    """Only a header that plainly says ES256 is looked at further (RFC 8725 3.1)."""
    _, payload, signature = es256.sign(b"{}", KEY).split(".")
    with pytest.raises(es256.MalformedTokenError):
        es256.verify(f"{encode(header)}.{payload}.{signature}", KEY.public_key())


@pytest.mark.parametrize(
    "token",
    [
        "",
        "a.b",
        "....",
        "a.b.c.d",
        f"{EXAMPLE}==",
        EXAMPLE[:-4],
        "é.é.é",
        "x" * (es256.TOKEN_LENGTH_AT_MOST + 1),
    ],
)
def test_what_is_no_token_is_refused(token):
    """Texts that are no compact token are refused by name."""
    with pytest.raises(es256.MalformedTokenError):
        es256.verify(token, EXAMPLE_KEY)


def test_a_token_beyond_the_limit_is_refused():
    """Even a well-signed token is not looked at when it is longer than any of ours."""
    token = es256.sign(bytes(es256.TOKEN_LENGTH_AT_MOST), KEY)
    with pytest.raises(es256.MalformedTokenError):
        es256.verify(token, KEY.public_key())


@pytest.mark.parametrize("octets", [b"", bytes(63), bytes(65), bytes(128)])
def test_a_signature_of_another_size_is_refused(octets):
    """RFC 7518 3.4: the signature has 64 octets, no more and no fewer."""
    signed = EXAMPLE.rpartition(".")[0]
    with pytest.raises(es256.MalformedTokenError):
        es256.verify(f"{signed}.{encode(octets)}", EXAMPLE_KEY)


@pytest.mark.parametrize("signature", [bytes(64), b"\xff" * 64, b"\0" * 63 + b"\x01"])
def test_degenerate_signatures_are_forged(signature):
    """Zero and out-of-range numbers are no signature of anything."""
    signed = EXAMPLE.rpartition(".")[0]
    with pytest.raises(es256.ForgedTokenError):
        es256.verify(f"{signed}.{encode(signature)}", EXAMPLE_KEY)
