"""Digests: what was held back comes as one message when its reader's rest is over.

The theory. Each alert's row says who still waits for it. A look takes those who rest no
longer, sorts them by what exactly they wait for, and writes, in one transaction, one
broadcast for each such group and strikes the group out from those who wait. Killed before,
the next look finds them waiting; killed after, the broadcast is there: nobody is left out
and nobody is told twice. The words are those of the moment: what was corrected meanwhile
is told as it is now, what was retracted is not told.

Rest ends at quarters of an hour (push/quiet.py), so that is when a look is worth its
while; a process that has just started looks at once.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from pyroaring import BitMap

from stoppress.lib.clock import now
from stoppress.lib.transactions import atomic
from stoppress.posts import queries
from stoppress.push import messages
from stoppress.push.audience import audience, resting
from stoppress.push.ledger import bits, enter, stored
from stoppress.push.models import Broadcast
from stoppress.push.quiet import quarter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from stoppress.posts.views import PostView

log = logging.getLogger(__name__)

# Who follows different stories waits for different posts. So many groups are written at
# once, the largest first: each is a row and a short transaction's work.
GROUPS_AT_ONCE = 100

# Rest lasts less than a day; what waited for longer, the newsroom being switched off, is
# history and is not told.
LONGEST_WAIT = timedelta(hours=36)

# Whose book holds them: nobody sent to them.
BOOK = "waited"

Nature = Broadcast.Nature


class Digests:
    """Looks after those who wait. Lives in the push tail's thread."""

    def __init__(self) -> None:
        self._looked = 0  # the quarter of the last look that left nothing to do

    def work(self) -> bool:
        """Writes the digests that are due. True: there are more to write at once."""
        moment = now()
        if quarter(moment) == self._looked:
            return False
        more = write_due()
        if not more:
            self._looked = quarter(moment)
        return more


def write_due() -> bool:
    """Writes a digest for each group of those who rest no longer; True when there were
    more groups than fit."""
    if not _waiting().exists():
        return False
    rests = resting(now())
    with atomic():
        rows = list(_waiting().select_for_update().order_by("-seq"))
        fresh = [row for row in rows if now() - row.asked_at <= LONGEST_WAIT]
        for row in rows:
            if row not in fresh:
                _miss(row)
        groups = _groups(fresh, rests)
        for who, waited in groups[:GROUPS_AT_ONCE]:
            _write(who, waited)
        for row in fresh:
            row.waits = bool(bits(row.waiting))
            row.save(update_fields=["waiting", "waits", "carried"])
    return len(groups) > GROUPS_AT_ONCE


def redraw(digest: Broadcast) -> None:
    """Gives an open digest the words that its posts have now, in the caller's
    transaction; ends it when they are all taken back."""
    posts = _told_now(digest.posts)
    if posts:
        tag = digest.message["notification"]["tag"]
        digest.message = messages.digest(posts, digest.seq)
        # Who may have it already is not to see it twice.
        digest.message["notification"]["tag"] = tag
    else:
        digest.done_at = now()
    digest.save(update_fields=["message", "done_at"])


def _waiting() -> QuerySet[Broadcast]:
    return Broadcast.objects.filter(waits=True)


def _groups(
    rows: Sequence[Broadcast], rests: BitMap
) -> list[tuple[BitMap, list[Broadcast]]]:
    """Who is due, by the alerts that they wait for, newest first; the largest group
    first."""
    due = {row.pk: _due(row, rests) for row in rows}
    groups: list[tuple[BitMap, list[Broadcast]]] = []
    for row in rows:
        new, split = due[row.pk].copy(), []
        for who, waited in groups:
            both, rest = who & new, who - new
            new -= both
            split += [(both, [*waited, row]), (rest, waited)]
        groups = [group for group in [*split, (new, [row])] if group[0]]
    return sorted(groups, key=lambda group: -len(group[0]))


def _due(row: Broadcast, rests: BitMap) -> BitMap:
    """Who waits no longer for this alert; whoever stopped following has had their say."""
    waiting = bits(row.waiting) & audience(row)
    row.waiting = stored(waiting)
    return waiting - rests


def _write(who: BitMap, waited: list[Broadcast]) -> None:
    posts = _told_now([row.post_id for row in waited if row.post_id is not None])
    newest = waited[0]
    made = []
    if posts:
        digest = Broadcast.objects.create(
            seq=newest.seq,
            nature=Nature.DIGEST,
            message=messages.digest(posts, newest.seq),
            posts=[post["id"] for post in posts],
            named=stored(who),
            asked_at=now(),
        )
        made = [digest.pk]
    for row in waited:
        row.waiting = stored(bits(row.waiting) - who)
        row.carried = [*row.carried, *made]


def _told_now(post_ids: Sequence[int]) -> list[PostView]:
    """These posts as they are now, without those that were taken back."""
    found = [queries.any_post(post_id) for post_id in post_ids]
    return [post for post in found if post and post["state"] == "published"]


def _miss(row: Broadcast) -> None:
    """Nobody waits for this alert any longer: it is history."""
    log.warning("%s: %d who waited were not told.", row, len(bits(row.waiting)))
    enter(row.pk, BOOK, missed=row.waiting)
    row.waiting, row.waits = stored(BitMap()), False
    row.save(update_fields=["waiting", "waits"])
