"""What is done to a reader's socket, of which the hub has nothing but the number."""

from __future__ import annotations

import os
import socket

# Octets that the kernel may hold for one reader (it keeps twice this for its own books).
# Stops stalled readers from pinning 4 MB of kernel memory each.
SEND_BUFFER = 128 * 1024

# How long a reader may leave what was sent to it unacknowledged, or its window shut.
# Stops those who vanished without a goodbye from being counted, and written to.
SILENCE_AT_MOST = 60_000  # milliseconds


def tune(descriptor: int) -> None:
    """Bounds what the kernel holds for this reader, and for how long. Raises OSError."""
    borrowed = _borrow(descriptor)
    try:
        borrowed.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        borrowed.setsockopt(
            socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, SILENCE_AT_MOST
        )
    finally:
        borrowed.detach()


def shut_down(descriptor: int) -> None:
    """Ends the connection; the number stays taken."""
    borrowed = _borrow(descriptor)
    try:
        borrowed.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # not connected any more
    finally:
        borrowed.detach()


def ignore(descriptor: int) -> None:
    """Takes what a reader says: it has nothing to say."""
    try:
        os.read(descriptor, 4096)
    except OSError:
        return  # told apart from silence by the next look


def say(descriptor: int, octets: bytes) -> None:
    """Writes last words, if there is room for them."""
    try:
        os.write(descriptor, octets)
    except OSError:
        return  # gone


def inode(descriptor: int) -> int:
    """What the kernel knows a socket by."""
    return os.fstat(descriptor).st_ino


def _borrow(descriptor: int) -> socket.socket:
    # The family is not looked at by what is done here; naming one saves three questions
    # to the kernel for each reader.
    return socket.socket(socket.AF_INET, socket.SOCK_STREAM, 0, descriptor)
