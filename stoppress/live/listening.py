"""The sockets that are listened on, and how many of them there may be."""

from __future__ import annotations

import errno
import resource
import socket
from typing import TYPE_CHECKING

from stoppress.live.errors import NoSuchAddress, PortForbidden, PortInUse

if TYPE_CHECKING:
    from typing import NoReturn

# Descriptors that readers do not get: pages being asked for, the database, files, pushes.
# Stops readers from locking out the editors.
KEPT_FREE = 256

# A machine may allow very few: then most of them are for readers all the same.
READERS_AT_LEAST = 64


def room_for_readers() -> int:
    """Raises this process's descriptor limit as far as the system lets it, and returns
    how many readers it then has room for."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != soft:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        except (OSError, ValueError):
            hard = soft  # some systems name a hard limit that they do not grant
    return max(hard - KEPT_FREE, READERS_AT_LEAST)


def listen_on(host: str, port: int) -> list[socket.socket]:
    """Bound sockets, one for each address that `host` stands for; port 0 takes a free one.

    Raises PortInUse, PortForbidden, NoSuchAddress.
    """
    return _listen(host, port, shared=False)


def listen_for(workers: int, host: str, port: int) -> list[list[socket.socket]]:
    """The same for each of so many workers, who share the port. Raises as `listen_on`."""
    # Whether the port is free is found out with sockets that share it with nobody: two
    # newsrooms that both share would not notice each other.
    alone = listen_on(host, port)
    port = alone[0].getsockname()[1]
    for one in alone:
        one.close()
    return [_listen(host, port, shared=True) for _ in range(workers)]


def _listen(host: str, port: int, *, shared: bool) -> list[socket.socket]:
    try:
        found = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
    except OSError as error:
        raise NoSuchAddress(host, error.strerror or str(error)) from error
    bound: list[socket.socket] = []
    try:
        for family, _, _, _, address in dict.fromkeys(found):
            if bound:  # "localhost" is two addresses: the same port on both
                port = bound[0].getsockname()[1]
            where = (str(address[0]), port)
            if (one := _bind(family, where, host, bound, shared=shared)) is not None:
                bound.append(one)
    except BaseException:
        for one in bound:
            one.close()
        raise
    return bound


def _bind(
    family: int,
    where: tuple[str, int],
    host: str,
    others: list[socket.socket],
    *,
    shared: bool,
) -> socket.socket | None:
    try:
        listener = socket.socket(family, socket.SOCK_STREAM)
    except OSError:
        return None  # the name has an IPv6 address, this machine has no IPv6
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shared:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind(where)
    except OSError as error:
        listener.close()
        if others and error.errno == errno.EADDRNOTAVAIL:
            return None
        _explain(error, host, where[1])
    return listener


def _explain(error: OSError, host: str, port: int) -> NoReturn:
    if error.errno == errno.EADDRINUSE:
        raise PortInUse(host, port) from error
    if error.errno in {errno.EACCES, errno.EPERM}:
        raise PortForbidden(host, port) from error
    raise NoSuchAddress(host, error.strerror or str(error)) from error
