"""The roll: a broadcast's audience, called up some thousands at a time.

At which service each follower is must be known before anyone can be told, and asking for a
million takes seconds. So they are called up as letters are wanted, and in the order of a
lot: who is called first is no better than the others. Not even their numbers are read
before: those who follow a topic are looked up in one stretch of numbers after the other,
so that the first letter goes as soon with a million followers as with ten. The
canary is called before all: the sooner it is missed, the sooner somebody looks.
"""

from __future__ import annotations

import random
from collections import defaultdict
from typing import TYPE_CHECKING

from django.db.models import Max
from pyroaring import BitMap

from stoppress.push import audience, canary, shares
from stoppress.push.ledger import bits
from stoppress.push.models import Follower

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from stoppress.push.models import Broadcast

# Followers called up at once: 10 ms, so that the first letter goes at once.
BLOCK = 4_000

# Numbers that lie so close are read as a range of the table, others one by one.
DENSE = 4


class Roll:
    """Those of a broadcast's audience who were not called up yet."""

    def __init__(
        self, row: Broadcast, numbers: Collection[int], *, without: BitMap
    ) -> None:
        """Of those in the shares with these numbers. `without`: those who are settled, and
        those who are held back."""
        self._row = row
        self._without = without
        self.named = audience.is_named(row)
        if self.named:
            self._blocks = _cut((bits(row.named) & shares.ids(numbers)) - without)
        else:
            self._blocks = _stretches(numbers)
        random.shuffle(self._blocks)
        mine = shares.of(canary.NUMBER) in numbers and canary.NUMBER not in without
        self._canary = mine and audience.awaits_canary(row)

    @property
    def left(self) -> bool:
        """Whether there may be anyone."""
        return bool(self._blocks) or self._canary

    def call(self) -> Iterator[tuple[str, BitMap, BitMap]]:
        """The next of them, by push service: who is there, and who of them was refused in
        the alert before. Those who are no more fall away."""
        if self._canary:
            self._canary = False
            yield canary.service(), BitMap([canary.NUMBER]), BitMap()
        if not self._blocks:
            return
        first, last, named = self._blocks[-1]
        rows = _followers(first, last, named) if named else self._following(first, last)
        present: dict[str, list[int]] = defaultdict(list)
        refused: dict[str, list[int]] = defaultdict(list)
        for pk, service, refusals in rows:
            if named is None or pk in named:
                present[service].append(pk)
                if refusals:
                    refused[service].append(pk)
        # Not before all were read: a database that went away meanwhile is asked again.
        self._blocks.pop()
        for service, ids in present.items():
            found = BitMap(ids) - self._without
            yield service, found, BitMap(refused[service]) & found

    def _following(self, first: int, last: int) -> Iterator[tuple[int, str, int]]:
        """Those with these numbers who follow what the broadcast is about."""
        wanting = audience.wanting_of(self._row)
        rows = wanting.filter(follower__gte=first, follower__lte=last)
        asked = ("follower_id", "follower__service", "follower__refusals")
        return rows.values_list(*asked).iterator(chunk_size=BLOCK)


# First number, last number, and who of them where that is known.
Block = tuple[int, int, "BitMap | None"]


def _cut(named: BitMap) -> list[Block]:
    starts = range(0, len(named), BLOCK)
    blocks = [named[start : start + BLOCK] for start in starts]
    return [(block.min(), block.max(), block) for block in blocks]


def _stretches(numbers: Collection[int]) -> list[Block]:
    found: list[Block] = []
    newest = Follower.objects.aggregate(pk=Max("pk"))["pk"] or 0
    for share in numbers:
        begin, end = share * shares.SPAN, min((share + 1) * shares.SPAN, newest + 1)
        starts = range(begin, end, BLOCK)
        found += [(at, min(at + BLOCK, end) - 1, None) for at in starts]
    return found


def _followers(first: int, last: int, named: BitMap) -> Iterator[tuple[int, str, int]]:
    rows = Follower.objects.order_by().values_list("pk", "service", "refusals")
    if last - first < DENSE * len(named):
        rows = rows.filter(pk__range=(first, last))
    else:
        rows = rows.filter(pk__in=list(named))
    return rows.iterator(chunk_size=BLOCK)
