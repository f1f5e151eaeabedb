"""Waiting for something to become true, never for time to pass."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import TypeVar

T = TypeVar("T")

PATIENCE = (
    10.0  # seconds: far more than anything here takes; only a failure waits so long
)
GLANCE = 0.02  # seconds between two looks at what cannot tell us that it changed


class Noticeboard:
    """Whoever changes something says so; whoever waits looks again at once."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._changes = 0

    def changed(self) -> None:
        """Say, after the change, that there is something new to look at."""
        with self._condition:
            self._changes += 1
            self._condition.notify_all()

    def wait(
        self, look: Callable[[], T], what: str = "it", timeout: float = PATIENCE
    ) -> T:
        """Give back the first true answer of `look`.

        `look` runs without the lock: whoever changes things is never held up by it.
        Raises AssertionError, with `what` and what is known so far, after `timeout`
        seconds.
        """
        end = time.monotonic() + timeout
        while True:
            seen = self._changes
            if answer := look():
                return answer
            with self._condition:
                news = self._condition.wait_for(
                    partial(self._moved, seen), end - time.monotonic()
                )
            if not news:
                raise AssertionError(
                    f"{what}: not within {timeout:g} s\n{self.describe()}"
                )

    async def until(self, look: Callable[[], T], what: str = "it") -> T:
        """`wait` for a test that runs on an event loop itself."""
        return await asyncio.to_thread(self.wait, look, what)

    def _moved(self, seen: int) -> bool:
        return self._changes != seen

    def describe(self) -> str:
        """What a failed wait shows beside its own sentence."""
        return ""


def until(look: Callable[[], T], what: str = "it", timeout: float = PATIENCE) -> T:
    """Look again and again at something outside this program until it is true."""
    end = time.monotonic() + timeout
    while not (answer := look()):
        if time.monotonic() > end:
            raise AssertionError(f"{what}: not within {timeout:g} s")
        time.sleep(GLANCE)
    return answer
