"""Waiting, in a test that runs on the event loop itself."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable

from tests.support.waiting import PATIENCE


async def until(look: Callable[[], object], what: str) -> None:
    """Lets the loop turn until `look` is content."""
    end = time.monotonic() + PATIENCE
    for _ in itertools.count():
        if look():
            return
        assert time.monotonic() < end, f"{what}: not within {PATIENCE:g} s"
        await asyncio.sleep(0)
