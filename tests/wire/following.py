"""Tails, entries and threads for the wire's tests."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager

from stoppress.lib.transactions import atomic
from stoppress.wire.append import append
from stoppress.wire.models import Cursor, Entry
from stoppress.wire.ownership import owner_name
from stoppress.wire.running import Running
from stoppress.wire.tail import Follower
from tests.wire.notebook import note

KIND = "test.happened"
TOPIC = "/stories/bridge"


def an_entry(**payload: object) -> int:
    """Writes one entry in a transaction of its own and gives back its number."""
    with atomic():
        return append(KIND, [TOPIC], payload).seq


def entries(count: int) -> list[int]:
    """Writes some entries, each in a transaction of its own."""
    return [an_entry(number=number) for number in range(count)]


class Recorder:
    """A tail that writes down in the notebook what it handles.

    `before` and `after` are called around the line that it writes, in the transaction.
    `unwanted`: the numbers of entries that it has nothing to do with.
    """

    def __init__(
        self,
        name: str = "recorder",
        *,
        remark: str = "",
        before: Callable[[Entry], object] | None = None,
        after: Callable[[Entry], object] | None = None,
        unwanted: Container[int] = (),
    ) -> None:
        self.name = name
        self.unwanted = unwanted
        self.works = 0
        self.helps: list[bool] = []  # what its help will answer, the last first
        self.closed = 0
        self._remark = remark
        self._around = before, after

    def wants(self, entry: Entry) -> bool:
        return entry.seq not in self.unwanted

    def handle(self, entry: Entry) -> None:
        before, after = self._around
        if before:
            before(entry)
        note(self.name, entry.seq, self._remark)
        if after:
            after(entry)

    @property
    def shared(self) -> bool:
        return bool(self.helps)

    def help(self) -> bool:
        return self.helps.pop()

    def work(self) -> bool:
        self.works += 1
        return False

    def close(self) -> None:
        self.closed += 1


class Failing:
    """Fails so many times, then no more."""

    def __init__(self, error: Exception, times: int = 10**6) -> None:
        self.error = error
        self.left = times

    def __call__(self, entry: Entry) -> None:
        if self.left:
            self.left -= 1
            raise self.error


class Pauses(list[float]):
    """Notes how long a follower would have waited, and does not wait."""

    def __call__(self, seconds: float) -> bool:
        self.append(seconds)
        return False


def a_follower(
    tail: Recorder, pauses: Callable[[float], object] | None = None
) -> Follower:
    """Moves a tail by hand, under a name of its own."""
    return Follower(tail, owner_name(), Pauses() if pauses is None else pauses)


def cursor(tail: str = "recorder") -> Cursor:
    """The tail's cursor as it is now."""
    return Cursor.objects.get(tail=tail)


@contextmanager
def running(*tails: Recorder) -> Iterator[Running]:
    """The tails, each in its thread, until the block ends."""
    there = Running(tails)
    there.start()
    try:
        yield there
    finally:
        there.stop()
