"""The other senders, each in a process of its own, with the same text and browsers."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric import ec

from bench.processes import ROOT, run
from stoppress.protocols import base64url, vapid

if TYPE_CHECKING:
    from pathlib import Path

    from bench.processes import Workshop
    from bench.pushpeople import People
    from bench.pushservice import Service

DOCUMENTED, SESSION, WEB_PUSH = "pywebpush", "pywebpush with a session", "npm web-push"
INSTALL = "make bench-push-peers"
PYTHON = ROOT / ".bench" / "push-peers" / "bin" / "python"
MODULE = ROOT / ".bench" / "push-npm" / "node_modules" / "web-push"

# Messages of one go: about a second each without delay, some seconds with 50 ms.
PROMPT = {DOCUMENTED: 300, SESSION: 700, WEB_PUSH: 1_000}
SLOW = {DOCUMENTED: 40, SESSION: 60, WEB_PUSH: 600}


@dataclass(frozen=True, slots=True)
class Peer:
    """One of them. `lacking`: the line that installs what is missing."""

    name: str
    words: tuple[str | Path, ...]
    job: Path
    about: dict[str, object]
    lacking: str

    def rate(self, text: str) -> tuple[float, float]:
        """Messages a second, and CPU microseconds for each. Raises Broke."""
        self.job.write_text(json.dumps({**self.about, "text": text}))
        said = json.loads(run([*self.words, self.job]))
        return said["rate"], said["cpu_us"]


def peers(
    workshop: Workshop, service: Service, port: int, people: People
) -> list[Peer]:
    """All there are."""
    key = ec.generate_private_key(ec.SECP256R1())
    secret = key.private_numbers().private_value.to_bytes(32, "big")
    about: dict[str, object] = {
        "ca": str(service.ca),
        "key": base64url.encode(secret),
        "public": vapid.public_key(key),
        "module": str(MODULE),
        "subscriptions": [
            {
                "endpoint": f"https://localhost:{port}/peer{each['path']}",
                "keys": {"p256dh": each["p256dh"], "auth": each["auth"]},
            }
            for each in people.given
        ],
    }
    counts = SLOW if port == service.slow else PROMPT
    python = ROOT / "bench" / "peers" / "pywebpush_sender.py"
    script = ROOT / "bench" / "peers" / "web_push.js"
    node = shutil.which("node") or ""
    no_python = "" if PYTHON.exists() else INSTALL
    no_node = "" if node and MODULE.exists() else f"{INSTALL} (needs node and npm)"
    ways: list[tuple[str, tuple[str | Path, ...], str]] = [
        (DOCUMENTED, (PYTHON, python, "documented"), no_python),
        (SESSION, (PYTHON, python, "session"), no_python),
        (WEB_PUSH, (node, script), no_node),
    ]
    return [
        Peer(
            name,
            words,
            workshop.folder / "job.json",
            {**about, "count": counts[name]},
            lacking,
        )
        for name, words, lacking in ways
    ]
