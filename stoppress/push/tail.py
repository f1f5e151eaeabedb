"""Push follows the wire: which entries become broadcasts, and for whom.

`handle` writes rows only. What is sent is sent by `work`, from those rows, so a crash
between the two loses nothing. Sending alone is what other processes help with.

A correction travels exactly as far as the error did: to those who have the alert or may
have it, and nobody else. While the alert is still on its way, the rest of its audience
gets the corrected words at once and never sees the error; a retraction stops it. Those
whom it was held back from had it by a digest, or have it still to come: the digest is
made of the words of its moment.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from stoppress.lib.clock import now
from stoppress.posts import queries
from stoppress.push import digests, farewells, messages, pleas
from stoppress.push.broadcasting import Broadcasting
from stoppress.push.digests import Digests
from stoppress.push.ledger import stored, told
from stoppress.push.models import Broadcast, Follow
from stoppress.push.silence import Silence
from stoppress.push.watch import Watch

if TYPE_CHECKING:
    from stoppress.posts.views import PostView
    from stoppress.wire.models import Entry

log = logging.getLogger(__name__)

# A tail that was off for a night must not wake readers with yesterday's news.
FRESH = timedelta(hours=6)

Nature = Broadcast.Nature

# What ends so that its followers follow it no more.
ENDING = {"story.closed", "section.deleted", "person.deleted"}

CHASING = {
    "post.corrected": Nature.CORRECTION,
    "post.retracted": Nature.RETRACTION,
    "post.amended": None,
}


class PushTail:
    """The tail that tells followers."""

    name = "push"
    shared = True  # what is sent, by shares of the followers (push/shares.py)

    def __init__(self) -> None:
        self._broadcasting = Broadcasting()
        self._digests = Digests()
        self._silence = Silence()
        self._watch = Watch()

    def wants(self, entry: Entry) -> bool:
        """Whether an entry may ask for a broadcast, or chase one."""
        wanted = {*CHASING, *ENDING, "alert.confirmed"}
        return entry.kind in wanted or _alerts(entry)

    def handle(self, entry: Entry) -> None:
        """Makes a broadcast of an entry that asks for one or chases one."""
        if entry.kind in ENDING:
            farewells.say(entry, told=now() - entry.at <= FRESH)
        elif entry.kind == "alert.confirmed":
            pleas.release(entry)
        else:
            self._take(entry)

    def _take(self, entry: Entry) -> None:
        alerts = _alerts(entry)
        if not alerts and entry.kind not in CHASING:
            return
        post = queries.as_of(entry)
        if post is None:
            return
        if alerts:
            self._alert(entry, post)
        else:
            self._chase(entry, post, CHASING[entry.kind])

    def work(self) -> bool:
        """Sends the next batch. True while there is more to send at once."""
        self._watch.look()
        more = self._digests.work()
        more |= self._broadcasting.work()
        farewells.forget()
        self._silence.work()
        self._broadcasting.tally.tell()
        return more

    def help(self) -> bool:
        """Sends what falls to this process. True while there is more to send at once."""
        more = self._broadcasting.work()
        self._broadcasting.tally.tell()
        return more

    def close(self) -> None:
        """Ends the connections to push services."""
        self._broadcasting.close()
        self._broadcasting.tally.forget()

    def _alert(self, entry: Entry, post: PostView) -> None:
        if now() - entry.at > FRESH:
            log.warning("Post %s is too old for an alert: nobody is told.", post["id"])
            return
        newest = Follow.objects.order_by("-pk").values_list("pk", flat=True).first()
        Broadcast.objects.get_or_create(
            post_id=post["id"],
            nature=Nature.ALERT,
            defaults={
                "seq": entry.seq,
                "message": messages.compose(post, Nature.ALERT, entry.seq),
                "topics": entry.topics,
                "key_event": post["key_event"],
                "through": newest or 0,
                "asked_at": now(),
            },
        )

    def _chase(self, entry: Entry, post: PostView, nature: Nature | None) -> None:
        # Locked, so that whoever sends sees this first, or is seen (push/campaign.py).
        locked = Broadcast.objects.select_for_update()
        mine = locked.filter(post_id=post["id"])
        alert = mine.filter(nature=Nature.ALERT).first()
        if alert is None:
            return
        carriers = list(locked.filter(pk__in=alert.carried))
        for one in (alert, *carriers):
            if one.done_at is None:
                self._overtake(one, entry, post, nature)
        if nature is None or not entry.payload.get("push"):
            return
        # What chased the alert before and is not through yet is overtaken by this one.
        chasing = mine.filter(nature__in=[Nature.CORRECTION, Nature.RETRACTION])
        chasing.filter(done_at=None).update(done_at=now())
        Broadcast.objects.create(
            seq=entry.seq,
            post_id=post["id"],
            nature=nature,
            message=messages.compose(post, nature, entry.seq),
            # Who has the alert, or may have it, by whichever way it came.
            named=stored(told([alert, *carriers])),
            asked_at=now(),
        )

    def _overtake(
        self, row: Broadcast, entry: Entry, post: PostView, nature: Nature | None
    ) -> None:
        if row.nature == Nature.DIGEST:
            digests.redraw(row)
            return
        if nature == Nature.RETRACTION:
            row.done_at = now()
        else:
            row.message = messages.compose(post, Nature.ALERT, entry.seq)
        row.save(update_fields=["done_at", "message"])


def _alerts(entry: Entry) -> bool:
    return entry.kind == "post.published" and bool(entry.payload.get("push"))
