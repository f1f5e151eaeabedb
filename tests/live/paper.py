"""A wire on paper: what the live room asks of the wire, without a database.

It keeps the wire's promises (entries in order, never changed, some pruned) and can be
made to break down, which a database will not do on request.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence

from stoppress.live import frames
from stoppress.live.frames import Frame
from stoppress.live.source import Stretch
from stoppress.live.wishes import Wish

STORY = "/stories/x"
ALL = Wish(("*",))


class PaperWire:
    """Entries in a list. Appends may come from any thread."""

    def __init__(self, head: int = 0) -> None:
        """`head`: where the numbers begin, as if everything up to there was pruned."""
        self._frames: list[Frame] = []
        self._pruned = head
        self._lock = threading.Lock()
        self._listeners: list[Callable[[], None]] = []
        self.trouble: Exception | None = None
        self.readings = 0
        self.turns = 0  # turns of the loop that a reading takes

    def append(self, text: str = "", *topics: str, skip: int = 0) -> int:
        """Puts an entry on the wire and wakes whoever listens; returns its number.
        `skip` leaves a hole before it, as a rolled-back transaction does."""
        seq = self.write(text, *(topics or (STORY,)), skip=skip)
        self.wake()
        return seq

    def write(self, text: str, *topics: str, skip: int = 0) -> int:
        """An append whose wake is lost; no topics: not for readers."""
        with self._lock:
            seq = self.last + 1 + skip
            self._frames.append(frames.entry(seq, topics, {"seq": seq, "text": text}))
        return seq

    def wake(self) -> None:
        for listener in list(self._listeners):
            listener()

    def prune(self, before: int) -> None:
        """Forgets every entry before this one."""
        with self._lock:
            self._frames = [each for each in self._frames if each.seq >= before]
            self._pruned = max(self._pruned, before - 1)

    @property
    def last(self) -> int:
        return self._frames[-1].seq if self._frames else self._pruned

    # --- the room's side ----------------------------------------------------------------

    async def head(self) -> int:
        await self._reach_for_it()
        return self._frames[-1].seq if self._frames else 0

    async def after(self, seq: int, *, limit: int, wish: Wish | None = None) -> Stretch:
        await self._reach_for_it()
        with self._lock:
            found = [each for each in self._frames if each.seq > seq][:limit]
            oldest = self._frames[0].seq if self._frames else 0
        # What was read is older news by the time it is there.
        await self._reach_for_it()
        shown = tuple(each for each in found if (wish or ALL).wants(each.topics))
        return Stretch(shown, found[-1].seq if found else seq, oldest)

    async def drawn_anew(self, seqs: Sequence[int]) -> dict[int, Frame]:
        raise AssertionError("no entry of a paper wire shows a post")

    def listen(self, callback: Callable[[], None]) -> Callable[[], None]:
        self._listeners.append(callback)
        return lambda: self._listeners.remove(callback)

    def close(self) -> None:
        pass

    async def _reach_for_it(self) -> None:
        self.readings += 1
        if self.trouble is not None:
            raise self.trouble
        for _ in range(self.turns):
            await asyncio.sleep(0)
