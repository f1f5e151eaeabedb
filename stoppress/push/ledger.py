"""The ledger of a broadcast: who was handed it, as roaring bitmaps of follower ids.

Each courier that had a part in it has a book of its own, a row that nobody else ever
writes to; all books together are the ledger. So couriers never wait for one another's
books, and what one wrote who was taken for dead meanwhile takes nothing from the others:
what a push service took, it took. The union is read only when a courier takes a share up
and when somebody asks what became of a broadcast.

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
from stoppress.push.models import Book

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stoppress.push.models import Broadcast

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
    """One broadcast's books, in memory: a courier's own, or all of them together.

    handed: a push service took it. unsure: it was sent and no answer came, so the
    reader may have it. gone: the follower is no more. refused: never repeated blindly.
    missed: given up. in_flight: under way now, counted as unsure until it is answered.
    through: the shares in which nobody is left to be told.
    """

    handed: BitMap = field(default_factory=BitMap)
    unsure: BitMap = field(default_factory=BitMap)
    gone: BitMap = field(default_factory=BitMap)
    refused: BitMap = field(default_factory=BitMap)
    missed: BitMap = field(default_factory=BitMap)
    in_flight: BitMap = field(default_factory=BitMap)
    through: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, broadcast: Broadcast) -> Ledger:
        """All that is written about it."""
        return ledgers([broadcast])[broadcast.pk]

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

    def set_out(self, followers: Iterable[int], broadcast: int, owner: str) -> None:
        """Writes down who is about to be sent to, in the caller's transaction."""
        self.in_flight |= BitMap(followers)
        enter(broadcast, owner, unsure=stored(self.unsure | self.in_flight))

    def write(self, broadcast: int, owner: str, through: Iterable[int]) -> None:
        """Writes all of it into the owner's book, in the caller's transaction."""
        self.unsure -= self.handed | self.gone
        pages = {name: stored(getattr(self, name)) for name in PAGES}
        pages["unsure"] = stored(self.unsure | self.in_flight)
        enter(broadcast, owner, **pages, through=sorted(through))


def ledgers(broadcasts: Iterable[Broadcast]) -> dict[int, Ledger]:
    """What is written about each of these, by its number."""
    found = {row.pk: Ledger() for row in broadcasts}
    for book in Book.objects.filter(broadcast__in=found):
        ledger = found[book.broadcast_id]
        ledger.through.update(book.through)
        for name in PAGES:
            setattr(ledger, name, getattr(ledger, name) | bits(getattr(book, name)))
    for ledger in found.values():
        ledger.unsure -= ledger.handed | ledger.gone
    return found


def told(broadcasts: Iterable[Broadcast]) -> BitMap:
    """Who has any of these, or may have it."""
    return BitMap().union(*[each.told for each in ledgers(broadcasts).values()])


def enter(broadcast: int, owner: str, **pages: object) -> None:
    """Writes pages of one book, in the caller's transaction."""
    mine = Book.objects.filter(broadcast=broadcast, owner=owner)
    if not mine.update(**pages):
        Book.objects.create(broadcast_id=broadcast, owner=owner, **pages)
