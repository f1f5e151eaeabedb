"""Whose request is it: a client's network, also behind a proxy.

What counts as one is an IPv4 address, or an IPv6 /64, which is what a provider gives one
household.

Behind a proxy every connection comes from the proxy. A peer on this machine or in a
private network is taken for one (a stranger cannot connect from there, for the answer
would not reach it), others are named in STOPPRESS_PROXIES; what they say in
X-Forwarded-For is believed as far as they can know it: its last address that is not
itself a proxy's.
"""

from __future__ import annotations

import ipaddress
from functools import lru_cache

# Addresses whose networks are kept, so that a crowd that comes back is counted fast.
KNOWN_AT_MOST = 16_384

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Proxies:
    """The machines whose word about others' addresses is taken."""

    def __init__(self, named: tuple[Network, ...] = ()) -> None:
        """`named`: networks beside the private ones."""
        self._named = named
        self._is_one = lru_cache(KNOWN_AT_MOST)(self._look_up)

    def __contains__(self, address: str) -> bool:
        return self._is_one(address)

    def client(self, peer: str, forwarded: bytes) -> str | None:
        """The client's address; None for a proxy that does not say for whom it asks.

        `peer`: whom the connection is from; `forwarded`: X-Forwarded-For as it came.
        """
        if peer not in self:
            return peer
        for word in reversed(forwarded.decode("latin-1").split(",")):
            address = _bare(word.strip())
            if _parsed(address) is None:
                return None  # "unknown", or nonsense: what stands before it is as well
            if address not in self:
                return address
        return None

    def _look_up(self, text: str) -> bool:
        address = _parsed(text)
        if address is None:
            return False
        if address.is_private or address.is_loopback or address.is_link_local:
            return True
        return any(address in network for network in self._named)


@lru_cache(KNOWN_AT_MOST)
def network(address: str) -> int:
    """What counts as one with this address; 0 when it is no address."""
    parsed = _parsed(address)
    if parsed is None:
        return 0
    if isinstance(parsed, ipaddress.IPv6Address):
        return int(parsed) >> 64
    return int(parsed)


def _parsed(text: str) -> Address | None:
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    # An IPv4 client on a socket for both is seen as ::ffff:203.0.113.9.
    return getattr(address, "ipv4_mapped", None) or address


def _bare(word: str) -> str:
    """The address in `192.0.2.1`, `192.0.2.1:4711`, `[2001:db8::1]:4711`."""
    if word.startswith("["):
        return word[1:].partition("]")[0]
    return word.partition(":")[0] if word.count(":") == 1 else word
