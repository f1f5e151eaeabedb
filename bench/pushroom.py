"""The newsroom that the bench of notifications measures: the whole product on the air, and
an editor beside it."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bench import accounts
from bench.errors import Broke
from bench.newsroom import COMMAND, ON_AIR
from bench.pages import Visitors, at
from bench.processes import run

if TYPE_CHECKING:
    from pathlib import Path

    from bench.processes import Child, Workshop
    from bench.pushpeople import People
    from bench.pushservice import Came, Service

OURS = "stoppress"
DESK = (sys.executable, "-m", "bench.pushdesk")

# At rest: less than this part of one core over so many seconds.
RESTING, WATCHED = 0.05, 0.5


@dataclass(frozen=True, slots=True)
class Told:
    """One broadcast: messages a second from publication to the last hand-over, the
    milliseconds until the first came, CPU microseconds of the server a message."""

    rate: float
    first_ms: float
    seconds: float
    cpu_us: float


class Newsroom:
    """The whole product, with `count` followers at one port of the service."""

    def __init__(
        self, workshop: Workshop, service: Service, people: People, *, senders: int
    ) -> None:
        self.service = service
        self.web = workshop.port()
        self.folder: Path = workshop.folder / f"newsroom-{self.web}"
        self._people = people
        env = {
            "STOPPRESS_DATA": str(self.folder),
            "STOPPRESS_URL": f"http://localhost:{self.web}",
            "STOPPRESS_PUSH_LOOPBACK": "yes",
            "STOPPRESS_PUSH_CA": str(service.ca),
        }
        words = ["serve", "--port", str(self.web), "--senders", str(senders)]
        self.child = workshop.start(OURS, [*COMMAND, *words], env=env, talks=True)
        self.child.hear(ON_AIR)
        run([*COMMAND, "story", "bench", "--title", "The bench"], env=env)
        self._desk: Child = workshop.start("desk", DESK, env=env, talks=True)
        self.count = 0
        self.keyed = 0.0  # seconds until all keys were made
        self.text = ""
        self.span = (0.0, 0.0)  # of the last broadcast, by time.monotonic()

    def enrol(self, count: int, port: int) -> None:
        """So many followers at this port, and their keys."""
        self.count = count
        self._order(f"follow {self._people.file} {count} https://localhost:{port}")
        began = time.monotonic()
        self._order("keyed")
        self.rest()
        self.keyed = time.monotonic() - began

    def rest(self) -> None:
        """Waits until the keys that were used are made anew, and it does nothing."""
        used = WATCHED
        while used > RESTING * WATCHED:
            before = self._used()
            time.sleep(WATCHED)
            used = (self._used() - before) / 1e6

    def told(self) -> Told:
        """Publishes, and waits until everybody is told. Raises Broke when the service
        did not get each message once."""
        self.rest()
        self.service.came()
        before, began = self._used(), time.monotonic()
        published, done = self._order("publish"), self._order("done")
        self.span = (began, time.monotonic())
        used = self._used() - before
        self.text = done["text"]
        came = self._came()
        paths = {each.path for each in came}
        if done["handed"] != self.count or len(paths) != self.count:
            raise Broke(OURS, f"{done['handed']} handed, {len(came)} came")
        start = published["wall_ms"]
        seconds = (max(each.at for each in came) - start) / 1000
        first = min(each.at for each in came) - start
        return Told(self.count / seconds, first, seconds, used / self.count)

    def page_meanwhile(self) -> str:
        """One visitor after another asks for the story's page while all are told."""
        self.rest()
        visitors = Visitors(self.web)
        self.service.came()
        began = time.monotonic()
        self._order("publish")
        self._order("done")
        span = (began, time.monotonic())
        askings = [one.ms for one in visitors.stop() if one.meets(*span)]
        rate = self.count / (span[1] - span[0])
        return (
            f"The story's page meanwhile, one visitor after another, {rate:,.0f}/s: "
            f"median {at(askings, 50):.1f} ms, p95 {at(askings, 95):.1f} ms, slowest "
            f"{max(askings):.1f} ms of {len(askings)}."
        )

    @property
    def size(self) -> int:
        """Octets of its database on disk."""
        return sum(file.stat().st_size for file in self.folder.glob("*.sqlite3*"))

    @property
    def memory(self) -> int:
        """Octets that its processes hold."""
        return accounts.memory(accounts.family(self.child.pid))

    def _used(self) -> float:
        return accounts.cpu_us(accounts.family(self.child.pid))

    def _came(self) -> list[Came]:
        came: list[Came] = []
        until = time.monotonic() + 5
        while len(came) < self.count and time.monotonic() < until:
            time.sleep(0.06)  # nginx writes its log so late
            came += self.service.came()
        return came

    def _order(self, line: str) -> dict[str, Any]:
        """What the editor answers (bench/pushdesk.py)."""
        self._desk.say(line)
        answer: dict[str, Any] = json.loads(self._desk.hear("{"))
        return answer
