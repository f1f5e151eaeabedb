"""base64url, strictly."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stoppress.protocols.base64url import BadBase64Error, decode, encode


@given(st.binary())
def test_round_trip(octets):
    """What is encoded is decoded to the same octets, with no padding on the way."""
    text = encode(octets)
    assert "=" not in text
    assert decode(text) == octets


@given(st.binary())
def test_padding_is_let_pass(octets):
    """Text padded by another library stands for the same octets."""
    assert decode(base64.urlsafe_b64encode(octets).decode()) == octets


def test_the_standards_own_example():
    """RFC 7515 appendix C: the octets 3, 236, 255, 224, 193 are `A-z_4ME`."""
    assert encode(bytes([3, 236, 255, 224, 193])) == "A-z_4ME"


@pytest.mark.parametrize("text", ["A+z/", "ab cd", "abcd\n", "a", "abcde", "é", "ab=c"])
def test_other_alphabets_are_refused(text):
    """Letters outside the alphabet and impossible lengths are refused, not skipped."""
    with pytest.raises(BadBase64Error):
        decode(text)


@given(st.text(alphabet="ABCDQRSTabz019-_", max_size=12))
def test_each_octet_string_has_one_text(text):
    """Two different texts never stand for the same octets."""
    try:
        octets = decode(text)
    except BadBase64Error:
        return
    assert encode(octets) == text
