"""Ours: the whole product, as an operator starts it, on a data folder of its own."""

from __future__ import annotations

import http.client
import json
import sys
from typing import TYPE_CHECKING

from bench.errors import Broke
from bench.standing import MARK, Stand, Update

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bench.processes import Child, Workshop
    from bench.standing import Size

STORY = "bench"
PATH = f"/.well-known/mercure?topic=/stories/{STORY}"
ON_AIR = "Stop Press is on the air"
PATIENCE = 30.0  # seconds for one update to come down the first stream

COMMAND = (
    sys.executable,
    "-c",
    "from stoppress.cli import main; raise SystemExit(main())",
)
EDITOR = (sys.executable, "-m", "bench.inside")


class House:
    """A fresh newsroom with one story in it, and how its processes are started."""

    def __init__(self, workshop: Workshop, characters: int) -> None:
        """`characters`: the length of an update's text. Raises BenchError."""
        self.folder: Path = workshop.folder / "newsroom"
        self._workshop = workshop
        self._characters = characters
        self.update = self._begin()

    def serve(self, port: int) -> Child:
        """The newsroom on the air, with an editor inside. Raises DidNotStart."""
        words = ["serve", "--data", str(self.folder), "--port", str(port)]
        child = self._workshop.start(
            "stoppress", [*EDITOR, *words], env=self._env(port), talks=True
        )
        child.hear(ON_AIR)
        child.answers(port)
        return child

    def web(self, port: int) -> Child:
        """One more web server of the same newsroom."""
        words = ["web", "--data", str(self.folder), "--port", str(port)]
        child = self._workshop.start(
            "web", [*COMMAND, *words], env=self._env(port), talks=True
        )
        child.hear(ON_AIR)
        child.answers(port)
        return child

    def beside(self) -> Child:
        """An editor in a process of its own, as `stoppress post` is."""
        return self._workshop.start("editor", EDITOR, env=self._env(0), talks=True)

    def command(self, *words: str) -> dict[str, object]:
        """Runs a command that prints JSON."""
        child = self._workshop.start(
            "command", [*COMMAND, *words], env=self._env(0), talks=True
        )
        try:
            said: dict[str, object] = json.loads(child.hear("{"))
        finally:
            self._workshop.stop(child)
        return said

    def _env(self, port: int) -> dict[str, str]:
        return {
            "STOPPRESS_DATA": str(self.folder),
            "STOPPRESS_URL": f"http://localhost:{port or 8000}",
            "BENCH_STORY": STORY,
            "BENCH_CHARACTERS": str(self._characters),
        }

    def _begin(self) -> Update:
        """Makes the newsroom, and looks at an update as it goes down the stream."""
        port = self._workshop.port()
        child = self.serve(port)
        self.command("story", STORY, "--title", "The bench", "--json")
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        line.request("GET", PATH)
        stream = line.getresponse()
        child.say("post 0")
        try:
            for octets in stream:
                if octets.startswith(b"data: ") and MARK.format(0).encode() in octets:
                    return Update(octets.decode().removeprefix("data: ").strip())
        finally:
            line.close()
            self._workshop.stop(child)
        raise Broke("The newsroom's stream", child.log)


class Newsroom:
    """The product. `inside`: posted in the server's process, as at the desk; otherwise
    from a process beside it, as `stoppress post` does."""

    def __init__(self, name: str, house: House, *, inside: bool) -> None:
        self.name = name
        self._house = house
        self._inside = inside

    def lacking(self) -> str:
        """Nothing: it is what this is about."""
        return ""

    def stand(self, workshop: Workshop, _update: Update, size: Size, /) -> Stand:
        """See Candidate."""
        doors = [workshop.port() for _ in range(size.processes)]
        servers = [self._house.serve(doors[0])]
        servers += [self._house.web(door) for door in doors[1:]]
        editor = servers[0] if self._inside else self._house.beside()
        children = servers if self._inside else [*servers, editor]
        counted = [server.pid for server in servers]
        return Stand(children, doors, PATH, _posting(editor), counted)


def _posting(editor: Child) -> Callable[[int], Callable[[], int]]:
    def publish(mark: int) -> Callable[[], int]:
        editor.say(f"post {mark}")

        def done() -> int:
            seq = json.loads(editor.hear("{"))["seq"]
            editor.say(f"when {seq}")
            return int(json.loads(editor.hear("{"))["ns"])

        return done

    return publish
