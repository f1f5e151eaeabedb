"""The supervisor: several processes behind one port, renewed without losing a reader.

It holds the listening sockets, one set for each worker (SO_REUSEPORT: the kernel deals
connections out evenly, where workers that share one socket fill the first). Workers are
fresh interpreters that inherit their set. So the port is never shut: when a worker dies,
who connects meanwhile waits in its socket's queue for the next one.

    SIGTERM, SIGINT    all stop; readers are told when to come back
    SIGHUP             each worker in turn is replaced by one of the code that is on the
                       disk now: the new one answers first, then the old lets its readers
                       go over some seconds

A worker that ends by itself is started again, after a pause that doubles when it keeps
ending.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import time
from typing import TYPE_CHECKING

from stoppress.cli.workers import Worker, WorkerFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

    from stoppress.cli.workers import Job

log = logging.getLogger(__name__)

# A worker that ended by itself is started again after so many seconds, doubled each time
# up to the last. One that ran for STEADY seconds has paid for its earlier ends.
PAUSE_AT_FIRST, PAUSE_AT_MOST = 0.5, 30.0
STEADY = 60.0


class Slot:
    """One worker's place."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self._worker: Worker | None = None
        self._changing = asyncio.Lock()

    async def fill(self) -> None:
        """Puts the first worker here. Raises WorkerFailed."""
        self._worker = await Worker.start(self.job)

    async def keep(self) -> None:
        """Puts another worker here whenever the one that is here ends by itself."""
        pause = PAUSE_AT_FIRST
        while (worker := self._worker) is not None:
            since = time.monotonic()
            code = await worker.ended()
            async with self._changing:
                if worker is not self._worker:
                    continue  # it was replaced
                log.error("%s ended (%d); it is started again", self.job.name, code)
                if time.monotonic() - since > STEADY:
                    pause = PAUSE_AT_FIRST
                await asyncio.sleep(pause)
                pause = min(pause * 2, PAUSE_AT_MOST)
                await self._refill()

    async def renew(self) -> None:
        """Replaces the worker; when the new one cannot start, the old one stays."""
        async with self._changing:
            old = self._worker
            try:
                self._worker = await Worker.start(self.job)
            except WorkerFailed as failed:
                log.error("%s The old one stays.", failed)  # noqa: TRY400
                return
        if old is not None:
            await old.end(self.job.farewell)

    async def empty(self) -> None:
        """Ends the worker for good."""
        async with self._changing:
            worker, self._worker = self._worker, None
        if worker is not None:
            await worker.end(signal.SIGTERM)

    async def _refill(self) -> None:
        try:
            self._worker = await Worker.start(self.job)
        except WorkerFailed as failed:
            log.error("%s", failed)  # noqa: TRY400  and `keep` tries again


class Supervisor:
    """Runs jobs, a worker for each, until it is told to stop."""

    def __init__(
        self, jobs: Sequence[Job], on_ready: Callable[[], None] | None = None
    ) -> None:
        """`on_ready` is called when all workers are ready."""
        self._slots = [Slot(job) for job in jobs]
        self._on_ready = on_ready
        self._stop = asyncio.Event()
        self._renewing = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Raises WorkerFailed when a worker does not start at first."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        loop.add_signal_handler(signal.SIGHUP, lambda: self._do(self._renew()))
        try:
            try:
                await self._fill()
            except* WorkerFailed as failed:
                raise failed.exceptions[0] from None
            for slot in self._slots:
                self._do(slot.keep())
            await self._stop.wait()
        finally:
            await self._end()

    async def _fill(self) -> None:
        filling = asyncio.create_task(self._first())
        stopping = asyncio.create_task(self._stopping())
        await asyncio.wait({filling, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if filling.done():
            await filling
        else:
            filling.cancel()
            await asyncio.wait({filling})

    async def _first(self) -> None:
        async with asyncio.TaskGroup() as group:
            for slot in self._slots:
                group.create_task(slot.fill())
        if self._on_ready is not None:
            await asyncio.to_thread(self._on_ready)

    async def _stopping(self) -> None:
        await self._stop.wait()

    async def _renew(self) -> None:
        async with self._renewing:
            for slot in self._slots:
                await slot.renew()
            log.info("All workers are renewed")

    async def _end(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(slot.empty() for slot in self._slots))

    def _do(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
