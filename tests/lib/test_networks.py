"""Whose request is it: proxies and networks."""

from __future__ import annotations

import ipaddress

import pytest

from stoppress.lib.networks import Proxies, network

NAMED = (ipaddress.ip_network("198.51.100.0/24"),)


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("203.0.113.9", b"", "203.0.113.9"),
        ("203.0.113.9", b"192.0.2.77", "203.0.113.9"),
        ("127.0.0.1", b"203.0.113.9", "203.0.113.9"),
        ("10.0.0.3", b"8.8.8.8, 203.0.113.9", "203.0.113.9"),
        ("172.18.0.2", b"203.0.113.9, 10.1.2.3", "203.0.113.9"),
        ("198.51.100.7", b"203.0.113.9, 198.51.100.8", "203.0.113.9"),
        ("::1", b"[2a02:db8::7]:4711", "2a02:db8::7"),
        ("::ffff:127.0.0.1", b"203.0.113.9:4711", "203.0.113.9"),
        ("127.0.0.1", b"", None),
        ("127.0.0.1", b"unknown", None),
        ("127.0.0.1", b"203.0.113.9, unknown", None),
        ("127.0.0.1", b"10.0.0.4", None),
        ("127.0.0.1", b"\xff, ,", None),
    ],
)
def test_client(peer, forwarded, client, monkeypatch):
    """A stranger is who they connect as, whatever they say; behind a proxy they are the
    last address that is no proxy's; what cannot be known is not guessed."""
    # The addresses of documentation are "private" to Python: stand-ins are public here.
    public = {"203.0.113.9", "2a02:db8::7", "192.0.2.77"}
    real = Proxies._look_up
    monkeypatch.setattr(
        Proxies, "_look_up", lambda self, text: text not in public and real(self, text)
    )
    proxies = Proxies(NAMED)
    assert proxies.client(peer, forwarded) == client


@pytest.mark.parametrize(
    ("address", "is_one"),
    [
        ("127.0.0.1", True),
        ("192.168.1.5", True),
        ("fd00::5", True),
        ("fe80::1%eth0", True),
        ("8.8.8.8", False),
        ("2001:4860:4860::8888", False),
        ("198.51.100.9", True),
        ("not an address", False),
        ("", False),
    ],
)
def test_proxies(address, is_one):
    """Private networks and those that are named are proxies, all others are strangers."""
    assert (address in Proxies(NAMED)) is is_one


def test_network():
    """One IPv4 address is one, also when it is seen through IPv6; a household's /64 is
    one; a next one is another."""
    assert network("8.8.8.8") == network("::ffff:8.8.8.8") != network("8.8.8.9")
    assert network("2001:4860:1:2::1") == network("2001:4860:1:2:ffff::9")
    assert network("2001:4860:1:2::1") != network("2001:4860:1:3::1")
    assert network("nonsense") == 0
