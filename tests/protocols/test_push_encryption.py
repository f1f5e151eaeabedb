"""Web Push encryption, against RFC 8291 appendix A and an independent decoder."""

from __future__ import annotations

import hmac
from dataclasses import fields

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from stoppress.protocols import aes128gcm
from stoppress.protocols import push_encryption as pe
from stoppress.protocols.base64url import decode, encode

PLAINTEXT = b"When I grow up, I want to be a watermelon"
UA_PRIVATE = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
UA_PUBLIC = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
AS_PRIVATE = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
AS_PUBLIC = "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLoc"
    "InmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLV"
    "WGNWQexSgSxsj_Qulcy4a-fN"
)
# A browser of our own: deriving a pair for every example would only cost time.
BROWSER = ec.derive_private_key(
    int.from_bytes(decode(UA_PRIVATE), "big"), ec.SECP256R1()
)
P256DH, SECRET = decode(UA_PUBLIC), decode(AUTH)


def private(scalar: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(decode(scalar), "big"), ec.SECP256R1())


def opened(body: bytes, browser: ec.EllipticCurvePrivateKey = BROWSER) -> bytes:
    text: bytes = http_ece.decrypt(
        body, private_key=browser, auth_secret=SECRET, version="aes128gcm"
    )
    return text


def test_appendix_a_octet_for_octet():
    """RFC 8291 appendix A: the same keys and salt give the same body."""
    material = pe.agree(P256DH, SECRET, private_key=private(AS_PRIVATE))
    assert encode(material.public) == AS_PUBLIC
    assert encode(material.ikm) == "S4lYMb_L0FxCeq0WhDx813KgSYqU26kOyzWUdsXYyrg"
    assert encode(pe.seal(material, PLAINTEXT, decode(SALT))) == BODY
    assert opened(decode(BODY)) == PLAINTEXT


def test_appendix_a_step_by_step(monkeypatch):
    """RFC 8291 appendix A: the intermediate values are the standard's."""
    steps, digest = [], hmac.digest

    def watched(key, message, name):
        steps.append((key, message, digest(key, message, name)))
        return steps[-1][2]

    monkeypatch.setattr(hmac, "digest", watched)
    material = pe.agree(P256DH, SECRET, private_key=private(AS_PRIVATE))
    (prk_key, ikm) = steps
    assert encode(prk_key[1]) == "kyrL1jIIOHEzg3sM2ZWRHDRB62YACZhhSlknJ672kSs"  # ECDH
    assert encode(prk_key[2]) == "Snr3JMxaHVDXHWJn5wdC52WjpCtd2EIEGBykDcZW32k"
    assert encode(ikm[1][:-1]) == (  # key_info, then HKDF's counter
        "V2ViUHVzaDogaW5mbwAEJXGyvs3942BVGq8e0PTNNmwRzr5VX4m8t7GGpTM5FzFo7OLr4BhZe9MEebhuPI-O"
        "ztV3ylkYfpJGmQ22ggCLDgT-M_SrDepxkU21WCP3O1SUj0EwbZIHMtu5pZpTKGSCIA5Zent7wmC6HCJ5mFgJ"
        "kuk5cwAvMBKiiujwa7t45ewP"
    )
    assert encode(ikm[2]) == "S4lYMb_L0FxCeq0WhDx813KgSYqU26kOyzWUdsXYyrg"
    key, nonce = aes128gcm.content_keys(decode(SALT), material.ikm)
    assert encode(key) == "oIhVW04MRdy2XN9CiKLxTg"
    assert encode(nonce) == "4h_95klXJ5E_qnoN"


@settings(deadline=None)
@given(
    text=st.binary(max_size=pe.PLAINTEXT_AT_MOST),
    pad_to=st.integers(0, pe.PLAINTEXT_AT_MOST),
)
def test_the_browser_reads_what_is_sealed(text, pad_to):
    """Any text up to the limit is read by an independent decoder, and always fits."""
    body = pe.encrypt(text, P256DH, SECRET, pad_to=pad_to)
    assert opened(body) == text
    assert len(body) == 103 + max(len(text), pad_to) <= pe.BODY_AT_MOST


