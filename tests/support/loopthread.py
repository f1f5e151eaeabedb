"""Event-loop programs in a thread of their own, so that plain tests can talk to them.

The far ends are aiohttp applications. A journey is a plain function (Playwright's
synchronous half owns its thread), and an asyncio test must not share its loop with
what it measures; so all of them run here, on one loop in the background.
"""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

from aiohttp import web

from tests.support.closing import Closing

T = TypeVar("T")

LOOPBACK = "127.0.0.1"
GOODBYE = 0.5  # seconds an application may take over requests still open when it stops


class LoopThread(Closing):
    """One event loop in one background thread."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="far ends", daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T], timeout: float = 15) -> T:
        """Run `work` on the loop and wait for its answer."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(timeout)

    def serve(
        self, app: web.Application, *, port: int = 0, tls: ssl.SSLContext | None = None
    ) -> Served:
        """Serve `app` on loopback; port 0 takes a free one."""
        return self.run(_serve(self, app, port, tls))

    def close(self) -> None:
        """Stop the loop and wait for the thread."""
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(5)
        self.loop.close()

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()
        self.loop.run_until_complete(_wind_up())


class Served:
    """An application being served: its port, and how to stop it."""

    def __init__(self, thread: LoopThread, runner: web.AppRunner, port: int) -> None:
        self.port = port
        self._thread = thread
        self._runner = runner

    def stop(self) -> None:
        self._thread.run(self._runner.cleanup())


async def _serve(
    thread: LoopThread, app: web.Application, port: int, tls: ssl.SSLContext | None
) -> Served:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=GOODBYE)
    await runner.setup()
    site = web.TCPSite(runner, LOOPBACK, port, ssl_context=tls, reuse_address=True)
    await site.start()
    return Served(thread, runner, int(runner.addresses[0][1]))


async def _wind_up() -> None:
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
    await asyncio.get_running_loop().shutdown_asyncgens()
