"""Pushpin, as Debian has it, in front of an origin that holds every request open."""

from __future__ import annotations

import json
import shutil
import sys
from typing import TYPE_CHECKING

from bench.servers import INSTALL, uvicorn
from bench.standing import Stand, by_post

if TYPE_CHECKING:
    from pathlib import Path

    from bench.processes import Child, Workshop
    from bench.standing import Size, Update

PROGRAMS = ("pushpin", "condure", "zurl")

# Its own folder for sockets and logs; nothing on the network but the two ports. zurl is
# not left to Pushpin's runner, which would forbid it to ask this machine.
PUSHPIN = """
[global]
include={{libdir}}/internal.conf
rundir={folder}
ipc_prefix=pp-
stats_connection_ttl=120
[runner]
services=condure,pushpin-proxy,pushpin-handler
http_port=127.0.0.1:{port}
logdir={folder}
log_level=1
client_buffer_size=8192
client_maxconn={readers}
condure_bin=condure
[proxy]
routesfile=routes
zurl_out_specs=ipc://{folder}/zurl-in
zurl_out_stream_specs=ipc://{folder}/zurl-in-stream
zurl_in_specs=ipc://{folder}/zurl-out
sig_key=bench
updates_check=off
[handler]
push_in_spec=ipc://{folder}/push-in
push_in_sub_specs=ipc://{folder}/push-in-sub
push_in_sub_connect=false
push_in_http_addr=127.0.0.1
push_in_http_port={control}
push_in_http_max_headers_size=10000
push_in_http_max_body_size=1000000
stats_spec=ipc://{folder}/stats
command_spec=ipc://{folder}/command
message_rate=2500
message_hwm=25000
message_wait=5000
connection_subscription_max=20
"""
ZURL = """
[General]
in_spec=ipc://{folder}/zurl-in
in_stream_spec=ipc://{folder}/zurl-in-stream
out_spec=ipc://{folder}/zurl-out
defpolicy=allow
allow=
deny=
max_open_requests=2000
buffer_size=200000
timeout=600
in_hwm=1000
out_hwm=1000
"""


class Pushpin:
    """Connections are Condure's; Pushpin's proxy and handler do the rest."""

    name = "pushpin"

    def lacking(self) -> str:
        """See Candidate."""
        if all(shutil.which(program) for program in PROGRAMS):
            return ""
        return f"{INSTALL} pushpin"

    def stand(self, workshop: Workshop, update: Update, size: Size, /) -> Stand:
        """See Candidate. It is one process, whatever is asked for."""
        folder = workshop.folder / "pushpin"
        folder.mkdir(exist_ok=True)
        port, control, behind = (workshop.port() for _ in range(3))
        (folder / "routes").write_text(f"* 127.0.0.1:{behind}\n")
        (folder / "zurl.conf").write_text(ZURL.format(folder=folder))
        (folder / "pushpin.conf").write_text(
            PUSHPIN.format(
                folder=folder, port=port, control=control, readers=size.readers + 512
            )
        )
        children = _started(workshop, folder, behind)
        for child, answering in zip(children, (behind, None, port), strict=True):
            if answering:
                child.answers(answering)
        children[-1].answers(control)
        publish = by_post(
            [control],
            "/publish/",
            lambda mark: json.dumps(_item(update.marked(mark))),
            "application/json",
        )
        return Stand(children, [port], "/events", publish, [children[-1].pid])


def _started(workshop: Workshop, folder: Path, behind: int) -> list[Child]:
    return [
        workshop.start("origin", uvicorn(sys.executable, "origin", behind)),
        workshop.start("zurl", ["zurl", f"--config={folder / 'zurl.conf'}"]),
        workshop.start("pushpin", ["pushpin", f"--config={folder / 'pushpin.conf'}"]),
    ]


def _item(data: str) -> dict[str, object]:
    content = f"id: 1\ndata: {data}\n\n"
    formats = {"http-stream": {"content": content}}
    return {"items": [{"channel": "news", "formats": formats}]}
