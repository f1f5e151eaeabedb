"""Broadcasting: what is open is sent round by round until everyone is settled.

The theory. A push service's answer and our note of it cannot be one act, so the order
is: write down who is sent to, send, write the answers into the ledger in one transaction.
Killed at any moment, the next process reads the ledger and goes on with those who are not
settled. What may be sent twice is what was written down and not answered in the ledger
yet, at most AHEAD letters, and the message's Topic and the notification's tag make the
second take the place of the first. The books are written twice a second and not for each
letter, or they would cost more than the letters: so AHEAD is what half a second sends,
from few at first to many once services have shown what they take.

Several processes may do so at once, each for its own shares of the followers and in a book
of its own (push/shares.py, push/ledger.py). A broadcast is done when all shares are
through. Whoever writes about a broadcast locks its row first: so its end is seen by
exactly one, and nobody sends what was taken back a moment ago.

Trouble is kept where it belongs. A round ends after a moment, whoever has not answered by
then (`push/outbox.py`): a silent service keeps its own letters waiting and no others. A
service that asks for a pause, or fails, is paused, not its followers one by one
(`push/origins.py`). A message without an answer is sent again later, a few times. What is
not through after GIVE_UP is called missed, and said.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import DatabaseError, InterfaceError
from pyroaring import BitMap

from stoppress.lib.clock import now
from stoppress.lib.transactions import atomic
from stoppress.protocols.push_request import Outcome
from stoppress.push import canary, messages, shares
from stoppress.push.campaign import Campaign
from stoppress.push.errors import SharesLost
from stoppress.push.keying import Keying
from stoppress.push.keyring import Keyring
from stoppress.push.ledger import Ledger
from stoppress.push.models import Broadcast
from stoppress.push.origins import Origins
from stoppress.push.outbox import Dispatch, Outbox, Words
from stoppress.push.shares import Shares
from stoppress.push.tally import Tally

if TYPE_CHECKING:
    from stoppress.protocols.push_request import Answer

log = logging.getLogger(__name__)

# Letters written down as under way for one round: what a crash may repeat. FASTER times as
# many while services answer all of them before the round is over.
AHEAD_AT_FIRST, AHEAD = 200, 16_000
FASTER = 4

# After this an alert is no news; who could not be reached is counted as missed.
GIVE_UP = timedelta(hours=2)


class Broadcasting:
    """Sends what is open. Lives in one thread."""

    def __init__(self) -> None:
        self._campaigns: dict[int, Campaign] = {}
        self._held: frozenset[int] = frozenset()  # our shares
        self._last = 0  # the broadcast that had the last turn
        self._ahead = AHEAD_AT_FIRST
        self._shares = Shares()
        self._origins = Origins()
        self._keyring = Keyring()
        self._keying = Keying(self._keyring)
        self._outbox = Outbox(self._origins, self._keyring)
        self.tally = Tally(self._keyring, self._origins)

    def work(self) -> bool:
        """One round: one open broadcast sends what it can, in its turn, and all hear the
        answers. One round only, so that the cursor's lease is looked after between two.

        False when there is nothing that can be done at once. Then nothing is written
        either: on SQLite each write wakes the tail, which would come back here at once.
        """
        campaigns = self._open()
        if campaigns:
            self._keying.give_way()
        letters = self._set_out(campaigns)
        if letters or self._outbox.followers:
            self._round(letters)
        news = [each for each in self._campaigns.values() if _unwritten(each)]
        for campaign in news:
            self._write(campaign)
        calling = any(each.calling for each in campaigns)
        if news or calling or self._outbox.followers:
            return True
        self._keying.start(self._held)
        return False

    def close(self) -> None:
        """Ends the connections, and the making of keys; others may go on at once."""
        self._keying.stop()
        self._outbox.close()
        try:
            self._shares.leave()
        except (DatabaseError, InterfaceError) as error:
            log.warning("The shares could not be given back: %s", error)

    def _open(self) -> list[Campaign]:
        """The open broadcasts in the order of their turns, each with the words its row
        has now. One that was closed meanwhile is kept until its last letter is answered."""
        unwritten = any(each.unwritten for each in self._campaigns.values())
        spare = not (unwritten or self._outbox.followers)
        self._held = self._shares.look(spare=spare)
        rows = list(Broadcast.objects.filter(done_at=None))
        rows.sort(key=lambda row: (row.pk <= self._last, row.seq))
        known, current = dict(self._campaigns), {}
        for row in rows:
            campaign = known.pop(row.pk, None) or self._begun(row)
            campaign.goes_on(row, self._held)
            if now() - row.asked_at > GIVE_UP:
                campaign.give_up()
            current[row.pk] = campaign
        for pk, campaign in known.items():
            campaign.open = False
            if campaign.ledger.in_flight or campaign.unwritten:
                current[pk] = campaign
        self._campaigns = current
        return [each for each in self._campaigns.values() if each.open]

    def _begun(self, row: Broadcast) -> Campaign:
        # What kept the canary from hearing the last one is to be tried anew.
        self._origins.pop(canary.service(), None)
        return Campaign(row, self._shares.owner)

    def _set_out(self, campaigns: list[Campaign]) -> list[Dispatch]:
        """The next letters, of the first that has any, written down as under way."""
        for campaign in campaigns:
            chosen = campaign.take(self._origins, self._outbox, self._ahead)
            if chosen:
                self._last = campaign.row.pk
                if self._noted(campaign, chosen):
                    words = _words(campaign.row)
                    return [Dispatch(words, *one) for one in chosen.items()]
            if not self._held:
                break
        return []

    def _noted(self, campaign: Campaign, chosen: dict[int, str]) -> bool:
        """Writes down who is about to be sent to; False when they must not be."""
        try:
            with atomic():
                self._shares.confirm()
                campaign.lock()
                if campaign.open:
                    campaign.set_out(chosen)
        except (DatabaseError, SharesLost) as error:
            campaign.kept_back(BitMap(chosen))
            if isinstance(error, DatabaseError):
                raise
            self._shares.lose()
            self._held = frozenset()
            for each in self._campaigns.values():
                each.goes_on(each.row, self._held)
            return False
        return campaign.open

    def _round(self, letters: list[Dispatch]) -> None:
        try:
            answers, kept = self._outbox.round(letters)
        except BaseException:
            self._enter(*self._outbox.ended())
            raise
        self._enter(answers, kept)
        if letters and not kept:
            self._ahead = min(AHEAD, self._ahead * FASTER)
        elif kept:
            self._ahead = max(AHEAD_AT_FIRST, min(AHEAD, 2 * len(answers)))

    def _enter(
        self, answers: list[tuple[Dispatch, Answer]], kept: list[Dispatch]
    ) -> None:
        """Enters what became of letters into the books of their campaigns."""
        delivered: dict[tuple[int, str, str], list[int]] = defaultdict(list)
        for one, answer in answers:
            if one.follower == canary.NUMBER:
                self._canary_answers(one, answer)
            if answer.outcome is Outcome.DELIVERED:
                delivered[one.broadcast, one.service, one.vapid].append(one.follower)
                continue
            trouble = self._origins[one.service].troubles > 0
            self.tally.add(one.service, answer.outcome)
            self._campaigns[one.broadcast].heard(one, answer, trouble=trouble)
        for (broadcast, service, vapid), followers in delivered.items():
            self.tally.add(service, Outcome.DELIVERED, len(followers))
            self._campaigns[broadcast].delivered(service, vapid, BitMap(followers))
        back: dict[int, list[int]] = defaultdict(list)
        for one in kept:
            back[one.broadcast].append(one.follower)
        for broadcast, followers in back.items():
            self._campaigns[broadcast].kept_back(BitMap(followers))

    def _canary_answers(self, one: Dispatch, answer: Answer) -> None:
        if answer.outcome is Outcome.DELIVERED:
            self._campaigns[one.broadcast].figures.heard(one.answered_at)
        elif answer.status:
            log.error(
                "The canary's own address answers %d: see the web server's log, and "
                "whether STOPPRESS_URL is the same for both.",
                answer.status,
            )

    def _write(self, campaign: Campaign) -> None:
        row, removed, done = campaign.row, 0, False
        with atomic():
            campaign.lock()
            campaign.write()
            if campaign.through:
                removed = campaign.count_refusals()
                done = Ledger.of(row).through >= set(range(shares.count()))
            if done:
                row.done_at = now()
                row.save(update_fields=["done_at"])
        campaign.written()
        if done:
            books = Ledger.of(row)
            log.info(
                "Told followers (%s): %d handed, %d gone, %d refused, %d missed.",
                *(row, canary.readers(books.handed), canary.readers(books.gone)),
                *(canary.readers(books.refused), canary.readers(books.missed)),
            )
        if removed:
            log.warning(
                "%d followers were removed: their push services refuse them for this "
                "newsroom's key, and others not. They followed under another key.",
                removed,
            )


def _words(row: Broadcast) -> Words:
    return Words(
        broadcast=row.pk,
        text=messages.plaintext(row.message, row.pk),
        topic=row.message["notification"]["tag"],
        urgency=row.message["urgency"],
        ttl=messages.TTL,
    )


def _unwritten(campaign: Campaign) -> bool:
    return campaign.unwritten or campaign.through
