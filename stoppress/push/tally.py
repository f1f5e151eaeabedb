"""The tally: what a process that sends has to say of itself, for the metrics.

How many letters were answered and how, by push service; how many followers are keyed; who
is left alone. It is counted in memory and written into one row now and then, as each web
process tells of its readers (live/numbers.py): so `/metrics` has it from any web process,
wherever this one runs, and a process that died is forgotten.

The canary is in none of these numbers.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
import time
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError, InterfaceError

from stoppress.lib.clock import now
from stoppress.push import canary
from stoppress.push.models import Dispatcher
from stoppress.push.services import name_of

if TYPE_CHECKING:
    from stoppress.protocols.push_request import Outcome
    from stoppress.push.keyring import Keyring
    from stoppress.push.origins import Origins

log = logging.getLogger(__name__)

# Between two looks at whether there is something new to tell. On SQLite each write wakes
# the tail, so it must not be at every step.
TELL_EVERY = 5.0  # seconds

# One that has nothing new says so every so many looks.
LOOKS_IN_SILENCE = 4

# One that has said nothing for so long is gone.
FORGOTTEN_AFTER = timedelta(seconds=60)


class Tally:
    """Counts for the thread that sends."""

    def __init__(self, keyring: Keyring, origins: Origins) -> None:
        self._keyring, self._origins = keyring, origins
        self._letters: Counter[tuple[str, str]] = Counter()  # by service and answer
        self._told: dict[str, Any] = {}
        self._silent = 0
        self._looked = time.monotonic()
        self._before = 0  # letters that were answered by then
        place = f"{socket.gethostname()[:60]}/{os.getpid()}"
        self._name = f"{place}/{secrets.token_hex(4)}"

    def add(self, service: str, outcome: Outcome, many: int = 1) -> None:
        """So many letters were answered so by this service."""
        if service != canary.service():
            self._letters[name_of(service), outcome.value] += many

    def tell(self) -> None:
        """Writes the numbers down, when it is time and they have changed."""
        spent = time.monotonic() - self._looked
        if spent < TELL_EVERY:
            return
        self._looked = time.monotonic()
        numbers = self.numbers(spent)
        if numbers == self._told and self._silent < LOOKS_IN_SILENCE:
            self._silent += 1
            return
        self._told, self._silent = numbers, 0
        moment = now()
        Dispatcher.objects.update_or_create(
            name=self._name, defaults={"at": moment, "numbers": numbers}
        )
        Dispatcher.objects.filter(at__lt=moment - FORGOTTEN_AFTER).delete()

    def numbers(self, seconds: float) -> dict[str, Any]:
        """The numbers now; letters a second over the last `seconds`."""
        total = self._letters.total()
        since, self._before = total - self._before, total
        mine = canary.service()
        paused = {
            name_of(n) for n, o in self._origins.items() if o.paused and n != mine
        }
        return {
            "letters": [[*key, count] for key, count in sorted(self._letters.items())],
            "rate": round(since / seconds, 1) if seconds else 0.0,
            "keyed": len(self._keyring) - (canary.NUMBER in self._keyring),
            "paused": sorted(paused),
        }

    def forget(self) -> None:
        """This process sends no more."""
        try:
            Dispatcher.objects.filter(name=self._name).delete()
        except (DatabaseError, InterfaceError) as error:
            log.info("The numbers of this process stay for a minute: %s", error)


def dispatchers() -> dict[str, dict[str, Any]]:
    """The numbers of every process that sends, by name."""
    fresh = Dispatcher.objects.filter(at__gt=now() - FORGOTTEN_AFTER).order_by("name")
    return {row.name: row.numbers for row in fresh}
