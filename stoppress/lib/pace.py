"""How fast strangers may ask: a bound for each network, in one process's memory alone.

A bucket for each (*token bucket*): so many at once, for behind one address may be a
school or a mobile provider, and then so many a minute. A bucket that is full again says
nothing any more, and is thrown away: nothing is known of who was here some minutes ago.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict

# Networks that are kept. Stops one who owns many from filling the memory: for each more,
# the one that asked longest ago is forgotten.
KEPT_AT_MOST = 20_000


class Pace:
    """`at_once` for each network, and `a_minute` thereafter. Safe between threads."""

    def __init__(self, *, at_once: int, a_minute: int) -> None:
        self.at_once = at_once
        self._a_second = a_minute / 60
        self._left: OrderedDict[int, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def allows(self, network: int) -> bool:
        """Whether this network may ask once more now, which is counted. Network 0, one
        that is not known (lib/networks.py), may."""
        if not network:
            return True
        tick = time.monotonic()
        with self._lock:
            self._forget(tick)
            left, since = self._left.pop(network, (float(self.at_once), tick))
            left = min(self.at_once, left + (tick - since) * self._a_second)
            allowed = left >= 1
            self._left[network] = (left - allowed, tick)
        return allowed

    def __len__(self) -> int:
        return len(self._left)

    def _forget(self, tick: float) -> None:
        """Lets go of those that asked longest ago and may ask as if they never had."""
        full_after = self.at_once / self._a_second
        while self._left:
            _, since = next(iter(self._left.values()))
            if tick - since < full_after and len(self._left) < KEPT_AT_MOST:
                return
            self._left.popitem(last=False)
