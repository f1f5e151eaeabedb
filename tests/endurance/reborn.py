"""`stoppress tail` that is back at once after each death.

Run as a program (`python -m tests.endurance.reborn`, in a newsroom's environment) it has
all of the product imported and forks for each life, so that fifty deaths do not cost
fifty interpreters. The child runs the product's own command line; it is killed from
outside, at any moment, its start among them.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from types import TracebackType
from typing import Self

from tests.support.newsroom import ROOT, TAIL, Newsroom

START, KILL = "start", "kill"


class Reborn:
    """The tails of one newsroom, to be killed and started again and again."""

    def __init__(self, newsroom: Newsroom) -> None:
        self.deaths = 0
        self._log = newsroom.data.with_name(f"{newsroom.data.name}-reborn.log")
        with self._log.open("ab") as sink:
            self._program = subprocess.Popen(
                [sys.executable, "-m", "tests.endurance.reborn"],
                cwd=ROOT,
                env=newsroom.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=sink,
                text=True,
                start_new_session=True,
            )

    def start(self) -> Self:
        """Begin a life; do not wait for it to do anything."""
        self._order(START)
        return self

    def kill(self) -> None:
        """SIGKILL, and wait until it is buried."""
        self._order(KILL)
        self.deaths += 1

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._program.communicate(timeout=10)
        if error is not None:
            said = self._log.read_text(errors="replace")
            error.add_note(f"the tails said:\n{said[-TAIL:]}")

    def _order(self, order: str) -> None:
        assert self._program.stdin is not None
        assert self._program.stdout is not None
        print(order, file=self._program.stdin, flush=True)
        assert self._program.stdout.readline(), "the program has ended"


def main() -> None:
    """Takes orders until there are no more; the last life ends with them."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "stoppress.settings"
    import django  # noqa: PLC0415  the environment is the newsroom's only now

    django.setup()
    from stoppress.cli import main as stoppress  # noqa: PLC0415
    from stoppress.cli import tailing  # noqa: F401, PLC0415  before the forks

    child = 0
    for line in sys.stdin:
        if line.strip() == START:
            child = os.fork()
            if not child:
                os.dup2(os.open(os.devnull, os.O_RDONLY), sys.stdin.fileno())
                os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
                os._exit(stoppress(["tail"]))
        else:
            child = _end(child)
        print("done", flush=True)  # noqa: T201
    _end(child)


def _end(child: int) -> int:
    if child:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return 0


if __name__ == "__main__":
    main()
