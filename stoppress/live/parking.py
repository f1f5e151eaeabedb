"""What a lagging reader is still owed.

The pieces are the frames themselves, shared with every other reader: a thousand stalled
readers that are owed the same ten entries cost ten frames, not ten thousand.
"""

from __future__ import annotations

import os
from collections import deque
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# Pieces handed to the kernel in one call; it takes 1,024 (IOV_MAX).
PIECES_AT_ONCE = 64


class Owed:
    """Octets for one reader, in order, that its socket had no room for yet."""

    __slots__ = ("_pieces", "size")

    def __init__(self, pieces: Iterable[bytes | memoryview]) -> None:
        # An empty piece would never be written off.
        self._pieces = deque(piece for piece in pieces if piece)
        self.size = sum(map(len, self._pieces))

    def add(self, piece: bytes) -> None:
        """Owes one frame more."""
        self._pieces.append(piece)
        self.size += len(piece)

    def pay(self, descriptor: int) -> bool:
        """Writes as much as the socket takes; True when nothing is owed any more.

        Raises OSError when the reader is gone.
        """
        while self._pieces:
            try:
                written = os.writev(
                    descriptor, list(islice(self._pieces, PIECES_AT_ONCE))
                )
            except BlockingIOError:
                return False
            self._forget(written)
        return True

    def _forget(self, written: int) -> None:
        self.size -= written
        while written:
            piece = self._pieces.popleft()
            if len(piece) > written:
                self._pieces.appendleft(memoryview(piece)[written:])
                return
            written -= len(piece)
