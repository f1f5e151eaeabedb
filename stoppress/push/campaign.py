"""A campaign: one open broadcast in memory, who is still to be told, at which service.

Only those of the shares that are held (push/shares.py) are called up. When a share is
taken up, also from one who died, what all couriers wrote says who of it is left.

Who is told next is drawn by lot: the oldest followers are no better than others, and what
a stranger enrolled first must not stand before everybody else. Only those whom a service
has refused before wait until the others are through.
"""

from __future__ import annotations

import heapq
import random
import time
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from pyroaring import BitMap

from stoppress.protocols.push_request import Answer, Fault, Outcome, Reach
from stoppress.push import canary, vault
from stoppress.push import origins as services
from stoppress.push.audience import held_back, is_named
from stoppress.push.figures import Figures
from stoppress.push.ledger import Ledger
from stoppress.push.models import Broadcast, Follower
from stoppress.push.refusals import Refusals
from stoppress.push.roll import Roll

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stoppress.push.origins import Origins
    from stoppress.push.outbox import Dispatch, Outbox

# The audience is called up for so long at a time, while services wait for letters.
CALLING = 0.1  # seconds

# A lot is drawn among places, and many letters are drawn as runs of followers who stand
# together in the table: so far apart one by one, reading them would cost most of all.
PLACES = 64

# Letters at once to services on trial, all together: stops silent ones that a stranger
# found from having all the others' room.
FOR_TRIALS = 50

# Tries of one follower whose push service fails for it alone.
MAX_TRIES = 8


