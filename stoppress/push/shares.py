"""Shares: who sends to whom, when several processes send.

The theory. Followers are divided by their numbers, SPAN to a share, once and for all
broadcasts, and each share belongs to one courier, a process that sends. So whatever goes
to one follower goes out by one process, which does not let an alert be overtaken by its
own correction; and that follower's next key is made once, where it will be used. A
newsroom of fewer than SPAN followers has one share, which one courier sends to while the
others stand by.

A courier holds its shares for as long as it holds its lease, one row that it renews. One
whose lease ran out, or whose process is known to have ended, is struck out by conditional
delete, and what it had is free. The free is taken by conditional update, up to what is
fair; who has more gives back when nothing of its is under way. A courier that was only
slow finds its row gone as it renews it, or as it writes down whom it is about to send to:
it goes on as a new one, under another name, with nothing. What it wrote stays, and what
it hears yet it enters into its own book (push/ledger.py), so nobody's is spoiled.
"""

from __future__ import annotations

import logging
import random
import time
from typing import TYPE_CHECKING

from django.db.models import Max
from pyroaring import BitMap

from stoppress.lib.clock import now
from stoppress.push.errors import SharesLost
from stoppress.push.models import Courier, Follower, Share
from stoppress.wire.ownership import ENOUGH, LEASE, alive, owner_name

if TYPE_CHECKING:
    from collections.abc import Iterable

log = logging.getLogger(__name__)

# Followers to a share: a tenth of a second's sending for one process, so that fewer are
# not worth a second one. A million are 500 shares.
SPAN = 1 << 11

# How often a courier looks for who has come and gone: how soon one that died on the same
# machine is noticed.
LOOK = 1.0  # seconds


class Shares:
    """The shares of one courier. Lives in the thread that sends."""

    def __init__(self) -> None:
        self.owner = owner_name()
        self._known = False  # signed on, under this name
        self._held: frozenset[int] = frozenset()
        self._next = 0.0

    def look(self, *, spare: bool) -> frozenset[int]:
        """The shares that are ours. Once in LOOK the lease is looked after, free shares
        are taken and, with `spare`, given back; else nothing is asked or written."""
        tick = time.monotonic()
        if tick >= self._next:
            self._next = tick + LOOK
            # The shares before the couriers: who has one signed on before it had it, and
            # is not taken for dead in its first moment.
            owners = _owners()
            couriers = {row.owner: row for row in Courier.objects.all()}
            if self._signs_on(couriers.pop(self.owner, None)):
                living = [self.owner, *filter(None, map(_living, couriers.values()))]
                self._held = self._dealt(owners, living, spare=spare)
        return self._held

    def confirm(self) -> None:
        """Raises SharesLost when the lease was lost; otherwise it lasts until the end of
        the caller's transaction."""
        mine = Courier.objects.select_for_update().filter(owner=self.owner)
        if not list(mine):
            raise SharesLost(self.owner)

    def lose(self) -> None:
        """Begins anew, under another name and with nothing."""
        log.warning("%s was taken for dead; others send to its followers.", self.owner)
        self.owner = owner_name()
        self._known, self._held, self._next = False, frozenset(), 0.0

    def leave(self) -> None:
        """Lets the others have everything at once."""
        Courier.objects.filter(owner=self.owner).delete()
        self._known, self._held, self._next = False, frozenset(), 0.0

    def _signs_on(self, row: Courier | None) -> bool:
        """Renews the lease; False when it was lost."""
        if row is not None and row.held_until > now() + ENOUGH:
            return True
        until = now() + LEASE
        if not self._known:
            Courier.objects.create(owner=self.owner, held_until=until)
            self._known = True
        elif not Courier.objects.filter(owner=self.owner).update(held_until=until):
            self.lose()
        return self._known

    def _dealt(
        self, owners: dict[int, str], living: list[str], *, spare: bool
    ) -> frozenset[int]:
        """What is ours after giving and taking."""
        mine = {number for number, owner in owners.items() if owner == self.owner}
        fair = -(-len(owners) // len(living))
        if spare and len(mine) > fair:
            # By lot: old shares have fewer followers left than new ones.
            given = random.sample(sorted(mine), len(mine) - fair)
            _pass_on(given, self.owner, "")
            mine -= set(given)
        for number, owner in owners.items():
            free = owner not in living and len(mine) < fair
            if free and _pass_on([number], owner, self.owner):
                mine.add(number)
        return frozenset(mine)


def ids(numbers: Iterable[int]) -> BitMap:
    """All the follower numbers of these shares."""
    found = BitMap()
    for number in numbers:
        found.add_range(number * SPAN, (number + 1) * SPAN)
    return found


def of(follower: int) -> int:
    """The share that a follower is in."""
    return follower // SPAN


def count() -> int:
    """How many shares the followers make now, at least one."""
    newest = Follower.objects.aggregate(pk=Max("pk"))["pk"] or 0
    return of(newest) + 1


def _owners() -> dict[int, str]:
    """Each share's owner, by its number; shares that are new are made."""
    found = dict(Share.objects.order_by("number").values_list("number", "owner"))
    new = [number for number in range(count()) if number not in found]
    if new:
        rows = [Share(number=number) for number in new]
        Share.objects.bulk_create(rows, ignore_conflicts=True)
    return found | dict.fromkeys(new, "")


def _living(row: Courier) -> str:
    """Its name; '' when it is dead, and struck out."""
    if row.held_until >= now() and alive(row.owner):
        return row.owner
    dead = Courier.objects.filter(owner=row.owner, held_until=row.held_until)
    return "" if dead.delete()[0] else row.owner


def _pass_on(numbers: list[int], owner: str, to: str) -> int:
    """Gives these shares on, as far as they are still the owner's. Returns how many."""
    rows = Share.objects.filter(number__in=numbers, owner=owner)
    return rows.update(owner=to)
