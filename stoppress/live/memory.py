"""The newest entries, kept in memory for readers that were away for a moment.

Readers lose their connection all the time, and after a restart all of them at once; what
they missed is nearly always here, and is found without asking the database.

The memory holds *everything for readers* between two places on the wire: after `floor`,
up to and with `head`. So it can say for certain whether a reader that has all up to N can
be served from here alone: when `floor` <= N <= `head`.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from stoppress.live.frames import Frame, resync

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from stoppress.live.wishes import Wish

# Stops a wire that runs for months from filling the process: the oldest entries go first.
# An eventful day of a busy newsroom has some hundreds.
ENTRIES_AT_MOST = 1_000

# Stops a few huge entries from doing the same.
BYTES_AT_MOST = 16 * 1024 * 1024


class Memory:
    """The wire's end, as far as this process has delivered it."""

    def __init__(
        self, *, entries: int = ENTRIES_AT_MOST, octets: int = BYTES_AT_MOST
    ) -> None:
        self._frames: deque[Frame] = deque()
        self._entries_at_most = entries
        self._bytes_at_most = octets
        self._bytes = 0
        self.floor = 0
        self.head = 0

    def begin(self, seq: int) -> None:
        """Starts empty at this place on the wire."""
        self._frames.clear()
        self._bytes = 0
        self.floor = self.head = seq

    def add(self, frame: Frame) -> None:
        """Takes the next entry in; the oldest go when there is no more room."""
        if frame.seq <= self.head:
            raise ValueError(f"entry {frame.seq} came after {self.head}")
        self.head = frame.seq
        self._frames.append(frame)
        self._bytes += len(frame.chunk)
        while (
            len(self._frames) > self._entries_at_most
            or self._bytes > self._bytes_at_most
        ):
            gone = self._frames.popleft()
            self._bytes -= len(gone.chunk)
            self.floor = gone.seq

    def advance(self, seq: int) -> None:
        """Passes entries that are not for readers."""
        self.head = max(self.head, seq)

    def superseded(self, newer: Iterable[Frame]) -> list[int]:
        """The entries that show a post in older words than one of these frames does."""
        revisions = {
            frame.post: frame.revision for frame in newer if frame.revision > 1
        }
        if not revisions:
            return []
        return [
            frame.seq
            for frame in self._frames
            if 0 < frame.revision < revisions.get(frame.post, 0)
        ]

    def renew(self, seqs: Iterable[int], drawn: Mapping[int, Frame]) -> None:
        """Puts new drawings in the place of these entries' old ones. One that could not
        be had tells its readers to fetch their page anew."""
        asked = set(seqs)
        for at, frame in enumerate(self._frames):
            if frame.seq in asked:
                bare = Frame(frame.seq, frame.topics, resync(frame.seq))
                new = self._frames[at] = drawn.get(frame.seq, bare)
                self._bytes += len(new.chunk) - len(frame.chunk)

    def since(self, after: int, wish: Wish) -> list[bytes] | None:
        """What a reader with all up to `after` still needs, in order, as chunks.

        None when that place is not within what is held: before `floor`, where entries
        were let go, or after `head`, which this process has not seen yet.
        """
        if not self.floor <= after <= self.head:
            return None
        missed: list[bytes] = []
        for frame in reversed(self._frames):
            if frame.seq <= after:
                break
            if wish.wants(frame.topics, private=frame.private):
                missed.append(frame.chunk)
        missed.reverse()
        return missed

    def __len__(self) -> int:
        return len(self._frames)
