"""A campaign: one open broadcast in memory, who is still to be told, at which service.

Who is told next is drawn by lot: the oldest followers are no better than others, and what
a stranger enrolled first must not stand before everybody else. Only those whom a service
has refused before wait until the others are through.

A follower who is refused for our key cannot be told, ever: RFC 8292 section 4.2 binds a
subscription to the key it was made with. So one who was refused in UNTELLABLE alerts in a
row is removed; the reader's page then says that it does not follow, which is the truth,
and offers to. The refusal counts only when the same service accepted others in the same
alert: when it refuses everybody, the wrong key is ours, and nobody is removed.
"""

from __future__ import annotations

import heapq
import random
import time
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from django.db.models import F
from pyroaring import BitMap

from stoppress.protocols.push_request import Answer, Fault, Outcome, Reach
from stoppress.push import canary, vault
from stoppress.push import origins as services
from stoppress.push.audience import meant
from stoppress.push.figures import Figures
from stoppress.push.ledger import Ledger
from stoppress.push.models import Broadcast, Follower
from stoppress.push.roll import Roll

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stoppress.push.origins import Origins
    from stoppress.push.outbox import Dispatch, Outbox

# Rows changed at once.
CHUNK = 5_000

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

# Alerts in a row in which a service refused our key for one follower, and accepted it for
# others, before the follower is removed. One could be a service's own bad day.
UNTELLABLE = 3


class Campaign:
    """One broadcast that is open, or was when its last letters were sent."""

    def __init__(self, row: Broadcast) -> None:
        self.row = row
        self.open = True
        self.ledger = Ledger.of(row)
        self.pending: dict[str, BitMap] = defaultdict(BitMap)
        self.unwritten = False  # answers that are not in the row yet
        self._gone: dict[int, str] = {}  # follower -> the address that is gone
        self._tries: Counter[int] = Counter()
        self._due: list[tuple[float, int]] = []  # a heap: who waits, until when
        self._later = BitMap()  # the same followers
        self._doubtful = BitMap()  # refused in an earlier alert
        self._refused: dict[str, BitMap] = defaultdict(
            BitMap
        )  # for our key, by service
        self._accepted: set[str] = set()  # services that took a letter
        self._elsewhere = BitMap()  # settled by another process
        everyone = meant(row)
        self.figures = Figures(row, everyone)
        self._roll = Roll(everyone - self.ledger.settled)

    def goes_on(self, row: Broadcast) -> None:
        """Takes up the row as it is now: other words, and whom another process, which
        took this one for dead, has told meanwhile."""
        theirs = Ledger.of(row).settled - self.ledger.settled
        self.row = row
        if theirs:
            self._elsewhere |= theirs
            for waiting in self.pending.values():
                waiting.difference_update(theirs)

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
        return self._roll.left

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

    def set_out(self, followers: Iterable[int]) -> None:
        """Writes down, in the caller's transaction, who is about to be sent to."""
        self.ledger.set_out(followers, self.row)

    def delivered(self, service: str, followers: BitMap) -> None:
        """Enters that the service took these followers' letters."""
        self.unwritten = True
        self._accepted.add(service)
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
        self.ledger.write(self.row)
        self.figures.write(self.row, self.ledger)

    def written(self) -> None:
        """What was to be written is."""
        self.unwritten = False
        self._gone.clear()
        self._doubtful -= self.ledger.handed

    def count_refusals(self) -> int:
        """Counts, in the caller's transaction, in whose name our key was refused at
        services that accepted it for others. Returns how many were removed."""
        removed = 0
        if self.row.nature != Broadcast.Nature.ALERT:
            return removed
        for service in self._accepted & self._refused.keys():
            for some in _chunks(self._refused[service]):
                rows = Follower.objects.filter(pk__in=some, service=service)
                rows.update(refusals=F("refusals") + 1)
                removed += rows.filter(refusals__gte=UNTELLABLE).count()
                rows.filter(refusals__gte=UNTELLABLE).delete()
        return removed

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
        for service, present, refused in self._roll.call():
            self.pending[service] |= present - self._elsewhere
            self._doubtful |= refused

    def _drawn(self, ready: BitMap, most: int) -> list[int]:
        first = _lot(ready - self._doubtful, most)
        return first + _lot(ready & self._doubtful, most - len(first))

    def _note(self, one: Dispatch, answer: Answer) -> None:
        if answer.outcome is Outcome.GONE and one.endpoint:
            self._gone[one.follower] = vault.address(one.endpoint)
        elif answer.fault is Fault.VAPID:
            self._refused[one.service].add(one.follower)


def _lot(ids: BitMap, most: int) -> list[int]:
    """Up to `most` of them, each as likely as any other, in any order."""
    count = max(0, min(most, len(ids)))
    if not count:
        return []
    run = 1 + count // PLACES
    starts = random.sample(range(0, len(ids), run), -(-count // run))
    return [one for start in starts for one in ids[start : start + run]][:count]


def _chunks(ids: BitMap) -> Iterator[list[int]]:
    wanted = list(ids)
    for start in range(0, len(wanted), CHUNK):
        yield wanted[start : start + CHUNK]
