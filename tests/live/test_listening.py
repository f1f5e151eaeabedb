"""The sockets that are listened on, and room for readers."""

from __future__ import annotations

import resource
import socket
from collections.abc import Iterator

import pytest

from stoppress.live.errors import NoSuchAddress, PortForbidden, PortInUse
from stoppress.live.listening import KEPT_FREE, listen_on, room_for_readers


@pytest.fixture
def limits() -> Iterator[tuple[int, int]]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    yield soft, hard
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def close(sockets: list[socket.socket]) -> list[int]:
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def test_free_port():
    """Port 0 takes a free one; a name with several addresses has the same on each."""
    assert close(listen_on("127.0.0.1", 0))[0] > 0
    assert len(set(close(listen_on("localhost", 0)))) == 1


def test_port_in_use():
    """A port that is taken is told by its number, with what to do."""
    taken = listen_on("127.0.0.1", 0)
    taken[0].listen()
    port = taken[0].getsockname()[1]
    with pytest.raises(PortInUse, match=f"Port {port} on 127.0.0.1 is in use.*--port"):
        listen_on("127.0.0.1", port)
    close(taken)


def test_port_can_be_taken_again():
    """A port whose last connections are still being forgotten by the kernel can be taken
    at once: a restart does not wait for a minute."""
    (listener,) = listen_on("127.0.0.1", 0)
    listener.listen()
    address = listener.getsockname()
    with socket.create_connection(address):
        ours, _ = listener.accept()
        ours.close()  # the side that closes first waits
    close([listener])
    assert close(listen_on(*address)) == [address[1]]


@pytest.mark.parametrize("host", ["192.0.2.1", "no.such.host.invalid", "300.1.1.1"])
def test_no_such_address(host):
    """A host that is not this machine is told, with what can be said instead."""
    with pytest.raises(NoSuchAddress, match="is not an address of this machine"):
        listen_on(host, 0)


def test_port_forbidden(monkeypatch):
    """A port that this user may not have is told so."""

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(socket.socket, "bind", refuse, raising=False)
    with pytest.raises(PortForbidden, match="may not listen on port 80"):
        listen_on("127.0.0.1", 80)


def test_room(limits):
    """The limit is raised as far as it goes, and some descriptors stay free of readers."""
    _, hard = limits
    resource.setrlimit(resource.RLIMIT_NOFILE, (512, hard))
    assert room_for_readers() == hard - KEPT_FREE
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == hard


def test_room_that_is_not_granted(limits, monkeypatch):
    """A hard limit that the system does not grant is not counted on."""
    _, hard = limits
    resource.setrlimit(resource.RLIMIT_NOFILE, (512, hard))

    def refuse(*_: object) -> None:
        raise ValueError("not allowed to raise maximum limit")

    with monkeypatch.context() as patch:
        patch.setattr(resource, "setrlimit", refuse)
        assert room_for_readers() == 512 - KEPT_FREE
