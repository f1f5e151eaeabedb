"""The real product, started as an operator starts it, on a data folder of its own."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Self

from tests.support.closing import Closing
from tests.support.waiting import until

ROOT = Path(__file__).resolve().parents[2]
STOPPRESS = [
    sys.executable,
    "-c",
    "from stoppress.cli import main; raise SystemExit(main())",
]
# Several commands in one process: for what a test needs and is not about.
SEVERAL = """
import json, sys
from stoppress.cli import main
for words in json.load(sys.stdin):
    if status := main(words):
        raise SystemExit(status)
"""
FIRST_START = 60.0  # seconds: database, keys and migrations on a busy machine
GOODBYE = 20.0  # seconds to stop when asked politely
COMMAND = 60.0  # seconds for one command
TAIL = 6000  # characters of the log that a failure shows


class NewsroomError(AssertionError):
    """The newsroom did not do what the test needs; the log is in the message."""


@dataclass(frozen=True)
class Ran:
    """What one command said."""

    status: int
    out: str
    err: str


class Newsroom(Closing):
    """`stoppress serve` in a process of its own, and commands beside it."""

    def __init__(
        self,
        data: Path,
        *,
        port: int = 0,
        settings: Mapping[str, str] | None = None,
        root: Path = ROOT,
        program: Sequence[str] = STOPPRESS,
    ) -> None:
        """`settings`: more STOPPRESS_* for the server and for every command; `root`:
        the folder whose product is run; `program`: how the server is started, where that
        is not as an operator does."""
        self._root = root
        self.data = data
        self.port = port or free_port()
        self.url = f"http://localhost:{self.port}"
        self._settings = dict(settings or {})
        self._program = program
        self._log_file = data.with_name(f"{data.name}.log")
        self._running: subprocess.Popen[bytes] | None = None
        self._sink: IO[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """What the product is started with: none of the test run's own settings."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("STOPPRESS_", "DJANGO_", "PYTEST_"))
        }
        return {
            **kept,
            "PYTHONPATH": str(self._root),
            "PYTHONUNBUFFERED": "1",
            "STOPPRESS_DATA": str(self.data),
            "STOPPRESS_URL": self.url,
            "STOPPRESS_PUSH_LOOPBACK": "yes",
            **self._settings,
        }

    @property
    def log(self) -> str:
        """All that the server has said since the first start."""
        if not self._log_file.exists():
            return ""
        return self._log_file.read_text(errors="replace")

    @property
    def running(self) -> bool:
        return self._running is not None and self._running.poll() is None

    def start(self) -> Self:
        """Start, and wait until pages are answered."""
        self._sink = self._log_file.open("ab")
        command = ["serve", "--data", str(self.data), "--port", str(self.port)]
        self._running = subprocess.Popen(  # noqa: S603
            [*self._program, *command],
            cwd=self._root,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=self._sink,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            until(self._answers, "the newsroom's first answer", FIRST_START)
        except AssertionError as error:
            self.kill()
            raise NewsroomError(f"{error}\n{self.log[-TAIL:]}") from error
        return self

    def stop(self) -> None:
        """SIGTERM, as an operator's supervisor does; raises when it does not end."""
        if self._running is None:
            return
        self._running.terminate()
        try:
            self._running.wait(GOODBYE)
        except subprocess.TimeoutExpired as error:
            self.kill()
            raise NewsroomError(f"did not stop\n{self.log[-TAIL:]}") from error
        self._ended()

    def kill(self) -> None:
        """SIGKILL to it and all that it started, as when the power fails."""
        if self._running is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._running.pid, signal.SIGKILL)
        self._running.wait()
        self._ended()

    def restart(self) -> Self:
        """Start again on the same port and data, after a stop or a kill."""
        self.stop()
        return self.start()

    def run(self, *words: str, text: str | None = None) -> dict[str, Any]:
        """Run a command that prints JSON; give back the object.

        `text` is what it reads from its standard input. Raises NewsroomError when it
        fails or prints no object.
        """
        ran = self.command(*words, text=text)
        try:
            if ran.status == 0:
                found: dict[str, Any] = json.loads(ran.out)
                return found
        except ValueError:
            pass
        shown = f"{' '.join(words)}: exit {ran.status}\n{ran.out}\n{ran.err}"
        raise NewsroomError(f"{shown}\n{self.log[-TAIL:]}")

    def run_all(self, commands: Sequence[Sequence[str]]) -> list[dict[str, Any]]:
        """Run several commands that print JSON, one after the other in one process."""
        ran = self._ran([sys.executable, "-c", SEVERAL], json.dumps(commands))
        if ran.status:
            raise NewsroomError(f"exit {ran.status}\n{ran.out}\n{ran.err}")
        return [json.loads(line) for line in ran.out.splitlines()]

    def command(self, *words: str, text: str | None = None) -> Ran:
        """Run any command to its end, beside the server or without it."""
        return self._ran([*STOPPRESS, *words], text)

    def close(self) -> None:
        """Stop; hand the log to pytest, which shows it beside a failure."""
        try:
            self.stop()
        finally:
            sys.stderr.write(self.log[-TAIL:])

    def __enter__(self) -> Self:
        return self.start()

    def _ran(self, command: Sequence[str], text: str | None) -> Ran:
        ran = subprocess.run(  # noqa: S603
            command,
            cwd=self._root,
            env=self.environment,
            input=(text or "").encode(),
            capture_output=True,
            timeout=COMMAND,
            check=False,
        )
        return Ran(ran.returncode, ran.stdout.decode(), ran.stderr.decode())

    def _answers(self) -> bool:
        if not self.running:
            raise AssertionError(f"the newsroom ended: {self._running}")
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/", headers={"Host": f"localhost:{self.port}"})
            return connection.getresponse().status < 500
        except OSError:
            return False
        finally:
            connection.close()

    def _ended(self) -> None:
        self._running = None
        if self._sink:
            self._sink.close()
            self._sink = None


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
