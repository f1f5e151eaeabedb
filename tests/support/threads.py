"""Several things at once, each in a thread with a database connection of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from django.db import connection, connections

from tests.support.waiting import PATIENCE

T = TypeVar("T")

# The locks, not the activity: that one shows a transaction the same picture all along.
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


@contextmanager
def beside(*acts: Callable[[], object]) -> Iterator[None]:
    """Runs each act in a thread; waits for them at the end of the block and raises what
    they raised."""
    with ThreadPoolExecutor(len(acts)) as pool:
        under_way = [pool.submit(_on_own_connection, act) for act in acts]
        yield
        for one in under_way:
            one.result(PATIENCE)


def at_once(*acts: Callable[[], object]) -> None:
    """Runs the acts in threads that start together, and waits for them."""
    start = threading.Barrier(len(acts))

    def together(act: Callable[[], object]) -> Callable[[], object]:
        return lambda: (start.wait(PATIENCE), act())

    with beside(*map(together, acts)):
        pass


async def aside(work: Callable[..., T], *given: object) -> T:
    """Does it in a thread, as another process would, and leaves no connection open."""

    def do() -> T:
        try:
            return work(*given)
        finally:
            connections.close_all()

    return await asyncio.to_thread(do)


class Queue:
    """Acts that are expected to wait for what another transaction holds."""

    def __init__(self, act: Callable[[], object]) -> None:
        self._act = act
        self._came = threading.Event()

    def __call__(self) -> object:
        self._came.set()
        return self._act()

    def waits(self) -> bool:
        """True when the act waits for a lock. PostgreSQL says so; SQLite has nobody to
        ask, and all that is known is that the act has come to the door."""
        if connection.vendor == "sqlite":
            return self._came.is_set()
        with connection.cursor() as cursor:
            cursor.execute(WAITING)
            return bool(cursor.fetchone()[0])


def _on_own_connection(act: Callable[[], object]) -> object:
    try:
        # Before the start, so that all are equally ready.
        connection.ensure_connection()
        return act()
    finally:
        connection.close()
