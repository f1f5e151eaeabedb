"""The product's code in a process of its own, beside the test and on its database."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO
from urllib.parse import quote

from django.conf import settings
from django.db import connection

from tests.support.closing import Closing

ROOT = Path(__file__).resolve().parents[2]
START = 60.0  # seconds for a program that is to end by itself, on a busy machine


def environment(more: Mapping[str, str]) -> dict[str, str]:
    """This process's own, without the settings of the test run."""
    kept = {n: v for n, v in os.environ.items() if not n.startswith("STOPPRESS_")}
    ours = {"DJANGO_SETTINGS_MODULE": "stoppress.settings", "PYTHONUNBUFFERED": "1"}
    return {**kept, **ours, "PYTHONPATH": str(ROOT), **more}


def database() -> str:
    """The address of the database that the running test uses."""
    there = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{quote(str(there['NAME']))}"
    return "postgresql://{USER}@{HOST}:{PORT}/{NAME}".format(**there)


def settled(values: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Loads the product's settings with these values and ends."""
    return subprocess.run(
        [sys.executable, "-c", "import stoppress.settings"],
        env=environment(values),
        capture_output=True,
        text=True,
        timeout=START,
        check=False,
    )


class Program(Closing):
    """A module of the tests, run on the running test's database. It says in lines on
    its output how far it is, and hears lines."""

    def __init__(self, module: str, *arguments: str) -> None:
        values = {
            "STOPPRESS_DATA": str(settings.PHOTOS.parent),
            "STOPPRESS_DATABASE": database(),
        }
        self._child = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", module, *arguments],
            env=environment(values),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    @property
    def pid(self) -> int:
        return self._child.pid

    def says(self) -> str:
        """The next line, waited for; '' when it has ended."""
        return self._out.readline().strip()

    def hears(self, line: str = "go") -> None:
        """Tells it something."""
        assert self._child.stdin is not None
        self._child.stdin.write(line + "\n")
        self._child.stdin.flush()

    def kill(self) -> None:
        """SIGKILL, and nobody asks how it ended: it stays a zombie until `end`."""
        self._child.kill()

    def end(self) -> int:
        """Waits for its end and gives back its exit code."""
        code = self._child.wait(START)
        self._out.close()
        if self._child.stdin:
            self._child.stdin.close()
        return code

    @property
    def _out(self) -> IO[str]:
        assert self._child.stdout is not None
        return self._child.stdout

    def close(self) -> None:
        if self._child.poll() is None:
            self._child.kill()
        self.end()
