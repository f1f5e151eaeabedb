"""VAPID, against RFC 8292 section 2.4."""

from __future__ import annotations

import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from stoppress.protocols import es256, vapid
from stoppress.protocols.base64url import decode, encode
from stoppress.protocols.origin import BadUrlError

NOW = 1_700_000_000
HOUR = 3600
KEY = vapid.read_key(vapid.new_key())
ENDPOINT = "https://push.example.net:443/p/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV"
AUDIENCE = "https://push.example.net"
SUBJECT = "mailto:desk@news.example"

STANDARDS_K = "BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs"
STANDARDS_HEADER = (
    "vapid t=eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiJ9."
    "eyJhdWQiOiJodHRwczovL3B1c2guZXhhbXBsZS5uZXQiLCJleHAiOjE0NTM1MjM3NjgsInN1YiI6Im1haWx0"
    "bzpwdXNoQGV4YW1wbGUuY29tIn0."
    "i3CYb7t4xfxCDquptFOepC9GAu_HLGkMlMuCGSK2rpiUfnK9ojFwDXb1JrErtmysazNjjvW2L9OkSSHzvoD1oA, "
    f"k={STANDARDS_K}"
)
STANDARDS_EXP = 1453523768


def header(
    *,
    endpoint: str = ENDPOINT,
    subject: str = SUBJECT,
    now: int = NOW,
    lifetime: int = vapid.LIFETIME,
) -> str:
    return vapid.authorization(
        KEY, endpoint, subject=subject, now=now, lifetime=lifetime
    )


def signed(claims: object, shown: ec.EllipticCurvePrivateKey = KEY) -> str:
    token = es256.sign(json.dumps(claims).encode(), KEY)
    return f"vapid t={token}, k={vapid.public_key(shown)}"


def test_section_2_4():
    """RFC 8292 2.4: the standard's own header is good until its expiry."""
    claims = vapid.verify(STANDARDS_HEADER, audience=AUDIENCE, now=STANDARDS_EXP - HOUR)
    assert claims == vapid.Claims(
        AUDIENCE, STANDARDS_EXP, "mailto:push@example.com", decode(STANDARDS_K)
    )


def test_the_header_we_send():
    """Section 3: `vapid t=…, k=…`; aud is the origin, exp twelve hours on, sub ours."""
    sent = header()
    assert sent.startswith("vapid t=")
    token, key = sent.removeprefix("vapid t=").split(", k=")
    assert key == vapid.public_key(KEY)
    assert json.loads(decode(token.split(".")[0])) == {"typ": "JWT", "alg": "ES256"}
    assert json.loads(decode(token.split(".")[1])) == {
        "aud": AUDIENCE,
        "exp": NOW + 12 * HOUR,
        "sub": SUBJECT,
    }
    claims = vapid.verify(sent, audience=AUDIENCE, now=NOW)
    assert (claims.sub, claims.exp) == (SUBJECT, NOW + 12 * HOUR)


@settings(deadline=None, max_examples=30)
@given(
    port=st.none() | st.integers(1, 65535),
    lifetime=st.integers(1, vapid.LIFETIME_AT_MOST),
    now=st.integers(0, 2**33),
)
def test_any_header_of_ours_passes(port, lifetime, now):
    """For every endpoint and lifetime a push service finds the header good."""
    place = "https://push.example" + (f":{port}" if port else "")
    audience = place.removesuffix(":443") if port == 443 else place
    sent = header(endpoint=f"{place}/p/1", now=now, lifetime=lifetime)
    assert vapid.verify(sent, audience=audience, now=now).exp == now + lifetime


@pytest.mark.parametrize("lifetime", [0, -1, 24 * HOUR + 1])
def test_a_lifetime_that_services_refuse_is_not_made(lifetime):
    """Section 2: no token is made that lives longer than a day, or not at all."""
    with pytest.raises(vapid.BadLifetimeError):
        header(lifetime=lifetime)


@pytest.mark.parametrize("subject", ["https://news.example/contact", "mailto:a@b"])
def test_contacts(subject):
    """Section 2.1: mailto and https contacts are taken."""
    sent = header(subject=subject)
    assert vapid.verify(sent, audience=AUDIENCE, now=NOW).sub == subject


@pytest.mark.parametrize(
    "subject",
    [
        "",
        "desk@news.example",
        "mailto:",
        "mailto:desk",
        "mailto:<a@b>",
        "mailto: a@b",
        "mailto:a@b\n",
        "mailto:é@b",
        "http://news.example",
        "https://",
        "tel:1",
    ],
)
def test_other_contacts_are_refused(subject):
    """A contact that push services refuse stops us, not the messages."""
    with pytest.raises(vapid.BadSubjectError):
        header(subject=subject)


def test_an_endpoint_without_an_origin_is_refused():
    """No token is made for what is not an address."""
    with pytest.raises(BadUrlError):
        header(endpoint="not an address")


