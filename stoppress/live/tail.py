"""The live tail: follows the wire and hands each entry to the readers of this process.

It has no stored cursor. A process that starts has no readers yet, so it begins near the
wire's end, and each reader brings its own cursor, its Last-Event-ID. The entries just
before the end are taken into memory at the start, because the first that a restarted
server sees is all of its readers at once, asking for what they missed.

The place reached is the memory's `head`. It moves only together with the hub, in one step
of the event loop, so whoever looks between two steps finds memory and hub at the same
place: that is what makes a reader's step from history to live exact (history.py).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING

from stoppress.live.errors import WireUnreadable

if TYPE_CHECKING:
    from collections.abc import Callable

    from stoppress.live.hub import Hub
    from stoppress.live.memory import Memory
    from stoppress.live.remote import RemoteHub
    from stoppress.live.source import Source

log = logging.getLogger(__name__)

# Entries taken into memory at the start. More would be drawn for nobody.
WARM_ENTRIES = 256

# Entries read at once: bounds what is drawn before the first of them goes out.
ENTRIES_AT_ONCE = 100

# Seconds before the wire is read again after it could not be; doubled each time up to the
# last, so that neither the log nor the database is flooded.
PAUSE_AT_FIRST, PAUSE_AT_MOST = 0.1, 5.0


class Tail:
    """The readers' place on the wire."""

    def __init__(self, source: Source, memory: Memory, hub: Hub | RemoteHub) -> None:
        self._source = source
        self._memory = memory
        self._hub = hub
        self._news = asyncio.Event()
        self._reading = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._leave: Callable[[], None] = lambda: None

    async def start(self) -> None:
        """Takes the wire's end into memory and follows from there.

        Raises WireUnreadable: a server that cannot read the wire does not start.
        """
        await self._warm_up()
        loop = asyncio.get_running_loop()

        def wake() -> None:
            loop.call_soon_threadsafe(self._news.set)

        self._leave = self._source.listen(wake)
        self._news.set()  # what came between the reading and the listening
        self._task = loop.create_task(self._follow())

    async def stop(self) -> None:
        """Follows no longer."""
        await asyncio.to_thread(self._leave)
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def catch_up(self) -> None:
        """Hands over everything that is on the wire now. Raises WireUnreadable."""
        async with self._reading:
            while await self._hand_over():
                pass

    async def _warm_up(self) -> None:
        head = await self._source.head()
        begin = max(head - WARM_ENTRIES, 0)
        stretch = await self._source.after(begin, limit=WARM_ENTRIES)
        # What was pruned in between is not "held": the memory begins after it.
        self._memory.begin(max(begin, stretch.oldest - 1) if stretch.frames else head)
        for frame in stretch.frames:
            self._memory.add(frame)
        self._memory.advance(stretch.end)

    async def _hand_over(self) -> bool:
        """One reading and its delivery. True when there may be more: who comes after
        this reading has begun wakes anew."""
        reached = self._memory.head
        stretch = await self._source.after(reached, limit=ENTRIES_AT_ONCE)
        for frame in stretch.frames:
            self._memory.add(frame)
            self._hub.publish(frame)
        self._memory.advance(stretch.end)
        return stretch.end - reached >= ENTRIES_AT_ONCE

    async def _follow(self) -> None:
        pause = PAUSE_AT_FIRST
        while True:
            await self._news.wait()
            self._news.clear()
            try:
                await self.catch_up()
            except WireUnreadable as trouble:
                log.warning("%s", trouble)
            except Exception:
                log.exception("The live tail stumbled and goes on")
            else:
                pause = PAUSE_AT_FIRST
                continue
            await asyncio.sleep(pause)
            pause = min(pause * 2, PAUSE_AT_MOST)
            self._news.set()