@settings(deadline=None, max_examples=20)
@given(st.integers(1, 2**256 - 2**224), st.binary(min_size=16, max_size=16))
def test_any_browser_reads_its_own(scalar, auth):
    """Every real subscription can be sealed for, and only its browser opens it."""
    browser = ec.derive_private_key(scalar, ec.SECP256R1())
    point = browser.public_key().public_bytes(
        Encoding.X962, PublicFormat.UncompressedPoint
    )
    who = pe.receiver(encode(point), encode(auth))
    body = pe.encrypt(b"extra", who.p256dh, who.auth)
    text = http_ece.decrypt(
        body, private_key=browser, auth_secret=auth, version="aes128gcm"
    )
    assert text == b"extra"
    if point != P256DH:
        with pytest.raises(http_ece.ECEException):
            http_ece.decrypt(
                body, private_key=BROWSER, auth_secret=auth, version="aes128gcm"
            )


def test_agreed_before_the_news():
    """Keying material made earlier seals later, and a second seal takes another salt."""
    material = pe.agree(P256DH, SECRET)
    first, second = pe.seal(material, b"one"), pe.seal(material, b"two")
    assert (opened(first), opened(second)) == (b"one", b"two")
    assert first[:16] != second[:16]


def test_every_agreement_is_a_new_pair():
    """RFC 8291 3.1: no two messages share a key pair."""
    assert pe.agree(P256DH, SECRET).public != pe.agree(P256DH, SECRET).public


def test_the_limit_is_the_standards():
    """RFC 8291 4: 3,993 octets of text make a body of 4,096, and one more is refused."""
    assert pe.PLAINTEXT_AT_MOST == 3993
    material = pe.agree(P256DH, SECRET)
    body = pe.seal(material, b"x" * 3993)
    assert len(body) == 4096
    assert opened(body) == b"x" * 3993
    with pytest.raises(pe.PlaintextTooLongError):
        pe.seal(material, b"x" * 3994)
    with pytest.raises(pe.PlaintextTooLongError):
        pe.seal(material, b"x", pad_to=3994)


def test_padding_hides_the_length():
    """Two texts padded to the same size make bodies of the same size."""
    material = pe.agree(P256DH, SECRET)
    short, long = (pe.seal(material, text, pad_to=512) for text in (b"a", b"b" * 500))
    assert len(short) == len(long)
    assert (opened(short), opened(long)) == (b"a", b"b" * 500)


@pytest.mark.parametrize(
    "key",
    [
        b"",
        P256DH[:-1],
        P256DH + b"\0",
        b"\x02" + P256DH[1:33],  # the same point, compressed
        b"\x06" + P256DH[1:],  # the hybrid form
        P256DH[:-1] + bytes([P256DH[-1] ^ 1]),  # beside the curve
        b"\x04" + b"\xff" * 64,  # beyond the field
        bytes(65),
    ],
)
def test_a_key_that_is_no_point_is_refused(key):
    """RFC 8291 7: a receiver's key is checked, when following and when sending."""
    with pytest.raises(pe.BadReceiverKeyError):
        pe.agree(key, SECRET)
    with pytest.raises(pe.BadReceiverKeyError):
        pe.receiver(encode(key), AUTH)


@given(st.binary(min_size=64, max_size=64))
@settings(deadline=None)
def test_made_up_keys_are_refused(octets):
    """Random octets are taken for a key only when they are a point of the curve."""
    x, y = (int.from_bytes(half, "big") for half in (octets[:32], octets[32:]))
    p = 2**256 - 2**224 + 2**192 + 2**96 - 1
    b = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
    on_curve = x < p and y < p and (y * y - (x**3 - 3 * x + b)) % p == 0
    try:
        pe.receiver(encode(b"\x04" + octets), AUTH)
    except pe.BadReceiverKeyError:
        assert not on_curve
    else:
        assert on_curve


