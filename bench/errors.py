"""Why the bench cannot go on; the message says what to do."""

from __future__ import annotations


class BenchError(Exception):
    """Base of the bench's errors; the message is for whoever runs it."""


class TooFewDescriptors(BenchError):
    """The system lets a process open fewer sockets than it has readers."""

    def __init__(self, wanted: int, allowed: int, most: int) -> None:
        super().__init__(
            f"{wanted} readers need more than the {allowed} open files that this system "
            "allows a process, even in several. Raise the limit (`ulimit -n 65536` in the "
            "same shell, as root or up to the hard limit; LimitNOFILE= in a systemd "
            f"unit), or run fewer: READERS={most}."
        )


class NotThere(BenchError):
    """A program that the bench itself needs is not installed."""

    def __init__(self, program: str, brings_it: str) -> None:
        super().__init__(f"{program} is not installed here: {brings_it}")


class DidNotStart(BenchError):
    """A server did not answer in time; what it said is in the message."""

    def __init__(self, name: str, said: str) -> None:
        super().__init__(f"{name} did not start. It said:\n{said or '(nothing)'}")


class Broke(BenchError):
    """A server or the crowd ended, or said what was not expected."""

    def __init__(self, name: str, said: str) -> None:
        super().__init__(f"{name} broke off. It said:\n{said or '(nothing)'}")


class Interrupted(BaseException):
    """Told to stop: the way out puts everything away."""


# Descriptors of a server that readers do not get: files, logs, the database, pages.
KEPT_FREE = 300
