"""Which IP addresses may be connected to. An endpoint is a stranger's URL.

Whoever can make us POST to any address has our network position: the cloud's metadata
service, the database next door. So the address that a name resolved to must be a public
one, looked at when the connection is made and not before.
"""

from __future__ import annotations

import ipaddress


def public(address: str, *, loopback: bool = False) -> bool:
    """Whether a connection to this IP address may be made; `loopback`: to this machine
    too."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(ip, "ipv4_mapped", None)
    ip = mapped or ip
    if loopback and ip.is_loopback:
        return True
    return ip.is_global and not ip.is_multicast
