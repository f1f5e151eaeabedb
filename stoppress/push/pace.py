"""How often one network may ask about following: as a token bucket.

What is kept is a network and a number, in the memory of this process, and no longer than
until the bucket is full again. The numbers are for the worst honest case: the customers of
a mobile provider, many behind one address, whom an alert brings all at once.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict

# Networks that are kept; the one that did not ask for longest makes room.
NETWORKS_AT_MOST = 16_384


class Pace:
    """So many at once, then so many a second. Safe in several threads."""

    def __init__(self, at_once: int, a_second: float) -> None:
        self._at_once, self._a_second = at_once, a_second
        self._left: OrderedDict[int, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def allows(self, network: int) -> bool:
        """Takes one of what the network has left; False when there is nothing. Network 0
        is nobody that can be told from others, and is not counted."""
        if not network:
            return True
        tick = time.monotonic()
        with self._lock:
            left, since = self._left.pop(network, (float(self._at_once), tick))
            left = min(self._at_once, left + (tick - since) * self._a_second)
            self._left[network] = (left - 1 if left >= 1 else left), tick
            while len(self._left) > NETWORKS_AT_MOST:
                self._left.popitem(last=False)
        return left >= 1


# Follows: each may be a new row, and a new letter in each alert. Stops one machine from
# filling the table: 300 at once, then 86,400 a day.
FOLLOWS = Pace(300, 1)

# Everything else that a page asks about following: a look at a row or two.
QUESTIONS = Pace(1_000, 20)
