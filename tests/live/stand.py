"""The newsstand: the real server with the hub, in a thread, and a small application where
Django would be."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Self, TypeVar

from stoppress.live.listening import listen_on
from stoppress.live.room import Live
from stoppress.live.server import Server, configured
from stoppress.live.source import Source
from tests.live.paper import PaperWire
from tests.live.reader import Connection, Reader
from tests.support.closing import Closing
from tests.support.waiting import PATIENCE, until

T = TypeVar("T")


class SmallSite:
    """An ASGI application: says which request came; `/wait` waits for `gate`, `/large`
    answers with more than any buffer holds."""

    LARGE = 12_000_000

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.waiting = threading.Event()
        self.asked: list[str] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.asked.append(f"{scope['method']} {scope['path']}")
        body = self.asked[-1].encode()
        while (await receive()).get("more_body"):
            pass
        if scope["path"] == "/wait":
            self.waiting.set()
            await asyncio.to_thread(self.gate.wait, PATIENCE)
        if scope["path"] == "/large":
            body = b"l" * self.LARGE
        length = str(len(body)).encode()
        await send(
            {
                "type": "http.response.start",
                "status": 200,
                "headers": [(b"content-length", length)],
            }
        )
        await send({"type": "http.response.body", "body": body})


class Stand(Closing):
    """A server that runs until the test is done with it."""

    def __init__(
        self,
        tailing: Source | None = None,
        reading: Source | None = None,
        *,
        room: int = 1_000,
        site: Any = None,
        writers: int = 0,
    ) -> None:
        self.wire = PaperWire()
        tailing = tailing or self.wire
        self.live = Live(tailing, reading or tailing, room=room, writers=writers)
        self.small = SmallSite()
        self.site: Any = site or self.small
        self.port = 0
        self._visitors: list[Connection] = []
        self._ready = threading.Event()
        self._sockets = listen_on("127.0.0.1", 0)
        self.server = Server(configured(self.site, self.live), self.live, self._opened)
        self._thread = threading.Thread(target=self._run, name="stand", daemon=True)
        self._failure: BaseException | None = None

    @property
    def hub(self):
        return self.live.hub

    def start(self) -> Self:
        self._thread.start()
        assert self._ready.wait(PATIENCE), "the server did not start"
        if self._failure is not None:
            raise self._failure
        return self

    def stop(self) -> None:
        """As SIGTERM does."""
        self.server.should_exit = True
        self.small.gate.set()
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive(), "the server did not stop"
        for visitor in self._visitors:
            visitor.close()

    def on_loop(self, work: Callable[[], T]) -> T:
        """Runs `work` on the server's loop and gives back what it returns."""
        done: Future[T] = Future()

        def run() -> None:
            try:
                done.set_result(work())
            except BaseException as error:  # noqa: BLE001  raised in the test's thread
                done.set_exception(error)

        loop = self.server.servers[0].get_loop()
        loop.call_soon_threadsafe(run)
        return done.result(PATIENCE)

    def reader(self, *topics: str, **asked: Any) -> Reader:
        """A reader who has been let in; gone when the stand is taken down."""
        reader = Reader(self.port, *topics, **asked)
        self._visitors.append(reader)
        return reader

    def connection(self, **given: Any) -> Connection:
        """A connection to the server; closed when the stand is taken down."""
        connection = Connection(self.port, **given)
        self._visitors.append(connection)
        return connection

    def until_readers(self, count: int) -> None:
        until(lambda: self.hub.readers == count, f"{count} readers")

    def until_slow(self, count: int) -> None:
        until(lambda: self.hub.slow == count, f"{count} slow readers")

    def until_given_out(self, seq: int) -> None:
        """Waits until this entry has been written to everyone, or parked."""

        def done() -> bool:
            return self.live.memory.head >= seq and not self.hub._fanout.busy

        until(lambda: self.on_loop(done), f"entry {seq} to be given out")

    def _opened(self, port: int) -> None:
        self.port = port
        self._ready.set()

    def _run(self) -> None:
        try:
            self.server.run(sockets=self._sockets)
        except BaseException as error:  # noqa: BLE001  raised in the test's thread
            self._failure = error
            self._ready.set()
        finally:
            for each in self._sockets:
                each.close()

    def __enter__(self) -> Self:
        return self.start()

    def close(self) -> None:
        self.stop()
