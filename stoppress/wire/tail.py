"""A tail: what follows the wire with a durable cursor of its own.

Each entry is handled in one transaction with the step of the cursor, so a crash at any
moment leaves either both or neither: rows are never written twice and no entry is
skipped. What cannot be part of a transaction (a message sent to a push service) is not
done in `handle` but in `work`, which goes on from the rows that `handle` wrote.

A failing entry is tried again with back-off. What fails is either the world, and passes,
or the entry, and does not: after a few tries it is parked, visible, with its error, so
that one bad entry never keeps the others from the readers. A database that is away is
always the world: it parks nothing.

While one process follows, others that run the same tail stand by, or, where the tail
says that its work is shared, do their part of that: how it is dealt out is the tail's.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Protocol

from django.db import InterfaceError, OperationalError

from stoppress.lib.characters import printable
from stoppress.lib.clock import now
from stoppress.lib.transactions import atomic
from stoppress.wire import reading
from stoppress.wire.errors import CursorTaken, NotParked, WireError
from stoppress.wire.models import Cursor, Entry, Parked
from stoppress.wire.ownership import Claim

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)

# Pauses between the tries of one entry, in seconds; after the last it is parked. Long
# enough for a passing trouble, short enough that the next entry is still news.
BACK_OFF = (0.05, 0.25, 1.0, 3.0)

# Until a helper looks again whether an entry is handled: a few of these, mostly.
SOON = 0.02  # seconds

# Entries read at once: bounds memory when a tail comes back after a long time.
BATCH = 100

# The last lines of an error are what an operator needs.
MAX_ERROR = 2000  # characters


class Tail(Protocol):
    """A room that follows the wire."""

    name: str

    def wants(self, entry: Entry) -> bool:
        """False for an entry with which there is nothing to do: it is passed by, and the
        cursor is written down for it later."""

    @property
    def shared(self) -> bool:
        """Whether other processes may help with the work while one follows."""

    def handle(self, entry: Entry) -> None:
        """Takes one entry in: rows only, in the transaction that moves the cursor."""

    def work(self) -> bool:
        """Goes on with what the rows say is to be done, for a moment. True: there is
        more to do at once."""

    def help(self) -> bool:
        """Like `work`, in a process that does not follow the wire."""

    def close(self) -> None:
        """Lets go of connections and threads."""


class Follower:
    """Moves one tail along the wire under one owner's name."""

    def __init__(
        self, tail: Tail, owner: str, pause: Callable[[float], object]
    ) -> None:
        """`pause` waits for so many seconds; true: asked to stop meanwhile."""
        self.tail = tail
        self._claim = Claim(tail.name, owner)
        self._pause = pause
        self._passed = 0  # nothing up to here is wanted that was not handled
        self._working = True

    def step(self) -> bool:
        """Handles what is new and works for a moment. True: call again at once.

        Raises CursorTaken while another process follows and needs no help, and database
        errors as they are: the caller waits and calls again.
        """
        try:
            cursor = self._claim.take()
        except CursorTaken:
            if not self.tail.shared:
                raise
            return self._help()
        place = max(cursor.seq, self._passed)
        entries = reading.after(place, limit=BATCH)
        wanted = [entry for entry in entries if self.tail.wants(entry)]
        for entry in wanted:
            if not self._handle(entry):
                return False
        full = len(entries) == BATCH
        if entries:
            self._passed = entries[-1].seq
        elif place > cursor.seq:
            self._claim.advance(place)
        # An update that is not for this tail costs it two looks, no writing and no work.
        if entries and not wanted and not self._working:
            return full
        self._working = self.tail.work()
        return self._working or full

    def release(self) -> None:
        """Gives the cursor back."""
        self._claim.release()

    def _help(self) -> bool:
        if self.tail.help():
            return True
        # What wakes is the wire. Until its follower has handled what is new, there may be
        # more to help with any moment.
        if reading.head() <= Cursor.objects.get(tail=self.tail.name).seq:
            return False
        self._pause(SOON)
        return True

    def _handle(self, entry: Entry) -> bool:
        """False when asked to stop before the entry was handled or parked: a stop cuts
        the pauses short, and is no reason to give an entry up."""
        for pause in (*BACK_OFF, None):
            try:
                with atomic():
                    self._claim.advance(entry.seq)
                    self.tail.handle(entry)
            except (OperationalError, InterfaceError, WireError):
                raise
            except Exception as error:  # noqa: BLE001  whatever it is, the others go on
                if pause is None:
                    self._park(entry, error)
                    break
                log.info("%s: %s failed, again in %s s", self.tail.name, entry, pause)
                if self._pause(pause):
                    return False
                self._claim.renew()
            else:
                break
        return True

    def _park(self, entry: Entry, error: Exception) -> None:
        log.error(
            "%s could not handle %s and parked it",
            self.tail.name,
            entry,
            exc_info=error,
        )
        text = printable(f"{type(error).__name__}: {error}")[-MAX_ERROR:]
        with atomic():
            self._claim.advance(entry.seq)
            Parked.objects.update_or_create(
                tail=self.tail.name,
                seq=entry.seq,
                defaults={"at": now(), "error": text},
            )


def retry(tail: Tail, seq: int) -> None:
    """Handles a parked entry once more; it stays parked when that raises. NotParked
    when there is no such entry, also because someone else has just retried it."""
    with atomic():
        found, _ = Parked.objects.filter(tail=tail.name, seq=seq).delete()
        if not found:
            raise NotParked(tail.name, seq)
        tail.handle(Entry.objects.get(seq=seq))
