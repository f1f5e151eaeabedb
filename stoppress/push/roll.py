"""The roll: a broadcast's audience, called up some thousands at a time.

At which service each follower is must be known before anyone can be told, and asking for a
million takes seconds. So they are called up as letters are wanted, and in the order of a
lot: who is called first is no better than the others. The canary is called before all: the
sooner it is missed, the sooner somebody looks.
"""

from __future__ import annotations

import random
from collections import defaultdict
from typing import TYPE_CHECKING

from pyroaring import BitMap

from stoppress.push import canary
from stoppress.push.models import Follower

if TYPE_CHECKING:
    from collections.abc import Iterator

# Followers called up at once: 10 ms, so that the first letter goes at once.
BLOCK = 4_000

# Numbers that lie so close are read as a range of the table, others one by one.
DENSE = 4


class Roll:
    """Those of an audience who were not called up yet."""

    def __init__(self, audience: BitMap) -> None:
        readers = audience - BitMap([canary.NUMBER])
        blocks = range(0, len(readers), BLOCK)
        self._blocks = [readers[start : start + BLOCK] for start in blocks]
        random.shuffle(self._blocks)
        self._canary = canary.NUMBER in audience

    @property
    def left(self) -> bool:
        """Whether there is anyone."""
        return bool(self._blocks) or self._canary

    def call(self) -> Iterator[tuple[str, BitMap, BitMap]]:
        """The next block, by push service: who is there, and who of them was refused in
        the alert before. Those who are no more fall away."""
        if self._canary:
            self._canary = False
            yield canary.service(), BitMap([canary.NUMBER]), BitMap()
        if not self._blocks:
            return
        block = self._blocks.pop()
        present: dict[str, list[int]] = defaultdict(list)
        refused: dict[str, list[int]] = defaultdict(list)
        for pk, service, refusals in _rows(block):
            if pk in block:
                present[service].append(pk)
                if refusals:
                    refused[service].append(pk)
        for service, ids in present.items():
            yield service, BitMap(ids), BitMap(refused[service])


def _rows(block: BitMap) -> Iterator[tuple[int, str, int]]:
    first, last = block.min(), block.max()
    rows = Follower.objects.order_by().values_list("pk", "service", "refusals")
    if last - first < DENSE * len(block):
        rows = rows.filter(pk__range=(first, last))
    else:
        rows = rows.filter(pk__in=list(block))
    return rows.iterator(chunk_size=BLOCK)
