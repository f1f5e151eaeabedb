"""Waking: how a process learns, without asking all day, that the wire has grown.

Three ways, each behind the other. An append in this process wakes at commit. An append
in another process is seen by watching: on SQLite `PRAGMA data_version`, which answers
from memory whether another connection has committed, and only then the wire's head; on
PostgreSQL `LISTEN`. Behind both stands a slow look, so that a lost wake costs a second
and never an entry. What everyone was woken for already wakes nobody again.

A wake carries nothing. Whoever is woken reads the wire after its own cursor, and finds
what there is, or nothing.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError, connection
from django.db.utils import InterfaceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

log = logging.getLogger(__name__)

# PostgreSQL's channel, and the thread's name.
CHANNEL = "stoppress_wire"

# How often SQLite is asked. It answers in microseconds from shared memory, so this is
# 0.1 % of a core; longer would be felt in an open page.
SQLITE_WATCH = 0.02  # seconds

# The slow look behind every wake: the longest that an entry waits if a wake is lost.
SLOW_LOOK = 1.0  # seconds

# How long a wait for PostgreSQL's note may be: a stop is heard only between two.
TURN = 0.25  # seconds

# After the database went away: long enough not to fill the log.
RETRY_AFTER = 1.0  # seconds


class Watch:
    """One thread a process, that wakes every listener when the wire may have grown."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[], None]] = []
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._told = 0  # the newest entry that everyone was woken for

    def listen(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Calls `callback` at each wake, from some thread, until what it returns is
        called. The callback must be quick: setting an event, scheduling a read."""
        with self._lock:
            self._listeners.append(callback)
            if self._thread is None:
                self._stop = threading.Event()
                self._thread = threading.Thread(
                    target=self._run, args=(self._stop,), name="wire-watch", daemon=True
                )
                self._thread.start()
        return lambda: self._leave(callback)

    def wake(self, seq: int = 0) -> None:
        """Wakes everyone now; `seq`: the newest entry that is known to be there."""
        with self._lock:
            self._told = max(self._told, seq)
            listeners = list(self._listeners)
        for callback in listeners:
            # A listener's loop may be closing; the others must hear all the same, and
            # who has just published must not be told that it failed.
            try:
                callback()
            except Exception:
                log.exception("A listener could not be woken")

    def _leave(self, callback: Callable[[], None]) -> None:
        with self._lock:
            with contextlib.suppress(ValueError):
                self._listeners.remove(callback)
            if self._listeners or self._thread is None:
                return
            thread, self._thread = self._thread, None
            self._stop.set()
        if thread is not threading.current_thread():
            thread.join()

    def _run(self, stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                # What is asked of the driver itself fails with the driver's own errors.
                with connection.wrap_database_errors:
                    for seq in _changes(stop, lambda: self._told):
                        self.wake(seq)
            except (DatabaseError, InterfaceError) as error:
                log.warning("The wire cannot be watched, trying again: %s", error)
                stop.wait(RETRY_AFTER)
                self.wake()
            finally:
                connection.close()


def _changes(stop: threading.Event, told: Callable[[], int]) -> Iterator[int]:
    """Yields, until told to stop, whenever the wire has grown beyond what was `told`,
    or may have: the newest entry's number, as far as it is known."""
    if connection.vendor == "postgresql":
        return _notified(stop, told)
    return _versions(stop, told)


def _versions(stop: threading.Event, told: Callable[[], int]) -> Iterator[int]:
    """SQLite: a changed `data_version` means that another connection committed, of
    this process or another, on the wire or elsewhere."""
    connection.ensure_connection()
    raw: Any = connection.connection
    seen, looked = None, 0.0
    while not stop.wait(SQLITE_WATCH):
        (version,) = raw.execute("PRAGMA data_version").fetchone()
        tick = time.monotonic()
        must = seen is None or tick - looked > SLOW_LOOK
        if version == seen and not must:
            continue
        seen = version
        (head,) = raw.execute("SELECT coalesce(max(seq), 0) FROM wire_entry").fetchone()
        if must or head != told():
            looked = tick
            yield head


def _notified(stop: threading.Event, told: Callable[[], int]) -> Iterator[int]:
    """PostgreSQL: `NOTIFY` is handed over at the writer's commit."""
    connection.ensure_connection()
    raw: Any = connection.connection
    raw.autocommit = True
    raw.execute(f"LISTEN {CHANNEL}")
    yield 0
    looked = time.monotonic()
    while not stop.is_set():
        notes = list(raw.notifies(timeout=TURN, stop_after=1))
        seq = max((int(note.payload) for note in notes), default=0)
        if seq > told() or time.monotonic() - looked > SLOW_LOOK:
            looked = time.monotonic()
            yield seq


_watch = Watch()
listen = _watch.listen
wake = _watch.wake
