"""What can go wrong between the wire and the readers with a page open."""

from __future__ import annotations


class LiveError(Exception):
    """Base of this room's errors; the message is for the operator."""


class NeedsLinux(LiveError):
    """This system has no epoll."""

    def __init__(self) -> None:
        super().__init__(
            "The live hub is built on Linux's epoll, which this system does not have. "
            "Run the newsroom on Linux, or in a Linux container."
        )


class PortInUse(LiveError):
    """Another program listens where the newsroom was to listen."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(
            f"Port {port} on {host} is in use by another program, perhaps by a newsroom "
            "that is already running. Stop it, or choose another with --port."
        )


class PortForbidden(LiveError):
    """The system keeps this port for the administrator."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(
            f"This user may not listen on port {port} of {host}. Choose a port from 1024 "
            "on with --port, and let a web server in front have the low one."
        )


class NoSuchAddress(LiveError):
    """The host to listen on is not an address of this machine."""

    def __init__(self, host: str, reason: str) -> None:
        super().__init__(
            f"{host!r} is not an address of this machine ({reason}). Choose with --host; "
            "127.0.0.1 is this machine alone, 0.0.0.0 all of its networks."
        )


class WireUnreadable(LiveError):
    """The database did not answer when the wire was read for the readers."""

    def __init__(self, reason: object) -> None:
        super().__init__(
            f"The wire could not be read for the live readers: {reason}. Nothing is lost: "
            "it is read again as soon as the database answers."
        )


class BadHubKey(LiveError):
    """A key that tokens of the hub are to be checked with cannot be used."""

    def __init__(self, setting: str, path: str, reason: object) -> None:
        super().__init__(
            f"STOPPRESS_{setting} names {path}, which cannot be used: {reason}. It takes a "
            "file with a shared secret, or with a public key in PEM."
        )
