"""The server as a process of its own, with the real wire (test_server.py starts it).

Says `ready PORT`; puts each line that it is given on the wire and says `on the wire SEQ`;
says `put away` when `serve` has returned.
"""

from __future__ import annotations

import sys
import threading

from django.core.management import call_command

from stoppress.lib.transactions import atomic
from stoppress.live.listening import listen_on
from stoppress.live.server import serve
from stoppress.wire.append import append
from tests.live.paper import STORY
from tests.live.stand import SmallSite

# What Python is given: the folder comes before the settings, those before the rooms.
COMMAND = """
import os, pathlib, django
from stoppress.lib.datafolder import DataFolder
DataFolder(pathlib.Path(os.environ["STOPPRESS_DATA"])).make()
django.setup()
from tests.live.standalone import main
main()
"""


def main() -> None:
    call_command("migrate", verbosity=0)
    threading.Thread(target=take_dictation, daemon=True).start()
    listeners = listen_on("127.0.0.1", int(sys.argv[1]))
    serve(SmallSite(), listeners, on_ready=ready)
    say("put away")


def ready(port: int) -> None:
    say("ready", port)


def take_dictation() -> None:
    for line in sys.stdin:
        with atomic():
            entry = append("story.opened", [STORY], {"story": {"title": line.strip()}})
        say("on the wire", entry.seq)


def say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()
