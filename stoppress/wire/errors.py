"""What can go wrong on the wire."""

from __future__ import annotations


class WireError(Exception):
    """Base of the wire's errors."""


class OutsideTransaction(WireError):
    """An entry must be written in the transaction of the rows it tells about."""

    def __init__(self, kind: str) -> None:
        super().__init__(
            f"The entry {kind!r} was appended outside a transaction: what happened and "
            "its entry must be one act."
        )


class BadEntry(WireError):
    """An entry's kind or topics are not of the wire's form."""


class CursorTaken(WireError):
    """Another process holds this tail's cursor; only one may follow it at a time."""

    def __init__(self, tail: str, owner: str) -> None:
        super().__init__(
            f"The tail {tail!r} is followed by {owner}. It is taken over when that "
            "process ends or falls silent."
        )


class CursorLost(WireError):
    """Another process took the cursor over while this one was away too long."""

    def __init__(self, tail: str) -> None:
        super().__init__(f"The cursor of {tail!r} was taken over by another process.")


class NotParked(WireError):
    """The entry is not, or no longer, set aside for this tail."""

    def __init__(self, tail: str, seq: int) -> None:
        super().__init__(
            f"Entry {seq} is not parked for {tail!r}. See: stoppress tail --list"
        )
