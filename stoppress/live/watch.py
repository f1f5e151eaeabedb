"""One epoll for all readers, which the event loop sees as a single descriptor.

Readers are watched for leaving, and for room in their buffers when they lag. Ten thousand
that are idle cost the loop nothing.
"""

from __future__ import annotations

import select
from typing import TYPE_CHECKING

from stoppress.live.descriptors import ignore

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

# Readers looked at in one turn of the loop, so that a crowd leaving keeps nobody waiting.
EVENTS_AT_ONCE = 512

# Edge-triggered: told once of each change, not at every look for as long as it lasts. A
# reader that shuts its sending half (RDHUP) is taken for gone: no browser does it and stays.
_WATCHED = select.EPOLLIN | select.EPOLLRDHUP | select.EPOLLET
_WATCHED_FOR_ROOM = _WATCHED | select.EPOLLOUT
_GONE = select.EPOLLRDHUP | select.EPOLLHUP | select.EPOLLERR


class Watch:
    """Tells of readers that left and of those that have room again."""

    def __init__(
        self, gone: Callable[[int], None], has_room: Callable[[int], None]
    ) -> None:
        """Both are called with the reader, from the event loop."""
        self._gone = gone
        self._has_room = has_room
        self._epoll = select.epoll()
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Looks on this loop from now on."""
        self._loop = loop
        loop.add_reader(self._epoll.fileno(), self._look)

    def stop(self) -> None:
        """Looks no more; readers may still be dropped."""
        if self._loop is not None:
            self._loop.remove_reader(self._epoll.fileno())

    def close(self) -> None:
        """Ends it."""
        self._epoll.close()

    def add(self, reader: int, *, for_room: bool) -> None:
        """Watches one more. Raises OSError when its connection is gone."""
        self._epoll.register(reader, _WATCHED_FOR_ROOM if for_room else _WATCHED)

    def change(self, reader: int, *, for_room: bool) -> None:
        """Watches for room too, or no more."""
        self._epoll.modify(reader, _WATCHED_FOR_ROOM if for_room else _WATCHED)

    def drop(self, reader: int) -> None:
        """Watches it no longer."""
        self._epoll.unregister(reader)

    def _look(self) -> None:
        for reader, events in self._epoll.poll(0, EVENTS_AT_ONCE):
            if events & _GONE:
                self._gone(reader)
                continue
            if events & select.EPOLLIN:
                ignore(reader)
            if events & select.EPOLLOUT:
                self._has_room(reader)
