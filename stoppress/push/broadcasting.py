"""Broadcasting: an open broadcast is sent batch by batch until everyone is settled.

The theory. A push service's answer and our note of it cannot be one act, so the order
is: write down who is sent to, send the batch, then write its answers into the ledger in
one transaction, then take the next. Killed at any moment, the next process reads the
ledger and goes on with those who are not settled. What may be sent twice is the batch in
flight, and the message's Topic and the notification's tag make the second take the place
of the first.

Trouble is kept where it belongs. A push service that asks for a pause is paused, not
its followers one by one, and the others go on. A message without an answer is sent
again later, a few times. What is not through after GIVE_UP is called missed, and said.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

from pyroaring import BitMap

from stoppress.lib.clock import now
from stoppress.lib.transactions import atomic
from stoppress.protocols.push_request import Answer, Fault, Outcome, Reach
from stoppress.push import messages, vault
from stoppress.push.audience import meant
from stoppress.push.errors import VaultError
from stoppress.push.ledger import Ledger
from stoppress.push.models import Broadcast, Follower
from stoppress.push.sending import Letter, Sender

if TYPE_CHECKING:
    from collections.abc import Iterator

log = logging.getLogger(__name__)

# Followers handed a message between two writes of the ledger: what a crash may repeat,
# and about a second of sending.
BATCH = 200

# Rows fetched at once when a broadcast is taken up.
CHUNK = 5_000

# After this an alert is no news; who could not be reached is counted as missed.
GIVE_UP = timedelta(hours=2)

# Tries of one follower whose push service fails for it alone.
MAX_TRIES = 8

# Pauses between two tries, and between two knocks at a troubled service: doubling.
FIRST_PAUSE = 0.5  # seconds
LONGEST_PAUSE = 300  # seconds

# So many refusals of our key in a row, without one message accepted, mean that the
# service refuses us and not single followers: it is left alone, and the log says so.
VAPID_REFUSALS = 5


class Origins:
    """The push services, and until when each is left alone."""

    def __init__(self) -> None:
        self._until: dict[str, float] = {}
        self._troubles: Counter[str] = Counter()
        self._refusals: Counter[str] = Counter()

    def paused(self, origin: str) -> bool:
        return self._until.get(origin, 0) > time.monotonic()

    def heard(self, origin: str, answer: Answer) -> None:
        """Learns from one answer."""
        if answer.outcome in {Outcome.DELIVERED, Outcome.GONE}:
            self._troubles.pop(origin, None)
            self._refusals.pop(origin, None)
        elif answer.fault is Fault.VAPID:
            self._refusals[origin] += 1
            if self._refusals[origin] >= VAPID_REFUSALS:
                log.error("%s refuses this newsroom: %s", origin, answer.sentence)
                self._pause(origin, LONGEST_PAUSE)
        elif answer.outcome is Outcome.LATER and answer.reach is Reach.ORIGIN:
            wait = answer.retry_after
            self._pause(
                origin, back_off(self._troubles[origin]) if wait is None else wait
            )

    def _pause(self, origin: str, seconds: float) -> None:
        if not self.paused(origin):
            self._troubles[origin] += 1
        until = time.monotonic() + seconds
        self._until[origin] = max(until, self._until.get(origin, 0))


class Campaign:
    """One open broadcast in memory: who is still to be told, by push service."""

    def __init__(self, row: Broadcast) -> None:
        self.row = row
        self.ledger = Ledger.of(row)
        self.pending: dict[str, BitMap] = {}
        self.unwritten = False  # answers that are not in the row yet
        self._tries: Counter[int] = Counter()
        self._due: dict[int, float] = {}
        for pk, service in _services(meant(row) - self.ledger.settled):
            self.pending.setdefault(service, BitMap()).add(pk)

    def take(self, origins: Origins, limit: int) -> list[Follower]:
        """Up to `limit` followers who can be told now, from all services alike."""
        free = [name for name in self.pending if not origins.paused(name)]
        chosen: list[int] = []
        tick = time.monotonic()
        for name in free:
            share = max(1, limit // len(free))
            ready = (pk for pk in self.pending[name] if self._due.get(pk, 0) <= tick)
            chosen.extend(pk for pk, _ in zip(ready, range(share), strict=False))
        rows = Follower.objects.in_bulk(chosen[:limit])
        for pk in set(chosen[:limit]) - set(rows):
            self._forget(pk)  # unfollowed meanwhile
        return list(rows.values())

    def heard(self, follower: Follower, answer: Answer) -> None:
        """Enters one answer, and decides whether the follower is tried again."""
        pk = follower.pk
        self.unwritten = True
        self.ledger.book(pk, answer)
        if answer.outcome is not Outcome.LATER:
            self._forget(pk)
        elif answer.reach is Reach.MESSAGE:
            self._tries[pk] += 1
            if self._tries[pk] >= MAX_TRIES:
                self.ledger.missed.add(pk)
                self._forget(pk)
            self._due[pk] = time.monotonic() + back_off(self._tries[pk])

    def give_up(self) -> None:
        """Calls everyone missed who is still to be told."""
        for waiting in self.pending.values():
            self.ledger.missed |= waiting
        self.pending.clear()

    def _forget(self, pk: int) -> None:
        for name, waiting in list(self.pending.items()):
            waiting.discard(pk)
            if not waiting:
                del self.pending[name]


class Broadcasting:
    """Sends what is open. Lives in one thread, with an event loop of its own."""

    def __init__(self) -> None:
        self._campaigns: dict[int, Campaign] = {}
        self._last = 0  # the broadcast that had the last turn
        self._origins = Origins()
        self._runner = asyncio.Runner()
        self._sender = Sender()

    def work(self) -> bool:
        """Sends one batch of one open broadcast; they take turns. One only, so that the
        cursor's lease is looked after between two batches. False when there is nothing
        that can be done at once."""
        for campaign in self._open():
            if self._batch(campaign):
                self._last = campaign.row.pk
                return True
        return False

    def close(self) -> None:
        """Ends the connections."""
        self._runner.run(self._sender.close())
        self._runner.close()

    def _open(self) -> list[Campaign]:
        """The open broadcasts in the order of their turns, each with the words its row
        has now."""
        rows = list(Broadcast.objects.filter(done_at=None))
        rows.sort(key=lambda row: (row.pk <= self._last, row.seq))
        known, self._campaigns = self._campaigns, {}
        for row in rows:
            campaign = known.get(row.pk) or Campaign(row)
            campaign.row = row
            self._campaigns[row.pk] = campaign
        return list(self._campaigns.values())

    def _batch(self, campaign: Campaign) -> bool:
        """False when nothing can be done for this broadcast now. Then nothing is written
        either: on SQLite each write wakes the tail, which would come back here at once."""
        if now() - campaign.row.asked_at > GIVE_UP:
            campaign.give_up()
        followers = campaign.take(self._origins, BATCH)
        if not followers and campaign.pending and not campaign.unwritten:
            return False
        gone: list[Follower] = []
        if followers:
            with atomic():
                campaign.ledger.set_out((one.pk for one in followers), campaign.row)
            letters = list(self._letters(campaign, followers))
            answers = self._runner.run(self._sender.send(letters))
            gone = self._book(campaign, followers, answers)
        self._write(campaign, gone)
        return True

    def _letters(
        self, campaign: Campaign, followers: list[Follower]
    ) -> Iterator[Letter]:
        text = messages.plaintext(campaign.row.message)
        for follower in followers:
            try:
                subscription = vault.unseal(bytes(follower.sealed))
            except VaultError as error:
                log.error("Follower %s: %s", follower.pk, error)  # noqa: TRY400
                continue
            yield Letter(
                follower=follower.pk,
                subscription=subscription,
                text=text,
                topic=messages.tag(campaign.row.post_id),
                urgency=campaign.row.message["urgency"],
                ttl=messages.TTL,
            )

    def _book(
        self, campaign: Campaign, followers: list[Follower], answers: dict[int, Answer]
    ) -> list[Follower]:
        """Enters the answers; returns those who are gone."""
        gone = []
        for follower in followers:
            # No letter could be made for it: as if the service had refused it.
            answer = answers.get(follower.pk, Answer(Outcome.REFUSED, 0, Fault.MESSAGE))
            self._origins.heard(follower.service, answer)
            campaign.heard(follower, answer)
            if answer.outcome is Outcome.GONE:
                gone.append(follower)
        return gone

    def _write(self, campaign: Campaign, gone: list[Follower]) -> None:
        row = campaign.row
        with atomic():
            for one in gone:
                # By its address too: it may have moved while this was under way.
                Follower.objects.filter(pk=one.pk, address=one.address).delete()
            campaign.ledger.write(row)
            if not campaign.pending:
                row.done_at = now()
                row.save(update_fields=["done_at"])
        campaign.unwritten = False
        if row.done_at:
            books = campaign.ledger
            log.info(
                "Told followers of post %s (%s): %d handed, %d gone, %d refused, %d missed.",
                *(row.post_id, row.nature, len(books.handed), len(books.gone)),
                *(len(books.refused), len(books.missed)),
            )


def back_off(tries: int) -> float:
    """Seconds to wait after so many failures: doubling, with jitter, bounded."""
    return min(LONGEST_PAUSE, FIRST_PAUSE * float(2**tries)) * random.uniform(0.7, 1.3)  # noqa: S311


def _services(ids: BitMap) -> Iterator[tuple[int, str]]:
    """The push service of each of these followers; those who are no more fall away."""
    wanted = list(ids)
    for start in range(0, len(wanted), CHUNK):
        chunk = wanted[start : start + CHUNK]
        rows = Follower.objects.filter(pk__in=chunk)
        yield from rows.values_list("pk", "service")
