"""Running the tails: a thread for each, until told to stop."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from django.db import DatabaseError, InterfaceError, connection

from stoppress.wire import waking
from stoppress.wire.errors import CursorLost, CursorTaken
from stoppress.wire.ownership import owner_name
from stoppress.wire.tail import Follower

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stoppress.wire.tail import Tail

log = logging.getLogger(__name__)

# Without news a tail still looks up this often: renews its lease, takes up work that a
# Retry-After had put off.
IDLE = 1.0  # seconds

# While another process follows: how soon a dead owner is noticed.
STAND_BY = 1.0  # seconds

# The database is away: how soon to knock again.
DATABASE_PAUSE = 1.0  # seconds

# How long a stop waits for a tail to come to a safe point. A push service that is silent
# just then must not keep a deploy waiting; what is cut off is as if the process had been
# killed, which every tail is made for.
STOP_PATIENCE = 2.0  # seconds


class Running:
    """The tails that this process runs."""

    def __init__(self, tails: Sequence[Tail]) -> None:
        self._stop = threading.Event()
        self._threads = [
            # Daemons: one that waits for an answer from elsewhere must not keep the
            # process, when it has been waited for long enough.
            threading.Thread(
                target=self._run, args=(tail,), name=f"tail-{tail.name}", daemon=True
            )
            for tail in tails
        ]

    def start(self) -> None:
        """Starts every tail."""
        for thread in self._threads:
            thread.start()

    def ask_to_stop(self) -> None:
        """Asks every tail to stop at its next safe point; safe in a signal handler."""
        self._stop.set()

    def stop(self) -> None:
        """Asks every tail to stop and waits for it."""
        self.ask_to_stop()
        waking.wake()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(STOP_PATIENCE)

    def wait(self) -> None:
        """Blocks until asked to stop from elsewhere."""
        while not self._stop.wait(IDLE):
            pass

    def _run(self, tail: Tail) -> None:
        news = threading.Event()
        leave = waking.listen(news.set)
        follower = Follower(tail, owner_name(), self._stop.wait)
        try:
            while not self._stop.is_set():
                news.clear()
                pause = self._step(follower)
                if pause:
                    news.wait(pause)
        finally:
            leave()
            self._end(follower)

    def _step(self, follower: Follower) -> float:
        """One step, with its troubles told. Returns the longest pause before the next,
        in seconds."""
        try:
            return 0 if follower.step() else IDLE
        except CursorTaken as taken:
            log.debug("%s", taken)
            self._stop.wait(STAND_BY)
        except CursorLost as lost:
            log.warning("%s", lost)
        except (DatabaseError, InterfaceError) as error:
            log.warning("%s waits for the database: %s", follower.tail.name, error)
            connection.close()
            self._stop.wait(DATABASE_PAUSE)
        except Exception:
            log.exception("%s stumbled and goes on", follower.tail.name)
            self._stop.wait(STAND_BY)
        return 0

    def _end(self, follower: Follower) -> None:
        name = follower.tail.name
        try:
            follower.tail.close()
        except Exception:
            log.exception("%s did not end cleanly", name)
        try:
            follower.release()
        except (DatabaseError, InterfaceError) as error:
            log.warning("%s could not give its cursor back: %s", name, error)
        finally:
            connection.close()
