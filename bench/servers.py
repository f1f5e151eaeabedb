"""The kernel's floor, nginx with nchan, and the two Python packages."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from bench.processes import ROOT
from bench.standing import Stand, by_post

if TYPE_CHECKING:
    from bench.processes import Workshop
    from bench.standing import Size, Update

PEERS = ROOT / ".bench" / "peers"
INSTALL = "apt-get install -y --no-install-recommends"

NCHAN_MODULE = Path("/usr/lib/nginx/modules/ngx_nchan_module.so")
NCHAN = """
load_module {module};
daemon off; worker_processes {workers}; pid nginx.pid; error_log stderr warn; {user}
events {{ worker_connections {connections}; multi_accept on; use epoll; }}
http {{
  access_log off; tcp_nodelay on; nchan_shared_memory_size 1024M;
  client_body_temp_path b; proxy_temp_path p; fastcgi_temp_path f; uwsgi_temp_path u;
  scgi_temp_path s;
  server {{
    listen 127.0.0.1:{port} backlog=4096 {reuse};
    location = /events {{
      nchan_subscriber eventsource; nchan_channel_id news;
      nchan_subscriber_first_message newest; nchan_subscriber_timeout 0;
    }}
    location = /publish {{
      nchan_publisher; nchan_channel_id news; nchan_message_buffer_length 5;
      nchan_message_timeout 30s; client_max_body_size 1m; client_body_buffer_size 1m;
    }}
  }}
}}
"""


class Floor:
    """A loop of `send` in C: what no server can be below."""

    name = "kernel"

    def lacking(self) -> str:
        """Nothing: it is compiled by the bench."""
        return ""

    def stand(self, workshop: Workshop, update: Update, size: Size, /) -> Stand:
        """See Candidate."""
        doors = [workshop.port() for _ in range(size.processes)]
        floor = workshop.folder / "floor"
        children = [workshop.start(self.name, [floor, str(door)]) for door in doors]
        for child, door in zip(children, doors, strict=True):
            child.answers(door)
        publish = by_post(doors, "/", update.marked, "text/plain")
        counted = [child.pid for child in children]
        return Stand(children, doors, "/", publish, counted)


class Nchan:
    """nginx with the nchan module, as Debian has them; a worker for each process."""

    name = "nchan"

    def lacking(self) -> str:
        """See Candidate."""
        if shutil.which("nginx") and NCHAN_MODULE.exists():
            return ""
        return f"{INSTALL} nginx libnginx-mod-nchan"

    def stand(self, workshop: Workshop, update: Update, size: Size, /) -> Stand:
        """See Candidate."""
        port = workshop.port()
        folder = workshop.folder / "nginx"
        folder.mkdir(exist_ok=True)
        settings = folder / "nginx.conf"
        settings.write_text(
            NCHAN.format(
                module=NCHAN_MODULE,
                workers=size.processes,
                # It sheds readers when it comes near; workers do not fill evenly.
                connections=size.readers // size.processes
                + max(size.readers // 8, 512),
                port=port,
                # Each worker then has a queue of its own, filled evenly.
                reuse="reuseport" if size.processes > 1 else "",
                user="user root;" if _is_root() else "",
            )
        )
        child = workshop.start(self.name, ["nginx", "-p", folder, "-c", settings])
        child.answers(port)
        publish = by_post([port], "/publish", update.marked, "text/plain")
        return Stand([child], [port], "/events", publish, [child.pid])


class Packaged:
    """A Python package in the peers' own environment, one process a door."""

    def __init__(self, name: str, module: str, path: str) -> None:
        self.name = name
        self._module = module
        self._path = path

    def lacking(self) -> str:
        """See Candidate."""
        return "" if (PEERS / "ready").exists() else "make bench-peers"

    def stand(self, workshop: Workshop, update: Update, size: Size, /) -> Stand:
        """See Candidate."""
        doors = [workshop.port() for _ in range(size.processes)]
        python = PEERS / "bin" / "python"
        children = [
            workshop.start(self.name, uvicorn(python, self._module, door))
            for door in doors
        ]
        for child, door in zip(children, doors, strict=True):
            child.answers(door)
        publish = by_post(doors, "/publish", update.marked, "text/plain")
        counted = [child.pid for child in children]
        return Stand(children, doors, self._path, publish, counted)


def uvicorn(python: str | Path, module: str, port: int) -> list[str | Path]:
    """The command that serves `app` of a module in bench/peers, as ours is served."""
    return [
        *(python, "-m", "uvicorn", f"{module}:app"),
        *("--app-dir", ROOT / "bench" / "peers", "--port", str(port)),
        *("--loop", "uvloop", "--http", "httptools", "--lifespan", "off"),
        *("--backlog", "4096", "--no-access-log", "--log-level", "warning"),
    ]


def _is_root() -> bool:
    return Path("/proc/self").stat().st_uid == 0