class Campaign:
    """One broadcast that is open, or was when its last letters were sent."""

    def __init__(self, row: Broadcast, owner: str) -> None:
        """`owner`: the courier in whose book its answers are entered."""
        self.row = row
        self.open = True
        self.ledger = Ledger()
        self._owner = owner
        self._shares: frozenset[int] = frozenset()
        self._reported: frozenset[int] = frozenset()  # through, as is being written
        self.pending: dict[str, BitMap] = defaultdict(BitMap)
        self.unwritten = False  # answers that are not in the row yet
        self._gone: dict[int, str] = {}  # follower -> the address that is gone
        self._tries: Counter[int] = Counter()
        self._due: list[tuple[float, int]] = []  # a heap: who waits, until when
        self._later = BitMap()  # the same followers
        self._doubtful = BitMap()  # refused in an earlier alert
        self._refusals = Refusals()
        self._rolls: list[Roll] = []
        self.figures = Figures(row)

    def goes_on(self, row: Broadcast, held: frozenset[int]) -> None:
        """Takes up the row as it is now, other words perhaps, for the shares that are
        held now."""
        self.row = row
        self._by_name()
        if held == self._shares:
            return
        lost = self._shares - held  # to others, who tell whom they like
        gained = held if lost else held - self._shares
        called = self._called(gained)
        if lost:  # begun anew, from what is written
            self.pending.clear()
            self._rolls.clear()
        self._rolls += called
        self._shares = held

    @property
    def left(self) -> bool:
        """Whether anyone is still to be told; a canary that is silent is not waited for."""
        silent = canary.service() if self.row.canary == Broadcast.Canary.SILENT else ""
        return self.calling or any(
            waiting for name, waiting in self.pending.items() if name != silent
        )

    @property
    def calling(self) -> bool:
        """Whether a part of the audience was not called up yet."""
        return any(roll.left for roll in self._rolls)

    @property
    def through(self) -> bool:
        """Whether nobody is left, and it is not written down yet."""
        fresh = bool(self._shares - self.ledger.through)
        return self.open and fresh and not self.left

    def take(self, origins: Origins, outbox: Outbox, limit: int) -> dict[int, str]:
        """Followers who can be told now, and their services, so that at most `limit` are
        under way or about to be.

        Services on trial get a few each, FOR_TRIALS all together; the others share the
        rest evenly.
        """
        room = limit - len(outbox.followers)
        self._call(origins, outbox, room)
        chosen: dict[int, str] = {}
        proven, trials = self._ready(origins, outbox)
        for_trials = max(1, min(FOR_TRIALS, limit // 4))
        for_trials -= sum(outbox.under_way(n) for n, o in origins.items() if o.on_trial)
        random.shuffle(trials)
        for name, ready in trials:
            most = min(services.TRIAL - outbox.under_way(name), for_trials, room)
            some = self._drawn(ready, most)
            chosen |= dict.fromkeys(some, name)
            for_trials -= len(some)
            room -= len(some)
        for at, (name, ready) in enumerate(proven):
            share = max(1, room // (len(proven) - at))
            some = self._drawn(ready, min(share, room))
            chosen |= dict.fromkeys(some, name)
            room -= len(some)
        return chosen

    def lock(self) -> None:
        """Takes the row's words, names and end as they are now, and keeps them so until the
        end of the caller's transaction. A correction or retraction looks up who was told
        behind the same lock: so a letter either set out before, and is chased, or has the
        new words, or does not set out at all."""
        rows = Broadcast.objects.select_for_update()
        fields = ["message", "done_at"] + ["named"] * (not is_named(self.row))
        self.row.refresh_from_db(fields=fields, from_queryset=rows)
        self._by_name()
        self.open = self.open and self.row.done_at is None

    def set_out(self, followers: Iterable[int]) -> None:
        """Writes down, in the caller's transaction, who is about to be sent to."""
        self.ledger.set_out(followers, self.row.pk, self._owner)

    def delivered(self, service: str, vapid: str, followers: BitMap) -> None:
        """Enters that the service took these followers' letters, signed with this key."""
        self.unwritten = True
        self._refusals.accepted.add((service, vapid))
        self.ledger.delivered(followers)
        self.pending[service] -= followers

    def heard(self, one: Dispatch, answer: Answer, *, trouble: bool) -> None:
        """Enters one answer, and decides whether the follower is tried again. `trouble`:
        its service is known to fail for all, which is no fault of this letter."""
        pk, service = one.follower, one.service
        self.unwritten = True
        self.ledger.book(pk, answer)
        if answer.outcome is not Outcome.LATER:
            self.pending[service].discard(pk)
            self._note(one, answer)
        elif answer.reach is Reach.MESSAGE and (answer.status or not trouble):
            self._tries[pk] += 1
            if self._tries[pk] >= MAX_TRIES:
                self.ledger.missed.add(pk)
                self.pending[service].discard(pk)
            due = time.monotonic() + services.back_off(self._tries[pk])
            heapq.heappush(self._due, (due, pk))
            self._later.add(pk)

    def kept_back(self, followers: BitMap) -> None:
        """Their letters were not sent after all."""
        self.ledger.kept_back(followers)
        self.unwritten = True

    def give_up(self) -> None:
        """Calls everyone missed who is still to be told and has no letter under way."""
        while self.calling:
            self._call_up()
        for waiting in self.pending.values():
            missed = waiting - self.ledger.in_flight
            self.ledger.missed |= missed
            waiting.difference_update(missed)
            self.unwritten |= bool(missed)

    def write(self) -> None:
        """Writes the books, and strikes out who is gone, in the caller's transaction."""
        for pk, address in self._gone.items():
            # By its address too: it may have moved while this was under way.
            Follower.objects.filter(pk=pk, address=address).delete()
        cleared = self._doubtful & self.ledger.handed
        if cleared:
            Follower.objects.filter(pk__in=list(cleared)).update(refusals=0)
        self._reported = self._shares if self.through else frozenset()
        through = self.ledger.through | self._reported
        self.ledger.write(self.row.pk, self._owner, through)
        had = canary.readers(self.ledger.handed)
        self.figures.write(self.row, had, None if self.calling else self._there())

    def written(self) -> None:
        """What was to be written is."""
        self.unwritten = False
        self._gone.clear()
        if self._reported:
            self.ledger.through |= self._reported
            self._refusals.counted()
        self._doubtful -= self.ledger.handed

    def count_refusals(self) -> int:
        """Counts, in the caller's transaction, whom our key was refused for in an alert.
        Returns how many were removed."""
        alert = self.row.nature == Broadcast.Nature.ALERT
        return self._refusals.count() if alert else 0

    def _there(self) -> int:
        """How many readers can be told, or were: nobody can tell those who are gone."""
        books = self.ledger
        waiting = BitMap().union(*self.pending.values())
        there = books.handed | books.refused | books.missed | waiting
        return canary.readers(there)

    def _ready(
        self, origins: Origins, outbox: Outbox
    ) -> tuple[list[tuple[str, BitMap]], list[tuple[str, BitMap]]]:
        """Who can be told now: at proven services, the smallest first, and at others."""
        tick = time.monotonic()
        while self._due and self._due[0][0] <= tick:
            self._later.discard(heapq.heappop(self._due)[1])
        busy = self._later | outbox.followers
        proven: list[tuple[str, BitMap]] = []
        trials: list[tuple[str, BitMap]] = []
        for name, waiting in self.pending.items():
            origin = origins[name]
            ready = BitMap() if origin.paused else waiting - busy
            if ready:
                (trials if origin.on_trial else proven).append((name, ready))
        return sorted(proven, key=lambda each: len(each[1])), trials

    def _call(self, origins: Origins, outbox: Outbox, room: int) -> None:
        """Calls up more of the audience while there are not enough who can be told."""
        until = time.monotonic() + CALLING
        while self.calling and time.monotonic() < until:
            proven, trials = self._ready(origins, outbox)
            if sum(len(some - self._doubtful) for _, some in proven + trials) >= room:
                return
            self._call_up()

    def _call_up(self) -> None:
        roll = next(roll for roll in self._rolls if roll.left)
        for service, present, refused in roll.call():
            self.pending[service] |= present
            self._doubtful |= refused

    def _called(self, gained: frozenset[int]) -> list[Roll]:
        """The roll of those in these shares who are left."""
        books = Ledger.of(self.row)
        self.ledger.through |= gained & books.through
        wanted = gained - books.through
        if not wanted:
            return []
        settled = books.settled | self.ledger.settled
        return [Roll(self.row, wanted, without=settled | held_back(self.row))]

    def _by_name(self) -> None:
        """When a story is closed its follows go, and its alerts' rows have their audiences
        by name: then all who are not settled are called by that; who was called up already
        takes no harm."""
        if is_named(self.row) and not all(roll.named for roll in self._rolls):
            self._rolls = self._called(self._shares)

    def _drawn(self, ready: BitMap, most: int) -> list[int]:
        first = _lot(ready - self._doubtful, most)
        return first + _lot(ready & self._doubtful, most - len(first))

    def _note(self, one: Dispatch, answer: Answer) -> None:
        if answer.outcome is Outcome.GONE and one.endpoint:
            self._gone[one.follower] = vault.address(one.endpoint)
        elif answer.fault is Fault.VAPID:
            self._refusals.refused[one.service, one.vapid].add(one.follower)


def _lot(ids: BitMap, most: int) -> list[int]:
    """Up to `most` of them, each as likely as any other, in any order."""
    count = max(0, min(most, len(ids)))
    if not count:
        return []
    run = 1 + count // PLACES
    starts = random.sample(range(0, len(ids), run), -(-count // run))
    return [one for start in starts for one in ids[start : start + run]][:count]
