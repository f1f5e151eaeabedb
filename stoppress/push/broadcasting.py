"""Broadcasting: what is open is sent round by round until everyone is settled.

The theory. A push service's answer and our note of it cannot be one act, so the order
is: write down who is sent to, send, write the answers into the ledger in one transaction.
Killed at any moment, the next process reads the ledger and goes on with those who are not
settled. What may be sent twice is what was under way, at most BATCH letters, and the
message's Topic and the notification's tag make the second take the place of the first.

Trouble is kept where it belongs. A round ends after a moment, whoever has not answered by
then (`push/outbox.py`): a silent service keeps its own letters waiting and no others. A
service that asks for a pause, or fails, is paused, not its followers one by one
(`push/origins.py`). A message without an answer is sent again later, a few times. What is
not through after GIVE_UP is called missed, and said.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import DatabaseError

from stoppress.lib.clock import now
from stoppress.lib.transactions import atomic
from stoppress.protocols.push_request import Answer, Fault, Outcome
from stoppress.push import messages, vault
from stoppress.push.campaign import Campaign
from stoppress.push.errors import VaultError
from stoppress.push.models import Broadcast
from stoppress.push.origins import MOST, Origins
from stoppress.push.outbox import Dispatch, Outbox
from stoppress.push.sending import Letter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stoppress.push.models import Follower

log = logging.getLogger(__name__)

# Letters under way at once, over all services: what a crash may repeat, and some 20 MB
# in libcurl.
BATCH = MOST

# After this an alert is no news; who could not be reached is counted as missed.
GIVE_UP = timedelta(hours=2)


class Broadcasting:
    """Sends what is open. Lives in one thread, with an event loop of its own."""

    def __init__(self) -> None:
        self._campaigns: dict[int, Campaign] = {}
        self._last = 0  # the broadcast that had the last turn
        self._origins = Origins()
        self._runner = asyncio.Runner()
        self._outbox = Outbox(self._origins)

    def work(self) -> bool:
        """One round: one open broadcast sends what it can, in its turn, and all hear the
        answers. One round only, so that the cursor's lease is looked after between two.

        False when there is nothing that can be done at once. Then nothing is written
        either: on SQLite each write wakes the tail, which would come back here at once.
        """
        campaigns = self._open()
        letters = self._set_out(campaigns)
        if letters or self._outbox.followers:
            self._round(letters)
        news = [each for each in self._campaigns.values() if _unwritten(each)]
        for campaign in news:
            self._write(campaign)
        return bool(news or self._outbox.followers)

    def close(self) -> None:
        """Ends the connections."""
        self._runner.run(self._outbox.close())
        self._runner.close()

    def _open(self) -> list[Campaign]:
        """The open broadcasts in the order of their turns, each with the words its row
        has now. One that was closed meanwhile is kept until its last letter is answered."""
        rows = list(Broadcast.objects.filter(done_at=None))
        rows.sort(key=lambda row: (row.pk <= self._last, row.seq))
        known = self._campaigns
        self._campaigns = {}
        for row in rows:
            campaign = known.pop(row.pk, None) or Campaign(row)
            campaign.goes_on(row)
            if now() - row.asked_at > GIVE_UP:
                campaign.give_up()
            self._campaigns[row.pk] = campaign
        for pk, campaign in known.items():
            campaign.open = False
            if campaign.ledger.in_flight or campaign.unwritten:
                self._campaigns[pk] = campaign
        return [each for each in self._campaigns.values() if each.open]

    def _set_out(self, campaigns: list[Campaign]) -> list[Dispatch]:
        """The next letters, of the first that has any, written down as under way."""
        for campaign in campaigns:
            followers = campaign.take(self._origins, self._outbox, BATCH)
            if followers:
                self._last = campaign.row.pk
                try:
                    with atomic():
                        campaign.set_out(followers)
                except DatabaseError:
                    for one in followers:
                        campaign.kept_back(one)
                    raise
                return list(self._letters(campaign, followers))
        return []

    def _letters(
        self, campaign: Campaign, followers: list[Follower]
    ) -> Iterator[Dispatch]:
        text = messages.plaintext(campaign.row.message)
        for follower in followers:
            try:
                subscription = vault.unseal(bytes(follower.sealed))
            except VaultError as error:
                log.error("Follower %s: %s", follower.pk, error)  # noqa: TRY400
                # As if the service had refused the message.
                refused = Answer(Outcome.REFUSED, 0, Fault.MESSAGE)
                campaign.heard(follower, refused, trouble=False)
                continue
            letter = Letter(
                follower=follower.pk,
                subscription=subscription,
                text=text,
                topic=campaign.row.message["notification"]["tag"],
                urgency=campaign.row.message["urgency"],
                ttl=messages.TTL,
            )
            yield Dispatch(campaign.row.pk, follower, letter)

    def _round(self, letters: list[Dispatch]) -> None:
        answers, kept = self._runner.run(self._outbox.round(letters))
        for one, answer in answers:
            trouble = self._origins[one.service].troubles > 0
            self._campaigns[one.broadcast].heard(one.follower, answer, trouble=trouble)
        for one in kept:
            self._campaigns[one.broadcast].kept_back(one.follower)

    def _write(self, campaign: Campaign) -> None:
        row, removed = campaign.row, 0
        done = campaign.open and not campaign.left
        with atomic():
            campaign.write()
            if done:
                removed = campaign.count_refusals()
                row.done_at = now()
                row.save(update_fields=["done_at"])
        campaign.written()
        if done:
            books = campaign.ledger
            log.info(
                "Told followers (%s): %d handed, %d gone, %d refused, %d missed.",
                *(row, len(books.handed), len(books.gone)),
                *(len(books.refused), len(books.missed)),
            )
        if removed:
            log.warning(
                "%d followers were removed: their push services refuse them for this "
                "newsroom's key, and others not. They followed under another key.",
                removed,
            )


def _unwritten(campaign: Campaign) -> bool:
    return campaign.unwritten or (campaign.open and not campaign.left)
