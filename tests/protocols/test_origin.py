"""Origins of addresses, and addresses that could be read in two ways."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stoppress.protocols.origin import URL_LENGTH_AT_MOST, BadUrlError, origin


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://fcm.googleapis.com/fcm/send/abc", "https://fcm.googleapis.com"),
        ("https://push.example:443/p", "https://push.example"),
        ("http://push.example:80", "http://push.example"),
        ("https://push.example:80/", "https://push.example:80"),
        ("http://127.0.0.1:8085/p/1", "http://127.0.0.1:8085"),
        ("HTTPS://Push.EXAMPLE/P", "https://push.example"),
        ("https://push.example:/p", "https://push.example"),
        ("https://[2001:DB8::1]:8443/p", "https://[2001:db8::1]:8443"),
        ("https://push.example?x=1", "https://push.example"),
        ("https://xn--nxasmq6b.example/", "https://xn--nxasmq6b.example"),
    ],
)
def test_the_serialisation(url, expected):
    """RFC 6454 6.2: scheme, host in lower case, port unless it is the scheme's own."""
    assert origin(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "",
        "push.example/p",
        "//push.example/p",
        "https:///p",
        "https://",
        "https:push.example",
        "ftp://push.example/",
        "javascript:alert(1)",
        "https://user@push.example/",
        "https://user:secret@push.example/",
        "https://push.example\\@evil.example/",
        "https://push.example\\.evil.example/",
        "https://push.example/a b",
        "https://push.example/a\\b",
        " https://push.example/",
        "https://push.example/\r\nX: y",
        "https://push.exa\nmple/",
        "https://push.exa\tmple/",
        "https://püsh.example/",
        "https://push.example/é",
        "https://%70ush.example/",
        "https://push.example:port/",
        "https://push.example:99999/",
        "https://[::1",
        "https://[push.example]/",
        "https://[::1%25eth0]/",
        "https://push,example/",
        "https://push.example/" + "x" * URL_LENGTH_AT_MOST,
    ],
)
def test_what_could_be_read_in_two_ways_is_refused(url):
    """Addresses on which programs disagree, and no http addresses, are refused."""
    with pytest.raises(BadUrlError):
        origin(url)


@given(st.text())
def test_no_text_does_worse_than_a_named_refusal(text):
    """Any text is an origin or a named error, and an origin is its own origin."""
    for url in (text, f"https://{text}", f"https://a.example/{text}"):
        try:
            found = origin(url)
        except BadUrlError:
            continue
        assert origin(found) == found
