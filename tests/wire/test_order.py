"""The wire's promise: sequence order is commit order, whoever writes."""

from __future__ import annotations

import threading
from contextlib import ExitStack

from django.db.transaction import set_rollback

from stoppress.lib.transactions import atomic
from stoppress.wire import reading
from stoppress.wire.append import append
from tests.support.programs import Program
from tests.support.threads import Queue, beside
from tests.support.waiting import PATIENCE, until
from tests.wire.following import KIND, an_entry


class Reader:
    """Reads on from its own cursor, as a tail does: what it stepped over it never sees."""

    def __init__(self) -> None:
        self.seen: list[int] = []

    def look(self) -> list[int]:
        after = self.seen[-1] if self.seen else 0
        self.seen += [entry.seq for entry in reading.after(after)]
        return self.seen

    def has(self, count: int) -> bool:
        return len(self.look()) >= count


def test_who_took_a_number_first_is_read_first(wire):
    """A slow transaction that has its number holds the later writer up until its commit,
    so that no reader can step over it."""
    numbers: list[int] = []
    reader, second = Reader(), Queue(lambda: numbers.append(an_entry()))
    with ExitStack() as stack:
        with atomic():
            first = append(KIND, [], {}).seq
            stack.enter_context(beside(second))
            until(second.waits, "the second writer in the queue")
            with beside(reader.look):
                pass
            assert reader.seen == []
            assert numbers == []
        until(lambda: reader.has(2), "both entries")
    assert reader.seen == [first, *numbers] == sorted(reader.seen)


def test_a_writer_that_gave_up_lets_the_next_one_through(wire):
    """When the slow transaction is undone the one in the queue is written."""
    numbers: list[int] = []
    reader, second = Reader(), Queue(lambda: numbers.append(an_entry()))
    with ExitStack() as stack:
        with atomic():
            append(KIND, [], {})
            stack.enter_context(beside(second))
            until(second.waits, "the second writer in the queue")
            set_rollback(True)
        until(lambda: reader.has(1), "the second entry")
    assert reader.seen == numbers


def test_threads_that_write_at_once_are_read_in_order(wire):
    """A reader that looks all the time while threads write sees every entry once, in
    order, and none comes below what it has seen."""
    each, reader = 8, Reader()
    written: list[int] = []
    start = threading.Barrier(4)

    def write() -> None:
        start.wait(PATIENCE)
        for number in range(each):
            with atomic():
                written.extend(append(KIND, [], {}).seq for _ in range(number % 3 + 1))

    def read() -> None:
        start.wait(PATIENCE)
        until(lambda: reader.has(3 * 15), "all that was written")

    with beside(write, write, write, read):
        pass
    assert reader.seen == sorted(written)
    assert len(set(written)) == len(written) == 3 * 15


def test_processes_that_write_at_once_are_read_in_order(wire):
    """The same holds between processes."""
    each, reader = 15, Reader()
    with ExitStack() as stack:
        writers = [
            stack.enter_context(Program("tests.wire.program", "write", str(each)))
            for _ in range(3)
        ]
        assert {writer.says() for writer in writers} == {"ready"}
        for writer in writers:
            writer.hears()
        until(lambda: reader.has(3 * each), "all that was written")
        written = [int(writer.says()) for writer in writers for _ in range(each)]
        assert [writer.end() for writer in writers] == [0, 0, 0]
    assert reader.seen == sorted(written)
