"""The live room put together: wire, memory, readers, in one process."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from stoppress.live import frames, tokens
from stoppress.live.doorway import Door
from stoppress.live.expiry import Expiry
from stoppress.live.history import History
from stoppress.live.hub import Hub
from stoppress.live.memory import Memory
from stoppress.live.presence import Presence
from stoppress.live.remote import RemoteHub
from stoppress.live.tail import Tail
from stoppress.posts.addresses import STORIES
from stoppress.protocols.mercure_topics import is_template

if TYPE_CHECKING:
    from stoppress.live.source import Source
    from stoppress.live.wishes import Wish

# Seconds between two heartbeats. Proxies take a connection for dead that was silent for
# 30 (some clouds) to 60 seconds (nginx).
BEAT_EVERY = 25.0

# Seconds between two groups of readers that are let go.
STEP = 0.05

# URI templates that readers use at a time. Stops strangers from having every update held
# against any number of them: a thousand take some milliseconds.
TEMPLATES_AT_MOST = 1_000


class Live:
    """What a server process needs to have readers.

    `tailing` and `reading`: the wire, once for the tail and once for readers that come
    back, so that many of those never hold up what is new. `room`: the most readers of
    this process or, with writers, of each. `door`: what is asked of everyone who comes.
    Raises BadHubKey.
    """

    def __init__(
        self,
        tailing: Source,
        reading: Source,
        *,
        room: int,
        door: Door | None = None,
        writers: int = 0,
    ) -> None:
        self.door = door or Door()
        self.hub = RemoteHub(writers, room=room) if writers else Hub(room=room)
        self.leaving = False  # who asks now is to come back, to another process
        self.memory = Memory()
        self.tail = Tail(tailing, self.memory, self.hub)
        self.history = History(reading, self.memory, self.tail)
        self.presence = Presence(self.hub, self.memory)
        self._expiry = Expiry(self.hub)
        tokens.publishers()  # a key that cannot be used stops the start
        tokens.subscribers()
        self._sources = (tailing, reading)
        self._heart: asyncio.TimerHandle | None = None

    async def start(self) -> None:
        """Goes to the wire's end and opens for readers. Raises WireUnreadable."""
        loop = asyncio.get_running_loop()
        self.hub.start(loop)
        self._expiry.start(loop)
        await self.tail.start()
        self._heart = loop.call_later(BEAT_EVERY, self._beat)

    async def drain(self, seconds: float) -> None:
        """Lets the readers go bit by bit over so many seconds; until its turn comes each
        still gets what is new."""
        self.leaving = True
        for steps_left in range(round(seconds / STEP), 0, -1):
            if not self.hub.readers:
                return
            self.hub.let_go(-(-self.hub.readers // steps_left))
            await asyncio.sleep(STEP)

    async def stop(self) -> None:
        """Says goodbye to every reader and lets go of the wire."""
        if self._heart is not None:
            self._heart.cancel()
        self.hub.close()
        await self.hub.gone()
        await self.tail.stop()
        for source in self._sources:
            await asyncio.to_thread(source.close)

    def has_room_for(self, wish: Wish) -> bool:
        """False when the reader would bring one URI template too many."""
        return (
            wish.selectors == (STORIES,)  # our own front page must never want for room
            or self.hub.templates < TEMPLATES_AT_MOST
            or not any(map(is_template, wish.selectors))
        )

    def _beat(self) -> None:
        self.hub.beat(frames.beat(self.memory.head))
        self._heart = asyncio.get_running_loop().call_later(BEAT_EVERY, self._beat)
