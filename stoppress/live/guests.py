"""Who is at the door: how many connections and readers of each network are in the house.

One program on one machine can open twenty thousand connections; then nobody else gets
in. So connections and readers are counted by network (lib/networks.py), and each has a
bound. Proxies are not counted; the readers behind them are.

Nothing of this is kept longer than the connection, or written anywhere.
"""

from __future__ import annotations

from collections import Counter

# Readers of one network. Stops one machine from taking the house; a school, an office
# or the many customers behind one address of a mobile provider must still fit.
READERS_OF_ONE = 1_000

# Connections of one network that are not readers (yet): asking for pages, or silent. A
# browser opens six. Stops one machine from taking the descriptors kept free for pages.
CONNECTIONS_OF_ONE = 100


class Count:
    """How many there are of each network."""

    def __init__(self, at_most: int) -> None:
        self.at_most = at_most
        self._of: Counter[int] = Counter()

    def full(self, network: int) -> bool:
        """True when no more of this network are let in."""
        return self._of[network] >= self.at_most if network in self._of else False

    def enter(self, network: int) -> None:
        """One more."""
        self._of[network] += 1

    def leave(self, network: int) -> None:
        """One less; a network of which nobody is left is forgotten."""
        self._of[network] -= 1
        if self._of[network] <= 0:
            del self._of[network]

    def __len__(self) -> int:
        return len(self._of)


class Guests:
    """The readers of one process by network. A reader of network 0 is not counted."""

    def __init__(self) -> None:
        self.count = Count(READERS_OF_ONE)
        self._network: dict[int, int] = {}

    def enter(self, reader: int, network: int) -> None:
        """This reader is in."""
        if network:
            self._network[reader] = network
            self.count.enter(network)

    def leave(self, reader: int) -> None:
        """It has left."""
        if network := self._network.pop(reader, 0):
            self.count.leave(network)
