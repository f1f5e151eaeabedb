"""One of the product's long-running commands, which can be killed at any moment."""

from __future__ import annotations

import contextlib
import http.client
import itertools
import os
import resource
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from tests.support.newsroom import ROOT, STOPPRESS, TAIL, Newsroom
from tests.support.waiting import until

START = 60.0  # seconds until a page is answered, on a busy machine
GOODBYE = 40.0  # seconds after which a stop that was asked for is a failure


_number = itertools.count(1)


class Part:
    """`serve`, `web` or `tail` in a process group of its own."""

    def __init__(self, newsroom: Newsroom, command: str = "serve", *more: str) -> None:
        """The newsroom says which data folder, port and settings; `more`: options."""
        self.newsroom = newsroom
        self._words = [command, "--data", str(newsroom.data), *more]
        if command != "tail":
            self._words += ["--port", str(newsroom.port)]
        name = f"{newsroom.data.name}-{command}-{next(_number)}.log"
        self._log = newsroom.data.with_name(name)
        self._running: subprocess.Popen[bytes] | None = None
        self._sink: IO[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._running is not None, "not running"
        return self._running.pid

    @property
    def log(self) -> str:
        """All that it has said since the first start."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    def start(self) -> Self:
        """Start and do not wait."""
        self._sink = self._log.open("ab")
        self._running = subprocess.Popen(  # noqa: S603
            [*STOPPRESS, *self._words],
            cwd=ROOT,
            env=self.newsroom.environment,
            stdin=subprocess.DEVNULL,
            stdout=self._sink,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        return self

    def ready(self) -> Self:
        """Wait until it answers with a page."""
        until(self._answers, f"{self._words[0]} answers", START)
        return self

    def says(self, words: str) -> Self:
        """Wait until its log has these words."""
        until(lambda: words in self.log, f"{self._words[0]} says {words!r}", START)
        return self

    def kill(self, *, reap: bool = True) -> None:
        """SIGKILL to the whole group. `reap=False`: its parent takes no notice yet, so
        the dead process stays in the system's list."""
        if self._running is None:
            return
        children = self.children
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._running.pid, signal.SIGKILL)
        if reap:
            self._running.wait()
            self._ended()
        # Workers are in groups of their own, and end by themselves.
        until(lambda: not any(map(lives, children)), "its children's end", GOODBYE)

    @property
    def children(self) -> list[int]:
        """The processes that it has started and that live."""
        try:
            found = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text()
        except OSError:
            return []  # it has ended
        return [int(pid) for pid in found.split()]

    def renew(self) -> None:
        """SIGHUP: the workers are replaced one by one."""
        os.kill(self.pid, signal.SIGHUP)

    def stop(self) -> tuple[int, float]:
        """SIGTERM; give back the exit code and how many seconds it took."""
        assert self._running is not None, "not running"
        began = time.monotonic()
        self._running.terminate()
        code = self._running.wait(GOODBYE)
        took = time.monotonic() - began
        self._ended()
        return code, took

    @contextlib.contextmanager
    def disk_full(self) -> Iterator[None]:
        """Nothing that it writes reaches the disk for as long as this lasts."""
        limits = resource.prlimit(self.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(self.pid, resource.RLIMIT_FSIZE, (0, limits[1]))
        try:
            yield
        finally:
            resource.prlimit(self.pid, resource.RLIMIT_FSIZE, limits)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()
        if error is not None:
            error.add_note(f"{' '.join(self._words)} said:\n{self.log[-TAIL:]}")

    def _answers(self) -> bool:
        assert self._running is not None, "not running"
        code = self._running.poll()
        assert code is None, f"ended with {code}\n{self.log[-TAIL:]}"
        return page(self.newsroom, "/") is not None

    def _ended(self) -> None:
        self._running = None
        if self._sink:
            self._sink.close()
            self._sink = None


def lives(pid: int) -> bool:
    """True for a process that runs; one that has ended and waits for its parent has not."""
    try:
        return bool(Path(f"/proc/{pid}/cmdline").read_bytes())
    except OSError:
        return False


def page(newsroom: Newsroom, path: str) -> str | None:
    """A page as a reader gets it; None while nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", newsroom.port, timeout=10)
    try:
        connection.request("GET", path, headers={"Host": f"localhost:{newsroom.port}"})
        answer = connection.getresponse()
        body = answer.read().decode()
        assert answer.status == 200, f"{path}: {answer.status}\n{body[:500]}"
    except (OSError, http.client.HTTPException):
        return None
    else:
        return body
    finally:
        connection.close()
