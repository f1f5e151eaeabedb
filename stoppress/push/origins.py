"""Push services, by origin: how each is doing, and how much it is given.

The theory. A service's followers share its troubles, so what one letter's answer says of
the service is learned once and for all of them.

- *Asked to wait* (429, 503): left alone for as long as it asks.
- *Silent*, or failing letter after letter: after FAILURES in a row it is left alone, each
  time for longer.
- *Refuses us*: by RFC 8292 section 4.2 a subscription belongs to the key it was made
  with, and a letter signed with another is answered 403. A few such followers, or many
  that a stranger enrolled, say nothing of the service. REFUSALS without one letter
  accepted between them do: then it is our key, and the service is left alone in the same
  way, until it accepts one.

After a pause, and at first sight, a service is *on trial*: a few letters at once, until
it answers one. From then on each answer lets one more fly, so that the number doubles
from one round trip to the next, as long as the letters do not queue in libcurl: it counts
the wait for a free connection as time to connect, and a slow service would look silent. And only
as long as more at once are answered as quickly as few: beyond that it is we who are slow.
"""

from __future__ import annotations

import logging
import random
import time
from dataclasses import dataclass
from typing import NamedTuple

from stoppress.protocols.push_request import Answer, Fault, Outcome, Reach

log = logging.getLogger(__name__)

# Letters at once to a service on trial, and over HTTP/1.1: one for each connection.
TRIAL = 4

# More at once than this gains nothing: 20 connections of 100 streams, and at 50 ms an
# answer 40,000 letters a second.
MOST = 2_000

# An answer that took so many times as long as the quickest, and then some, says that more
# letters at once would only wait longer.
SLOWER, AND_SOME = 4, 0.01  # times, seconds

# Pauses between two tries, and between two trials of a troubled service: doubling.
FIRST_PAUSE = 0.5  # seconds
LONGEST_PAUSE = 300  # seconds

# Letters in a row that were not answered, or by 5xx, before a service is left alone: one
# trial's worth.
FAILURES = TRIAL

# Letters refused for our key, and none accepted between them, before it must be the key.
# When nine in ten followers are somebody else's, chance does so once in 37,000 times.
REFUSALS = 100

# A letter that queued for so long inside libcurl says that fewer at once are enough.
QUEUED = 0.5  # seconds


class Reply(NamedTuple):
    """What became of one letter, and how it went over the line; times in seconds."""

    answer: Answer
    multiplexed: bool = False  # HTTP/2: one connection carries many
    queued: float = 0  # that it waited in libcurl before it could start
    took: float = 0  # from the request to its answer


@dataclass
class Origin:
    """One push service. Lives in memory: a new process starts with a trial."""

    name: str
    on_trial: bool = True
    troubles: int = 0  # pauses since it last took a letter
    _until: float = 0  # left alone until then, by time.monotonic()
    _failures: int = 0
    _refusals: int = 0
    _window: int = TRIAL
    _quickest: float = float("inf")  # seconds

    @property
    def paused(self) -> bool:
        return self._until > time.monotonic()

    @property
    def window(self) -> int:
        """Letters that may fly at once."""
        return TRIAL if self.on_trial else self._window

    def heard(self, reply: Reply) -> None:
        """Learns from one letter's answer."""
        answer = reply.answer
        if answer.outcome is Outcome.LATER:
            self._failed(reply)
        elif answer.fault is Fault.VAPID:
            self._answers(reply)
            self._refused(answer.sentence)
        elif answer.status:
            self._answers(reply)
            self.troubles = 0
            if answer.outcome is Outcome.DELIVERED:
                self._accepted()

    def _answers(self, reply: Reply) -> None:
        self.on_trial = False
        self._failures = 0
        self._quickest = min(self._quickest, reply.took)
        if reply.queued > QUEUED:
            self._window = max(TRIAL, self._window // 2)
        elif not reply.multiplexed:
            self._window = TRIAL
        elif reply.took <= self._quickest * SLOWER + AND_SOME:
            self._window = min(MOST, self._window + 1)

    def _accepted(self) -> None:
        if self._refusals >= REFUSALS:
            self._until = 0  # it was chance: the key is good
        self._refusals = 0

    def _failed(self, reply: Reply) -> None:
        answer = reply.answer
        if answer.reach is Reach.ORIGIN:
            self._leave(answer.retry_after, answer.sentence)
            return
        self._failures += 1
        if self._failures >= FAILURES:
            self._leave(None, answer.sentence)

    def _refused(self, sentence: str) -> None:
        self._refusals += 1
        if self._refusals >= REFUSALS:
            self._leave(None, sentence, logging.ERROR)

    def _leave(
        self, seconds: float | None, sentence: str, level: int = logging.WARNING
    ) -> None:
        wait = back_off(self.troubles) if seconds is None else seconds
        if not self.paused:
            self.troubles += 1
            log.log(level, "%s is left alone for %.1f s. %s", self.name, wait, sentence)
        self._until = max(self._until, time.monotonic() + wait)
        self.on_trial = True
        self._window = TRIAL
        self._quickest = float("inf")


class Origins(dict[str, Origin]):
    """The push services by name."""

    def __missing__(self, name: str) -> Origin:
        self[name] = found = Origin(name)
        return found


def back_off(tries: int) -> float:
    """Seconds to wait after so many failures: doubling, with jitter, bounded."""
    doubled = FIRST_PAUSE * float(2 ** min(tries, 20))
    return min(LONGEST_PAUSE, doubled) * random.uniform(0.7, 1.3)  # noqa: S311