def test_a_token_for_another_service_is_refused():
    """`aud` ties the token to one origin, port included."""
    for other in ("https://push.example.net:8443", "http://push.example.net", ""):
        with pytest.raises(vapid.MisaddressedVapidError):
            vapid.verify(header(), audience=other, now=NOW)


def test_time():
    """A token is good before its expiry, not at it, and never more than a day ahead."""
    sent = header(lifetime=HOUR)
    claims = vapid.verify(sent, audience=AUDIENCE, now=NOW + HOUR - 1)
    assert claims.exp == NOW + HOUR
    for now in (NOW + HOUR, NOW + 2 * HOUR, NOW - 24 * HOUR):
        with pytest.raises(vapid.ExpiredVapidError):
            vapid.verify(sent, audience=AUDIENCE, now=now)


@pytest.mark.parametrize("exp", [None, "1700000100", True, 1.5, []])
def test_an_expiry_that_is_no_number_is_refused(exp):
    """A token without a readable expiry never counts as one without end."""
    claims = {"aud": AUDIENCE, "sub": SUBJECT} | ({} if exp is None else {"exp": exp})
    with pytest.raises(vapid.ExpiredVapidError):
        vapid.verify(signed(claims), audience=AUDIENCE, now=NOW)


def test_another_newsrooms_key_is_found():
    """A token signed with another key than the one shown is forged."""
    other = vapid.read_key(vapid.new_key())
    claims = {"aud": AUDIENCE, "exp": NOW + 1, "sub": SUBJECT}
    with pytest.raises(vapid.ForgedVapidError):
        vapid.verify(signed(claims, shown=other), audience=AUDIENCE, now=NOW)


def test_claims_that_are_no_object_are_refused():
    """A well-signed token that holds something else is malformed."""
    no_objects: list[object] = [[], "x", 1, None]
    for claims in no_objects:
        with pytest.raises(vapid.MalformedVapidError):
            vapid.verify(signed(claims), audience=AUDIENCE, now=NOW)


def test_forms_of_the_header():
    """Case of the scheme, order, blanks and quotation marks make no difference."""
    token, key = STANDARDS_HEADER.removeprefix("vapid t=").split(", k=")
    for form in (
        f"VAPID k={key},t={token}",
        f'vapid  t = "{token}" ,  k="{key}"',
        f"vapid t={token}, k={key}, extra=1",
    ):
        claims = vapid.verify(form, audience=AUDIENCE, now=STANDARDS_EXP - 1)
        assert claims.exp == STANDARDS_EXP


@pytest.mark.parametrize(
    "text",
    [
        "",
        "vapid",
        "Bearer abc",
        "vapid t=abc",
        f"vapid k={STANDARDS_K}",
        f"vapid t=abc, k={STANDARDS_K}",
        STANDARDS_HEADER + "=",
        STANDARDS_HEADER + ", ,",
        STANDARDS_HEADER[:-1],
        STANDARDS_HEADER.replace("vapid ", "WebPush "),
        STANDARDS_HEADER.replace(STANDARDS_K, "B" + "A" * 86),  # beside the curve
        STANDARDS_HEADER.replace(
            STANDARDS_K, encode(b"\x03" + decode(STANDARDS_K)[1:33])
        ),  # the same point, compressed
    ],
)
def test_what_is_no_header_is_refused(text):
    """Headers of another form, or with a key that is no uncompressed point, fail."""
    with pytest.raises(vapid.MalformedVapidError):
        vapid.verify(text, audience=AUDIENCE, now=STANDARDS_EXP - 1)


@given(st.text(max_size=60))
def test_no_header_does_worse_than_a_named_refusal(text):
    """Any text is refused by name."""
    for form in (text, f"vapid {text}", f"vapid t={text}, k={STANDARDS_K}"):
        with pytest.raises(vapid.VapidError):
            vapid.verify(form, audience=AUDIENCE, now=NOW)


def test_the_key_is_kept_as_pem():
    """The key that is written is the key that is read, and each is new."""
    pem = vapid.new_key()
    public = vapid.public_key(vapid.read_key(pem))
    assert pem.startswith(b"-----BEGIN PRIVATE KEY-----")
    assert len(decode(public)) == 65
    assert decode(public)[0] == 4
    assert vapid.public_key(vapid.read_key(vapid.new_key())) != public


def _pem(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.mark.parametrize(
    "pem",
    [
        b"",
        b"not a key",
        b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        _pem(ec.generate_private_key(ec.SECP384R1())),
        _pem(rsa.generate_private_key(65537, 2048)),
        encode(bytes(32)).encode(),
    ],
    ids=["empty", "text", "broken", "P-384", "RSA", "bare"],
)
def test_another_key_is_refused(pem):
    """A file that is not a P-256 private key is refused with what to do."""
    with pytest.raises(vapid.BadVapidKeyError):
        vapid.read_key(pem)
