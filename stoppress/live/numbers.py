"""Who reads now, and how the delivery does: told by each web process, asked by anybody.

Each process writes one row, when its numbers have changed and now and then to say that
it lives. So the desk, the metrics and the doctor see the readers of all processes,
wherever they run, and a process that died is forgotten by itself.

Numbers are of this moment. They are not on the wire, and no reader is in them: only how
many read which topic.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import secrets
import socket
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError, InterfaceError, connections

from stoppress.lib.clock import now
from stoppress.live.models import Process

if TYPE_CHECKING:
    from collections.abc import Callable

    from stoppress.live.room import Live

log = logging.getLogger(__name__)

# Between two looks at whether there is something new to tell: seconds. More often would
# be a write to the database for every reader that comes.
TELL_EVERY = 5.0

# A process that has nothing new says so every so many looks.
LOOKS_IN_SILENCE = 4

# One that has said nothing for so long is gone.
FORGOTTEN_AFTER = timedelta(seconds=60)


def of(live: Live) -> dict[str, Any]:
    """This process's numbers now, as they are kept."""
    hub, timing = live.hub, live.hub.timing
    return {
        "readers": hub.readers,
        "topics": hub.counts(),
        "room": hub.room,
        "delivered": hub.delivered,
        "dropped": hub.dropped,
        "turned_away": hub.turned_away + live.door.refused,
        "slow": hub.slow,
        "owed": hub.owed,
        "times": list(timing.counts),
        "time": timing.total,
    }


def processes() -> dict[str, dict[str, Any]]:
    """The numbers of every process that runs, by name."""
    fresh = Process.objects.filter(at__gt=now() - FORGOTTEN_AFTER).order_by("name")
    return {row.name: row.numbers for row in fresh}


def readers() -> tuple[int, dict[str, int]]:
    """How many read now, over all processes: in all, and by topic."""
    total, topics = 0, dict[str, int]()
    for numbers in processes().values():
        total += numbers["readers"]
        for topic, count in numbers["topics"].items():
            topics[topic] = topics.get(topic, 0) + count
    return total, topics


class Teller:
    """Tells the numbers of this process for as long as it runs."""

    def __init__(self, ask: Callable[[], dict[str, Any]]) -> None:
        """`ask` is called on the event loop."""
        self._ask = ask
        # Two processes of one number, on two machines of one name, are two all the same.
        place = f"{socket.gethostname()[:60]}/{os.getpid()}"
        self.name = f"{place}/{secrets.token_hex(4)}"
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="numbers")
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Tells from now on."""
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        """Tells that this process is no more."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        await self._do(self._forget)
        await asyncio.to_thread(self._end)

    async def _run(self) -> None:
        told: dict[str, Any] = {}
        silent = 0
        while True:
            numbers = self._ask()
            if numbers != told or silent >= LOOKS_IN_SILENCE:
                told, silent = numbers, 0
                await self._do(partial(self._tell, numbers))
            else:
                silent += 1
            await asyncio.sleep(TELL_EVERY)

    async def _do(self, work: Callable[[], None]) -> None:
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(self._thread, work)
        except (DatabaseError, InterfaceError) as error:
            log.info("The numbers of this process could not be kept: %s", error)
            await loop.run_in_executor(self._thread, connections.close_all)

    def _tell(self, numbers: dict[str, Any]) -> None:
        moment = now()
        Process.objects.update_or_create(
            name=self.name, defaults={"at": moment, "numbers": numbers}
        )
        Process.objects.filter(at__lt=moment - FORGOTTEN_AFTER).delete()

    def _forget(self) -> None:
        Process.objects.filter(name=self.name).delete()

    def _end(self) -> None:
        self._thread.submit(connections.close_all)
        self._thread.shutdown()
