"""Two who share the sending, moved by hand."""

from __future__ import annotations

from pyroaring import BitMap

from stoppress.lib.clock import now
from stoppress.lib.transactions import atomic
from stoppress.push.ledger import bits
from stoppress.push.models import Book, Courier
from stoppress.push.tail import PushTail
from stoppress.wire import reading
from tests.push.conftest import Desk


def held(tail: PushTail) -> frozenset[int]:
    """The shares that it sends to."""
    return tail._broadcasting._held


def settle(desk: Desk, helper: PushTail) -> None:
    """Both work in turn until neither has anything to do at once."""
    while desk.along.step() | helper.help():
        pass


def expire(tail: PushTail) -> None:
    """It was silent for longer than its lease."""
    owner = tail._broadcasting._shares.owner
    assert Courier.objects.filter(owner=owner).update(held_until=now())


def pages() -> dict[str, BitMap]:
    """Whom each wrote down as handed over."""
    return {book.owner: bits(book.handed) for book in Book.objects.all()}


def handle_newest(desk: Desk) -> None:
    """The tail takes in the newest entry, and sends nothing yet."""
    with atomic():
        desk.tail.handle(reading.after(reading.head() - 1)[0])
