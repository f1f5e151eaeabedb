"""Everything that the bench starts and makes, and its end: no process and no folder is
left, however the bench ends."""

from __future__ import annotations

import contextlib
import ctypes
import io
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING, Self

from bench.errors import Broke, DidNotStart

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import TracebackType

ROOT = Path(__file__).resolve().parents[1]

START = 60.0  # seconds until a server must answer, on a busy machine
GOODBYE = 15.0  # seconds in which it must stop when asked to
GLANCE = 0.02  # seconds between two looks
TAIL = 3_000  # characters of a log that an error shows

_libc = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG = 1


class Child:
    """A process of its own group; killed with it whatever it started."""

    def __init__(self, name: str, running: subprocess.Popen[str], log: Path) -> None:
        self.name = name
        self.pid = running.pid
        self._running = running
        self._log = log
        nothing = io.StringIO()
        self._ear: IO[str] = running.stdin or nothing
        self._mouth: IO[str] = running.stdout or nothing

    def say(self, line: str) -> None:
        """Writes a line to its standard input. Raises Broke."""
        try:
            self._ear.write(line + "\n")
            self._ear.flush()
        except OSError as error:
            raise Broke(self.name, self.log) from error

    def hear(self, begins: str = "") -> str:
        """The next line of its standard output that begins so. Raises Broke."""
        while line := self._mouth.readline():
            if line.startswith(begins):
                return line.strip()
        raise Broke(self.name, self.log)

    def answers(self, port: int) -> None:
        """Waits until it listens on `port`. Raises DidNotStart."""
        self.until(lambda: _listens(port))

    def until(self, ready: Callable[[], bool]) -> None:
        """Waits until `ready`. Raises DidNotStart when it ends before, or takes long."""
        end = time.monotonic() + START
        while not ready():
            if self._running.poll() is not None or time.monotonic() > end:
                raise DidNotStart(self.name, self.log)
            time.sleep(GLANCE)

    @property
    def log(self) -> str:
        """The end of what it said on standard error."""
        return self._log.read_text(errors="replace")[-TAIL:].strip()

    def stop(self) -> None:
        """Asks it to stop, then makes it; nothing when it is gone."""
        with contextlib.suppress(OSError):
            self._ear.close()
        self._running.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._running.wait(GOODBYE)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._running.wait()
        self._mouth.close()


class Workshop:
    """A temporary folder, the ports that were taken for servers, and the servers."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="stoppress-bench-"))
        self._children: list[Child] = []
        self._held: list[socket.socket] = []

    def port(self) -> int:
        """A port of 127.0.0.1 that nobody else is given while the bench runs.

        It is kept bound, and not listened on: whoever asks the system for a free port
        is given another, and a server that says SO_REUSEADDR may listen on it.
        """
        held = socket.socket()
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(("127.0.0.1", 0))
        self._held.append(held)
        return int(held.getsockname()[1])

    def start(
        self,
        name: str,
        words: Sequence[str | Path],
        *,
        env: Mapping[str, str] | None = None,
        talks: bool = False,
    ) -> Child:
        """Starts a program; it is told to end when the bench is gone, even killed.

        `talks`: its standard output is heard. Of others it goes to the log: a pipe that
        nobody reads is full after a few hundred lines, and then the writer waits.
        """
        log = self.folder / f"{name}.log"
        with log.open("w") as sink:
            running = subprocess.Popen(  # noqa: S603
                [str(word) for word in words],
                cwd=ROOT,
                env=_environment(env),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE if talks else sink,
                stderr=sink,
                text=True,
                start_new_session=True,
                preexec_fn=_end_with_the_bench,  # noqa: PLW1509  no thread runs yet
            )
        child = Child(name, running, log)
        self._children.append(child)
        return child

    def stop(self, child: Child) -> None:
        """Ends one of them before the others."""
        self._children.remove(child)
        child.stop()

    def close(self) -> None:
        """Ends everything and takes the folder away."""
        while self._children:
            with contextlib.suppress(OSError):
                self._children.pop().stop()
        for held in self._held:
            held.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # A second ^C must not leave half of it behind.
        before = [
            (one, signal.signal(one, signal.SIG_IGN))
            for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        ]
        try:
            self.close()
        finally:
            for one, handler in before:
                signal.signal(one, handler)


def run(words: Sequence[str | Path], *, env: Mapping[str, str] | None = None) -> str:
    """Runs a program to its end; what it printed. Raises Broke when it fails."""
    ran = subprocess.run(  # noqa: S603
        [str(word) for word in words],
        cwd=ROOT,
        env=_environment(env),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode:
        raise Broke(Path(words[0]).name, (ran.stderr or ran.stdout)[-TAIL:])
    return ran.stdout


def _environment(more: Mapping[str, str] | None) -> dict[str, str]:
    """The caller's, without settings meant for another newsroom."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("STOPPRESS_", "DJANGO_"))
    }
    return {**kept, "PYTHONUNBUFFERED": "1", **(more or {})}


def _end_with_the_bench() -> None:
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _listens(port: int) -> bool:
    with socket.socket() as trial:
        trial.settimeout(1)
        return trial.connect_ex(("127.0.0.1", port)) == 0
