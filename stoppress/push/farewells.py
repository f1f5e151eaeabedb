"""The end of a story, a section or a person: those who follow it are told so, and follow
it no more. Who follows the section of a story that ends is not meant.

The follows go at once, in the transaction of the entry, so that a story which is opened
again begins without followers: who wants more of it says so anew. What is still on its
way to them, or waits for their morning, keeps its audience by name. A follower with
nothing left is forgotten only when the farewell is through, for it carries the address.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from pyroaring import BitMap

from stoppress.lib.clock import now
from stoppress.lib.transactions import atomic
from stoppress.posts.addresses import PEOPLE, SECTIONS
from stoppress.protocols.mercure_topics import EVERYTHING
from stoppress.push import messages
from stoppress.push.audience import CHUNK, audience
from stoppress.push.ledger import bits, stored
from stoppress.push.models import Broadcast, Follow, Follower, Mute

if TYPE_CHECKING:
    from stoppress.wire.models import Entry

# Rows named in one statement: SQLite bounds its parameters.
NAMED_AT_ONCE = 5_000


def say(entry: Entry, *, told: bool) -> None:
    """Ends the follows of the story that this entry closes, or of the section or person
    that it deletes, in the tail's transaction. Without `told`, the news being too old, it is done
    in silence."""
    what = entry.kind.partition(".")[0]
    over = entry.payload[what]
    follows = Follow.objects.filter(topic=over["url"])
    _keep_audiences(over["url"])
    ids = follows.order_by().values_list("follower_id", flat=True)
    ended = BitMap(ids.iterator(chunk_size=CHUNK))
    if not ended:
        return
    follows.delete()
    if what != "story":
        _end_mutes()
    Broadcast.objects.create(
        seq=entry.seq,
        nature=Broadcast.Nature.FAREWELL,
        message=messages.farewell(over, what, entry.seq),
        named=stored(ended),
        forgets=True,
        asked_at=now(),
        done_at=None if told else now(),
    )


def forget() -> None:
    """Forgets whoever has had a farewell and follows nothing else, unless something is
    still on its way to them or waits for their morning."""
    for row in Broadcast.objects.filter(forgets=True, done_at__isnull=False):
        with atomic():
            Broadcast.objects.select_for_update().get(pk=row.pk)
            ended, wanted = bits(row.named), _wanted()
            ids = list(ended - wanted)
            for start in range(0, len(ids), NAMED_AT_ONCE):
                some = ids[start : start + NAMED_AT_ONCE]
                Follower.objects.filter(pk__in=some, follows=None).delete()
            left = ended & wanted
            if left != ended:
                row.named, row.forgets = stored(left), bool(left)
                row.save(update_fields=["named", "forgets"])


def _wanted() -> BitMap:
    """Those to whom something is to be sent yet by their number."""
    found = BitMap()
    for row in Broadcast.objects.filter(Q(done_at=None) | Q(waits=True)):
        found |= bits(row.waiting)
        if row.done_at is None:
            found |= bits(row.named)
    return found


def _end_mutes() -> None:
    """A mute says nothing where nothing wide is followed any more."""
    parts = Q(topic__startswith=SECTIONS) | Q(topic__startswith=PEOPLE)
    wide = Follow.objects.filter(Q(topic=EVERYTHING) | parts)
    Mute.objects.exclude(follower__in=wide.values("follower")).delete()


def _keep_audiences(topic: str) -> None:
    """Writes down by name whom the alerts are for that are not through yet."""
    mine = Q(nature=Broadcast.Nature.ALERT) & (Q(done_at=None) | Q(waits=True))
    for row in Broadcast.objects.select_for_update().filter(mine):
        if topic in row.topics and not row.named:
            row.named = stored(audience(row))
            row.save(update_fields=["named"])
