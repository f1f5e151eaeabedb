"""What goes between a web process and a writer: messages in order, some with a descriptor.

A stream socket pair. A message is its length and a marshalled tuple: a verb and what
belongs to it. A descriptor (SCM_RIGHTS) travels with the first octet of its message, so
it has arrived when the message has, and those of several messages arrive in their order.
Both ends are this program on this machine, started by itself: nothing here is hostile.
"""

from __future__ import annotations

import array
import errno
import marshal
import os
import socket
from collections import deque
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    Message = tuple[Any, ...]

# Octets read at once, and descriptors with them (the kernel passes 253 in one go).
_OCTETS, _DESCRIPTORS = 1 << 18, 253
_ROOM = socket.CMSG_SPACE(_DESCRIPTORS * array.array("i").itemsize)

# Messages written or readings made before others get their turn.
_AT_ONCE = 256

# The kernel counts descriptors on their way, and has a bound: seconds until it may have
# handed some over.
_PAUSE = 0.005

# What the kernel may hold between the two: a crowd that comes back is handed over faster
# than a writer in the middle of an update can take it in.
_BUFFER = 4 * 1024 * 1024


class Channel:
    """One end. Never blocks: what the other end has no room for waits here."""

    def __init__(
        self,
        end: socket.socket,
        loop: asyncio.AbstractEventLoop,
        take: Callable[[Message, int | None], None],
        lost: Callable[[], None],
    ) -> None:
        """`take` is given each message that comes, with its descriptor if it has one;
        `lost` is called once when the other end is gone."""
        self._end = end
        self._loop = loop
        self._take = take
        self._lost = lost
        self._waiting: deque[tuple[memoryview, int | None]] = deque()
        self._came = bytearray()
        self._descriptors: deque[int] = deque()
        end.setblocking(False)  # noqa: FBT003  its only parameter
        for which in (socket.SO_SNDBUF, socket.SO_RCVBUF):
            end.setsockopt(socket.SOL_SOCKET, which, _BUFFER)
        loop.add_reader(end.fileno(), self._read)

    @property
    def closed(self) -> bool:
        """True when nothing goes through any more."""
        return self._end.fileno() < 0

    def send(self, *message: Any, descriptor: int | None = None) -> None:
        """Sends a message after all before it. The descriptor is taken over: it is
        closed here when it is there."""
        self.send_packed(packed(*message, carries=descriptor is not None), descriptor)

    def send_packed(self, octets: bytes, descriptor: int | None = None) -> None:
        """The same for a message that goes to several."""
        if self.closed:
            _close(descriptor)
            return
        self._waiting.append((memoryview(octets), descriptor))
        if len(self._waiting) == 1:
            self._write()

    def close(self) -> None:
        """Ends it; what could not be sent is thrown away."""
        if self.closed:
            return
        self._loop.remove_reader(self._end.fileno())
        self._loop.remove_writer(self._end.fileno())
        for _, descriptor in self._waiting:
            _close(descriptor)
        for descriptor in self._descriptors:
            _close(descriptor)
        self._waiting.clear()
        self._end.close()

    def _write(self) -> None:
        try:
            for _ in range(_AT_ONCE):
                if not self._waiting:
                    self._loop.remove_writer(self._end.fileno())
                    return
                self._write_some()
        except BlockingIOError:
            pass
        except OSError as error:
            if error.errno == errno.ETOOMANYREFS:
                self._loop.call_later(_PAUSE, self._write)
            else:
                self._gone()
            return
        self._loop.add_writer(self._end.fileno(), self._write)

    def _write_some(self) -> None:
        octets, descriptor = self._waiting[0]
        if descriptor is None:
            sent = self._end.send(octets)
        else:
            sent = socket.send_fds(self._end, [octets], [descriptor])
            os.close(descriptor)
        if sent == len(octets):
            self._waiting.popleft()
        else:
            self._waiting[0] = (octets[sent:], None)

    def _read(self) -> None:
        try:
            octets, ancillary, flags, _address = self._end.recvmsg(_OCTETS, _ROOM)
        except BlockingIOError:
            return
        except OSError:
            octets, ancillary, flags = b"", [], 0
        for _level, _kind, data in ancillary:
            numbers = array.array("i")
            numbers.frombytes(data[: len(data) - len(data) % numbers.itemsize])
            self._descriptors.extend(numbers)
        if not octets or flags & socket.MSG_CTRUNC:
            # The other end is gone; or a descriptor was lost for want of room, and those
            # after it would go to the wrong readers.
            self._gone()
            return
        self._came += octets
        self._unpack()

    def _unpack(self) -> None:
        begin = 0
        while len(self._came) - begin >= _HEAD:
            size, carries = _lengths(self._came, begin)
            end = begin + _HEAD + size
            if len(self._came) < end:
                break
            message = marshal.loads(self._came[begin + _HEAD : end])  # noqa: S302  our own
            begin = end
            self._take(message, self._descriptors.popleft() if carries else None)
            if self.closed:
                return
        del self._came[:begin]

    def _gone(self) -> None:
        if not self.closed:
            self.close()
            self._lost()


def packed(*message: Any, carries: bool = False) -> bytes:
    """A message as it goes over; `carries`: a descriptor goes with it."""
    octets = marshal.dumps(message)
    return (len(octets) << 1 | carries).to_bytes(_HEAD, "big") + octets


_HEAD = 5  # octets before each message: its length and whether it carries a descriptor


def _lengths(octets: bytearray, begin: int) -> tuple[int, bool]:
    head = int.from_bytes(octets[begin : begin + _HEAD], "big")
    return head >> 1, bool(head & 1)


def _close(descriptor: int | None) -> None:
    if descriptor is not None:
        os.close(descriptor)
