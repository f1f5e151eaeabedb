"""How long an ordinary page takes while an update goes out to thousands of readers."""

from __future__ import annotations

import http.client
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench import figures
from bench.errors import Broke
from bench.going import PATIENCE_MS, PAUSE, WARMING, full
from bench.newsroom import PATH, STORY

if TYPE_CHECKING:
    from bench.going import Plan
    from bench.newsroom import House
    from bench.processes import Child, Workshop

PAGE = f"/stories/{STORY}"
QUIET = 2.0  # seconds in which nothing goes out
PATIENCE = 10.0  # seconds for one page


@dataclass(frozen=True, slots=True)
class Asking:
    """One page: when it was asked for and when it was there, by time.monotonic()."""

    began: float
    ended: float

    @property
    def ms(self) -> float:
        return (self.ended - self.began) * 1e3

    def meets(self, began: float, ended: float) -> bool:
        """Whether it was under way in this time."""
        return self.began < ended and self.ended > began


@dataclass(frozen=True, slots=True)
class Waits:
    """Milliseconds that pages took, without and during updates."""

    quiet: list[float]
    during: list[float]


def beside_updates(house: House, workshop: Workshop, plan: Plan) -> Waits:
    """One visitor after another asks for the story's page, which changes with each
    update. Raises BenchError."""
    port = workshop.port()
    server = house.serve(port)
    crowd: Child | None = None
    try:
        crowd = full(workshop, plan, port, PATH)
        for mark in range(WARMING):
            _update(server, crowd, mark)
        visitors = Visitors(port)
        began = time.monotonic()
        time.sleep(QUIET)
        quiet = (began, time.monotonic())
        spans = []
        for number in range(plan.updates):
            spans.append(_update(server, crowd, WARMING + number))
            time.sleep(PAUSE)
        askings = visitors.stop()
    finally:
        for child in (crowd, server):
            if child is not None:
                workshop.stop(child)
    return Waits(
        [one.ms for one in askings if one.meets(*quiet)],
        [one.ms for one in askings if any(one.meets(*span) for span in spans)],
    )


def told(waits: Waits, readers: int) -> str:
    """The sentence about it."""
    quiet, during = sorted(waits.quiet), sorted(waits.during)
    return (
        f"The story's page, one visitor after another: median {at(quiet, 50):.1f} ms, "
        f"p95 {at(quiet, 95):.1f} ms; while updates go out to {readers:,} readers "
        f"median {at(during, 50):.1f} ms, p95 {at(during, 95):.1f} ms, slowest "
        f"{during[-1]:.1f} ms of {len(during)}."
    )


class Visitors:
    """Asks for the page again and again, in a thread, each time anew."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._askings: list[Asking] = []
        self._trouble: list[str] = []
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._ask, daemon=True)
        self._thread.start()

    def stop(self) -> list[Asking]:
        """Ends it. Raises Broke when a page was not given, or none was asked for."""
        self._end.set()
        self._thread.join()
        if self._trouble or not self._askings:
            raise Broke("The page", " ".join(self._trouble) or "was not asked for")
        return self._askings

    def _ask(self) -> None:
        line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
        try:
            while not self._end.is_set():
                began = time.monotonic()
                line.request("GET", PAGE)
                answer = line.getresponse()
                answer.read()
                if answer.status != http.HTTPStatus.OK:
                    self._trouble.append(f"answered {answer.status}")
                    return
                self._askings.append(Asking(began, time.monotonic()))
        except (OSError, http.client.HTTPException) as error:
            self._trouble.append(repr(error))
        finally:
            line.close()


def _update(server: Child, crowd: Child, mark: int) -> tuple[float, float]:
    """Publishes, and waits until all have it: from when to when."""
    began = time.monotonic()
    server.say(f"post {mark}")
    crowd.say(f"{mark} {PATIENCE_MS}")
    figures.receipt(crowd.hear("{"))
    span = (began, time.monotonic())
    server.hear('{"seq')
    return span


def at(times: list[float], percent: int) -> float:
    """The one that so many are not above."""
    ordered = sorted(times)
    return ordered[min(len(ordered) * percent // 100, len(ordered) - 1)]
