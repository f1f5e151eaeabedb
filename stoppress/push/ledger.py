"""The ledger of a broadcast: who was handed it, as roaring bitmaps of follower ids.

A million followers are some 125 KB at worst, mostly far less, and one row to write as
letters set out and as their answers are entered. A crash between the two repeats at most
the letters that were under way: the repeated message carries the same Topic and the
notification the same tag, so that a browser shows it in place of itself.

Who is about to be sent to is written down first, as unsure. Otherwise those who had the
message when the process was killed would be in no book, and a retraction that comes
before it is sent again would pass them by.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyroaring import BitMap

from stoppress.protocols.push_request import Answer, Outcome
from stoppress.push.models import Broadcast

if TYPE_CHECKING:
    from collections.abc import Iterable

PAGES = ("handed", "unsure", "gone", "refused", "missed")


def bits(stored: bytes | memoryview) -> BitMap:
    """A stored bitmap; an empty field is an empty one."""
    return BitMap.deserialize(bytes(stored)) if stored else BitMap()


def stored(bitmap: BitMap) -> bytes:
    """The bitmap as its row keeps it."""
    bitmap.run_optimize()
    return bytes(bitmap.serialize())


@dataclass
class Ledger:
    """One broadcast's books, in memory.

    handed: a push service took it. unsure: it was sent and no answer came, so the
    reader may have it. gone: the follower is no more. refused: never repeated blindly.
    missed: given up after too many tries.
    """

    handed: BitMap = field(default_factory=BitMap)
    unsure: BitMap = field(default_factory=BitMap)
    gone: BitMap = field(default_factory=BitMap)
    refused: BitMap = field(default_factory=BitMap)
    missed: BitMap = field(default_factory=BitMap)
    # Whom this process is sending to just now: unsure in the row until they answer.
    in_flight: BitMap = field(default_factory=BitMap)
    # Those of them who stand in the row as unsure, for that reason alone.
    noted: BitMap = field(default_factory=BitMap)

    @classmethod
    def of(cls, broadcast: Broadcast) -> Ledger:
        """The books as they were last written."""
        return cls(
            handed=bits(broadcast.handed),
            unsure=bits(broadcast.unsure),
            gone=bits(broadcast.gone),
            refused=bits(broadcast.refused),
            missed=bits(broadcast.missed),
        )

    @property
    def settled(self) -> BitMap:
        """Those who need nothing more."""
        return self.handed | self.gone | self.refused | self.missed

    @property
    def told(self) -> BitMap:
        """Those who have it, or may have it: whom a correction must reach."""
        return self.handed | self.unsure

    def delivered(self, followers: BitMap) -> None:
        """Enters that their letters were taken."""
        self.in_flight -= followers
        self.unsure -= followers
        self.handed |= followers

    def book(self, follower: int, answer: Answer) -> None:
        """Enters one answer."""
        self.in_flight.discard(follower)
        if answer.outcome is Outcome.LATER:
            if not answer.status:
                self.unsure.add(follower)
            return
        page = {
            Outcome.DELIVERED: self.handed,
            Outcome.GONE: self.gone,
            Outcome.REFUSED: self.refused,
        }[answer.outcome]
        page.add(follower)
        if answer.outcome is not Outcome.REFUSED:
            self.unsure.discard(follower)

    def kept_back(self, followers: BitMap) -> None:
        """Their letters were not sent after all."""
        self.in_flight -= followers

    def set_out(self, followers: Iterable[int], broadcast: Broadcast) -> None:
        """Writes down who is about to be sent to, in the caller's transaction."""
        self.unsure |= _kept(broadcast).unsure - self.noted
        self.in_flight |= BitMap(followers)
        self.noted |= self.in_flight
        broadcast.unsure = stored(self.unsure | self.in_flight)
        broadcast.save(update_fields=["unsure"])

    def write(self, broadcast: Broadcast) -> None:
        """Writes the answers into the broadcast's row, in the caller's transaction.

        What stands there already stays. A process that was held up for long enough to be
        taken for dead (a laptop that slept) may come back with answers to a broadcast
        that another has finished meanwhile; a follower struck out then would never be
        told of a correction.
        """
        kept = _kept(broadcast)
        kept.unsure -= self.noted
        for name in PAGES:
            setattr(self, name, getattr(self, name) | getattr(kept, name))
        self.unsure -= self.handed | self.gone
        for name in PAGES:
            setattr(broadcast, name, stored(getattr(self, name)))
        broadcast.unsure = stored(self.unsure | self.in_flight)
        broadcast.save(update_fields=PAGES)
        self.noted = self.in_flight.copy()


def _kept(broadcast: Broadcast) -> Ledger:
    """The books as they stand in the row now, which is locked until the end."""
    return Ledger.of(Broadcast.objects.select_for_update().get(pk=broadcast.pk))
