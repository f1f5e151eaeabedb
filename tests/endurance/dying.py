"""Commands that are killed at a chosen statement of SQL, or as they say what they did.

Run as a program (`python -m tests.endurance.dying`, in a newsroom's environment) it takes
orders, one JSON object a line, and forks for each: the child runs the product's own
command line and sends itself SIGKILL at the moment that was ordered. So each step of a
command can be the last, without a new interpreter for each. A statement is counted as
SQLite takes it up: at COMMIT, nothing is committed yet. On PostgreSQL, where nobody tells
us of COMMIT, as Django hands it over: a death at the next one is a death behind COMMIT.
"""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO, Any

from tests.support.closing import Closing
from tests.support.newsroom import ROOT, Newsroom

NEVER = 0
AS_IT_SPEAKS = -1


@dataclass(frozen=True)
class Died:
    """How a command ended."""

    status: int  # an exit code; negative: the signal
    out: str
    err: str
    statements: list[str]  # as far as it got

    def last(self, statement: str) -> int:
        """The number of the last statement that is this one."""
        return len(self.statements) - self.statements[::-1].index(statement)

    def all(self, *words: str) -> list[int]:
        """The numbers of the statements in which all these words stand."""
        return [
            number
            for number, statement in enumerate(self.statements, 1)
            if all(word in statement for word in words)
        ]


class Dying(Closing):
    """The program, and how to give it orders."""

    def __init__(self, newsroom: Newsroom) -> None:
        self._program = subprocess.Popen(
            [sys.executable, "-m", "tests.endurance.dying"],
            cwd=ROOT,
            env=newsroom.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, *words: str, text: str = "", at: int = NEVER) -> Died:
        """Run `stoppress` with these words; it dies at statement number `at`."""
        order = json.dumps({"words": words, "text": text, "at": at})
        assert self._program.stdin is not None
        assert self._program.stdout is not None
        print(order, file=self._program.stdin, flush=True)
        return Died(**json.loads(self._program.stdout.readline()))

    def close(self) -> None:
        self._program.communicate(timeout=10)


def main() -> None:
    """Takes orders until there are no more."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "stoppress.settings"
    import django  # noqa: PLC0415  the environment is the newsroom's only now

    django.setup()
    from stoppress.cli import posting  # noqa: F401, PLC0415  before the forks

    for line in sys.stdin:
        print(json.dumps(_obey(**json.loads(line))), flush=True)  # noqa: T201


def _obey(words: Sequence[str], text: str, at: int) -> dict[str, Any]:
    with ExitStack() as stack:
        files = [stack.enter_context(TemporaryFile()) for _ in range(4)]
        given, out, err, notes = files
        given.write(text.encode())
        given.seek(0)
        child = os.fork()
        if not child:
            for number, file in enumerate((given, out, err)):
                os.dup2(file.fileno(), number)
            _perform(words, at, notes.fileno())
        _, status = os.waitpid(child, 0)
        return {
            "status": os.waitstatus_to_exitcode(status),
            "out": _read(out),
            "err": _read(err),
            "statements": _read(notes).splitlines(),
        }


def _read(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()


def _perform(words: Sequence[str], at: int, notes: int) -> None:
    from django.db.backends.signals import connection_created  # noqa: PLC0415

    from stoppress.cli import main as stoppress  # noqa: PLC0415

    counted = 0

    def take_up(statement: str) -> None:
        nonlocal counted
        counted += 1
        os.write(notes, statement.partition("\n")[0].encode() + b"\n")
        if counted == at:
            os.kill(os.getpid(), signal.SIGKILL)

    def hand_over(execute: Any, sql: Any, given: Any, many: Any, context: Any) -> Any:
        take_up(f"{sql} {given}")
        return execute(sql, given, many, context)

    def watch(connection: Any, **_: Any) -> None:
        if connection.vendor == "sqlite":
            connection.connection.set_trace_callback(take_up)
        else:
            connection.execute_wrappers.append(hand_over)

    connection_created.connect(watch)
    if at == AS_IT_SPEAKS:
        sys.stdout = _LastWords()
    status = stoppress(words)
    sys.stdout.flush()
    os._exit(status)


class _LastWords(io.StringIO):
    def write(self, _: str) -> int:
        os.kill(os.getpid(), signal.SIGKILL)
        return 0


if __name__ == "__main__":
    main()
