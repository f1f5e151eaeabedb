"""A worker: one process under the supervisor, and the tie between the two.

The tie is a socket pair. The worker says on its end that it answers; when the other end
closes it knows that the supervisor is gone, also when that was killed, and stops.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# How long a worker may take to answer, and to end when it is told to: seconds. Then a
# new one is given up, and an old one is killed.
READY_WITHIN = 60.0
END_WITHIN = 30.0

_READY = b"ready"


class WorkerFailed(Exception):
    """A worker ended, with this exit code, before it answered."""

    def __init__(self, name: str, code: int) -> None:
        super().__init__(f"{name} could not start (exit {code}); it said why above.")
        self.code = code


@dataclass(frozen=True)
class Job:
    """What a worker does.

    `words`: the command's words after `stoppress`; `sockets`: what it listens on;
    `farewell`: the signal that tells it that another has taken its place.
    """

    name: str
    words: Sequence[str]
    sockets: Sequence[socket.socket] = ()
    farewell: signal.Signals = signal.SIGTERM


class Worker:
    """A process that does a job."""

    def __init__(self, process: asyncio.subprocess.Process, tie: socket.socket) -> None:
        self._process = process
        self._tie = tie

    @classmethod
    async def start(cls, job: Job) -> Worker:
        """A process that has said that it is ready. Raises WorkerFailed."""
        ours, theirs = socket.socketpair()
        ours.settimeout(0)
        try:
            worker = cls(await _spawned(job, theirs), ours)
        finally:
            theirs.close()
        try:
            await worker._until_ready(job)
        except BaseException:
            await worker.end(signal.SIGKILL)
            raise
        return worker

    async def ended(self) -> int:
        """Waits for its end; its exit code."""
        return await self._process.wait()

    async def end(self, number: signal.Signals) -> None:
        """Tells it to end, waits for that, and at last makes it."""
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(number)
        try:
            async with asyncio.timeout(END_WITHIN):
                await self._process.wait()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
        self._tie.close()

    async def _until_ready(self, job: Job) -> None:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(READY_WITHIN):
                if await loop.sock_recv(self._tie, len(_READY)) == _READY:
                    return
                code = await self._process.wait()
        except TimeoutError:
            code = 1
        raise WorkerFailed(job.name, code)


async def _spawned(job: Job, tie: socket.socket) -> asyncio.subprocess.Process:
    handed = [one.fileno() for one in job.sockets]
    words = [*job.words, "--supervised", str(tie.fileno())]
    if handed:
        words += ["--handed", ",".join(map(str, handed))]
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "stoppress", *words),
        pass_fds=[tie.fileno(), *handed],
        start_new_session=True,  # ^C is for the supervisor, which tells its workers
    )


class Supervised:
    """The worker's end of the tie; without a supervisor there is nothing to it."""

    def __init__(self, descriptor: int | None) -> None:
        self._tie = None if descriptor is None else socket.socket(fileno=descriptor)

    def ready(self) -> None:
        """Says that this process answers, and stops it when the supervisor is gone."""
        if self._tie is None:
            return
        with contextlib.suppress(OSError):
            self._tie.sendall(_READY)
        threading.Thread(target=self._watch, name="supervised", daemon=True).start()

    def _watch(self) -> None:
        assert self._tie is not None  # noqa: S101  started by `ready` alone
        with contextlib.suppress(OSError):
            self._tie.recv(1)
        os.kill(os.getpid(), signal.SIGTERM)


def handed_sockets(descriptors: str) -> list[socket.socket]:
    """The listening sockets that were inherited: `5,6`."""
    return [socket.socket(fileno=int(one)) for one in descriptors.split(",")]
