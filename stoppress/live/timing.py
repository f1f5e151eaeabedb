"""How long entries take from the wire to the last reader's socket."""

from __future__ import annotations

from bisect import bisect_left

# Upper bounds of the classes that times are counted in, in seconds; what takes longer
# than the last is in one class more.
BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Timing:
    """Times, counted by class."""

    def __init__(self) -> None:
        self.counts = [0] * (len(BOUNDS) + 1)
        self.total = 0.0  # seconds

    def add(self, seconds: float) -> None:
        """Counts one. A clock that was set back is taken for no time at all."""
        self.counts[bisect_left(BOUNDS, seconds)] += 1
        self.total += max(seconds, 0.0)

    def include(self, counts: list[int], total: float) -> None:
        """Adds what was counted elsewhere."""
        self.counts = [a + b for a, b in zip(self.counts, counts, strict=True)]
        self.total += total
