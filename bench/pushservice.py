"""The far end of the push bench: Debian's nginx, over TLS and HTTP/2.

It answers 201 and notes when each message came. A few addresses, under /kept/, go through
a second server that writes bodies down, so that what arrived can be decrypted.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench.errors import NotThere
from bench.processes import run

if TYPE_CHECKING:
    from bench.processes import Child, Workshop

ECHO = "ngx_http_echo_module.so"
MODULES = Path(os.environ.get("NGINX_MODULES", "/usr/lib/nginx/modules"))

CONF = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/nginx.err;
{user}{module}
events {{ worker_connections 8192; }}
http {{
  client_body_temp_path {folder}/kept; proxy_temp_path {folder}/p;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  keepalive_requests 1000000000; http2_max_concurrent_streams 128;
  log_format came '$msec $request_uri'; log_format kept '$request_uri $request_body_file';
  ssl_certificate {folder}/ca.pem; ssl_certificate_key {folder}/ca.key;
  server {{
    listen 127.0.0.1:{prompt} ssl http2;
    location / {{ access_log {folder}/came.log came buffer=32k flush=50ms; return 201; }}
    location /kept/ {{
      access_log {folder}/came.log came buffer=32k flush=50ms;
      access_log {folder}/kept.log kept;
      client_body_in_file_only on; proxy_pass http://127.0.0.1:{inner};
    }}
  }}
  server {{ listen 127.0.0.1:{inner}; access_log off; return 201; }}
  {slow}
}}
"""
SLOW = """server {{
    listen 127.0.0.1:{port} ssl http2;
    access_log {folder}/came.log came buffer=32k flush=50ms;
    location / {{
      echo_status 201; echo_sleep 0.05; echo_exec /end;
    }}
    location /end {{ internal; echo_status 201; echo -n ''; }}
  }}"""


@dataclass(frozen=True, slots=True)
class Came:
    """One message as the service noted it."""

    at: float  # milliseconds of the wall clock
    path: str


class Service:
    """The service; `slow` is 0 where this nginx cannot wait (Debian's echo module)."""

    def __init__(self, workshop: Workshop) -> None:
        """Raises NotThere or DidNotStart."""
        if shutil.which("nginx") is None:
            raise NotThere("nginx", "apt-get install -y --no-install-recommends nginx")
        self.folder = workshop.folder / "service"
        self.folder.mkdir()
        self.ca = self.folder / "ca.pem"
        self._log = self.folder / "came.log"
        self._read = 0
        self.prompt, inner = workshop.port(), workshop.port()
        waits = (MODULES / ECHO).exists()
        self.slow = workshop.port() if waits else 0
        _certify(self.folder)
        slow = SLOW.format(port=self.slow, folder=self.folder) if waits else ""
        conf = CONF.format(
            folder=self.folder,
            prompt=self.prompt,
            inner=inner,
            slow=slow,
            user="user root;" if os.geteuid() == 0 else "",
            module=f"load_module {MODULES / ECHO};" if waits else "",
        )
        file = self.folder / "nginx.conf"
        file.write_text(conf)
        errors = self.folder / "nginx.err"
        words: list[str | Path] = ["nginx", "-p", self.folder, "-c", file, "-e", errors]
        self.child: Child = workshop.start("nginx", words)
        self.child.answers(self.prompt)

    def came(self) -> list[Came]:
        """What came since the last look."""
        with self._log.open() as log:
            log.seek(self._read)
            lines = log.read().splitlines()
            self._read = log.tell()
        return [Came(float(at) * 1000, path) for at, path in map(str.split, lines)]

    def kept(self) -> dict[str, bytes]:
        """The bodies that were written down, by path."""
        lines = (self.folder / "kept.log").read_text().splitlines()
        pairs = (line.split(" ", 1) for line in lines)
        return {path: Path(file).read_bytes() for path, file in pairs}


def _certify(folder: Path) -> None:
    run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-nodes", "-days", "2"),
            *("-pkeyopt", "ec_paramgen_curve:prime256v1", "-subj", "/CN=bench"),
            *("-addext", "subjectAltName=DNS:localhost"),
            *("-keyout", folder / "ca.key", "-out", folder / "ca.pem"),
        ]
    )