@pytest.mark.parametrize("auth", [b"", b"x" * 15, b"x" * 17])
def test_an_auth_secret_of_another_size_is_refused(auth):
    """RFC 8291 3.2: the secret has 16 octets."""
    with pytest.raises(pe.BadAuthSecretError):
        pe.agree(P256DH, auth)
    with pytest.raises(pe.BadAuthSecretError):
        pe.receiver(UA_PUBLIC, encode(auth))


def test_a_subscriptions_keys_are_read_as_text():
    """A subscription's keys come as base64url; other text is refused by name."""
    assert pe.receiver(UA_PUBLIC, AUTH) == pe.Receiver(P256DH, SECRET)
    assert pe.receiver(UA_PUBLIC + "=", AUTH + "==") == pe.Receiver(P256DH, SECRET)
    with pytest.raises(pe.BadReceiverKeyError):
        pe.receiver("not base 64", AUTH)
    with pytest.raises(pe.BadAuthSecretError):
        pe.receiver(UA_PUBLIC, "not base 64")


def test_a_salt_of_another_size_is_refused():
    """A given salt must be 16 octets; an empty one is not taken for none."""
    material = pe.agree(P256DH, SECRET)
    for salt in (b"", b"x" * 15, b"x" * 17):
        with pytest.raises(pe.BadSaltError):
            pe.seal(material, b"x", salt)


def test_secrets_do_not_show_in_logs():
    """What a log would print of keys leaves the secrets out."""
    material, who = pe.agree(P256DH, SECRET), pe.receiver(UA_PUBLIC, AUTH)
    assert {f.name for f in fields(material) if f.repr} == {"public"}
    assert {f.name for f in fields(who) if f.repr} == {"p256dh"}
    assert repr(SECRET) not in repr(who)
    assert repr(material.ikm) not in repr(material)


def test_appendix_a_is_read():
    """RFC 8291 appendix A: the receiver opens the standard's body."""
    assert pe.unseal(decode(BODY), BROWSER, SECRET) == PLAINTEXT


@settings(deadline=None, max_examples=20)
@given(st.binary(max_size=pe.PLAINTEXT_AT_MOST), st.integers(0, 300))
def test_what_others_seal_is_read(text, padding):
    """A body of an independent encoder is opened, and our own, padded or not."""
    if text:  # of an empty text theirs makes no record at all
        theirs = http_ece.encrypt(
            text, private_key=private(AS_PRIVATE), dh=P256DH, auth_secret=SECRET
        )
        assert pe.unseal(theirs, BROWSER, SECRET) == text
    pad_to = min(len(text) + padding, pe.PLAINTEXT_AT_MOST)
    ours = pe.encrypt(text, P256DH, SECRET, pad_to=pad_to)
    assert pe.unseal(ours, BROWSER, SECRET) == text


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_octets_are_text_or_unreadable(body):
    """Whatever comes, there is one error."""
    with pytest.raises(pe.UnreadableError):
        pe.unseal(body, BROWSER, SECRET)


@settings(deadline=None, max_examples=200)
@given(st.integers(0, len(decode(BODY)) - 1), st.integers(1, 255))
def test_one_octet_changed_is_unreadable(at, change):
    """Salt, key, text or tag: nothing can be changed on the way. The record size may,
    where one record fits all the same (RFC 8188 section 2.1)."""
    body = bytearray(decode(BODY))
    body[at] ^= change
    if at in range(16, 20) and int.from_bytes(body[16:20], "big") >= len(body) - 86:
        assert pe.unseal(bytes(body), BROWSER, SECRET) == PLAINTEXT
    else:
        with pytest.raises(pe.UnreadableError):
            pe.unseal(bytes(body), BROWSER, SECRET)


def test_a_record_that_is_not_the_last_is_unreadable():
    """RFC 8188 section 2: what is cut off after a record that says more must follow."""
    material = pe.agree(P256DH, SECRET, private_key=private(AS_PRIVATE))
    key, nonce = aes128gcm.content_keys(decode(SALT), material.ikm)
    record = AESGCM(key).encrypt(nonce, b"text\x01", None)
    head = decode(BODY)[: aes128gcm.HEADER_SIZE + 65]
    with pytest.raises(pe.UnreadableError, match="last"):
        pe.unseal(head + record, BROWSER, SECRET)
