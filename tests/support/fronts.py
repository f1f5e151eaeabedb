"""What stands before a newsroom: Debian's nginx and Caddy, with the snippets of the docs.

Each is started on loopback as a user who may do nothing, in a folder of its own. Of a
snippet nothing is changed but what belongs to a machine: ports, certificate, and where
the newsroom listens. Clients ask for https://live.example.org, as in the docs, and are
told to connect to a port on this machine instead.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

from tests.support.certificates import Certificate
from tests.support.closing import Closing
from tests.support.newsroom import ROOT, free_port
from tests.support.waiting import until

HOST = "live.example.org"  # the name in the docs
SITE = f"https://{HOST}"
DOCS = ROOT / "docs" / "fronts.md"

PROGRAMS = ("nginx", "caddy")  # by their packages' names too
SBIN = "/usr/sbin:/sbin"  # where Debian puts nginx, and not every user looks
NOBODY: dict[str, Any] = {"user": "nobody", "group": "nogroup", "extra_groups": []}
START = 20.0  # seconds on a busy machine

# What Debian's own nginx.conf has around a site, and folders that anybody may write to.
NGINX = """
daemon off;
pid nginx.pid;
error_log stderr notice;
worker_processes 1;
{main}
http {{
    access_log off;
    gzip on;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    {site}
}}
"""


def missing() -> str:
    """What of the fronts is not installed, in one line that says how to get it."""
    wanted = [name for name in PROGRAMS if _found(name) is None]
    if not wanted:
        return ""
    return f"not installed here: apt-get install --no-install-recommends {' '.join(wanted)}"


def snippet(kind: str) -> str:
    """The configuration in the docs that is marked so."""
    found = re.findall(
        rf"^```{kind}\n(.*?)^```$", DOCS.read_text(), re.MULTILINE | re.DOTALL
    )
    assert len(found) == 1, f"{len(found)} snippets {kind!r} in {DOCS.name}"
    return str(found[0])


def replaced(text: str, *changes: Change) -> str:
    """The text with each first replaced by its second; what is not there is a mistake."""
    for old, new in changes:
        assert old in text, f"{old!r} is not in:\n{text}"
        text = text.replace(old, new)
    return text


Change = tuple[str, str]

# In the docs a load balancer is in a private network; here it is the test.
BALANCER = ("10.0.0.0/8", "127.0.0.1/32")


class Front(Closing):
    """One proxy that runs."""

    def __init__(self, certificate: Certificate) -> None:
        self.port = free_port()
        self.ca = certificate.ca
        self.folder = Path(tempfile.mkdtemp(prefix="front-"))
        self._running: subprocess.Popen[bytes] | None = None
        shutil.copy(certificate.chain, self.folder / "server.pem")

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")

    def signal(self, number: int) -> None:
        assert self._running is not None
        self._running.send_signal(number)

    def close(self) -> None:
        if self._running is not None:
            self._running.kill()
            self._running.wait()
        shutil.rmtree(self.folder)

    def start(self, command: Sequence[str]) -> None:
        """Starts the program as nobody, and waits until it answers."""
        as_whom: dict[str, Any] = {}
        if os.geteuid() == 0:
            as_whom = NOBODY
            for path in (self.folder, *self.folder.iterdir()):
                shutil.chown(path, NOBODY["user"], NOBODY["group"])
        program = _found(command[0])
        assert program is not None, missing()
        with (self.folder / "log").open("wb") as log:
            self._running = subprocess.Popen(  # noqa: S603
                [program, *command[1:]],
                cwd=self.folder,
                env={"PATH": os.environ["PATH"], "HOME": str(self.folder)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                **as_whom,
            )
        until(self._answers, f"{command[0]}'s first answer", START)

    def _answers(self) -> bool:
        assert self._running is not None
        assert self._running.poll() is None, self.log
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            return False
        return True


class Nginx(Front):
    """nginx with a site of the docs."""

    def __init__(
        self,
        newsroom: int,
        certificate: Certificate,
        *changes: Change,
        main: Sequence[Change] = (),
    ) -> None:
        """`newsroom`: its port; `changes`: what else is replaced in the snippet of the
        site; `main`: and in that of the main file."""
        super().__init__(certificate)
        self.redirects = free_port()
        here = f"127.0.0.1:{self.port}"
        pem = str(self.folder / "server.pem")
        letsencrypt = f"/etc/letsencrypt/live/{HOST}"
        filled = replaced(
            snippet("nginx"),
            ("    listen [::]:80;\n", ""),
            ("    listen [::]:443 ssl http2;\n", ""),
            ("listen 80;", f"listen 127.0.0.1:{self.redirects};"),
            ("listen 443 ", f"listen {here} "),
            (f"{letsencrypt}/fullchain.pem", pem),
            (f"{letsencrypt}/privkey.pem", pem),
            ("127.0.0.1:8000", f"127.0.0.1:{newsroom}"),
            *changes,
        )
        text = NGINX.format(main=replaced(snippet("nginx-main"), *main), site=filled)
        (self.folder / "nginx.conf").write_text(text)
        folder = f"{self.folder}/"
        self.start(["nginx", "-p", folder, "-e", "stderr", "-c", "nginx.conf"])

    @classmethod
    def behind(cls, newsroom: int, certificate: Certificate) -> Self:
        """It with what the docs add where a load balancer stands before it."""
        name = f"    server_name {HOST};\n    ssl_certificate "
        told = replaced(snippet("nginx-behind"), BALANCER)
        return cls(newsroom, certificate, (name, told + name))


class Caddy(Front):
    """Caddy with a site of the docs."""

    def __init__(
        self, newsroom: int, certificate: Certificate, *changes: Change
    ) -> None:
        super().__init__(certificate)
        pem = self.folder / "server.pem"
        here = f"auto_https off\n\tadmin off\n\thttps_port {self.port}\n"
        filled = replaced(
            snippet("caddy"),
            ("{\n\tgrace", f"{{\n\t{here}\tdefault_bind 127.0.0.1\n\tgrace"),
            (f"{HOST} {{\n", f"{SITE}:{self.port} {{\n\ttls {pem} {pem}\n"),
            ("127.0.0.1:8000", f"127.0.0.1:{newsroom}"),
            *changes,
        )
        (self.folder / "Caddyfile").write_text(filled)
        self.start(["caddy", "run", "--config", "Caddyfile", "--adapter", "caddyfile"])

    @classmethod
    def behind(cls, newsroom: int, certificate: Certificate) -> Self:
        """It with what the docs put where a load balancer stands before it."""
        told = replaced(
            snippet("caddy-behind"),
            BALANCER,
            ("127.0.0.1:8000", f"127.0.0.1:{newsroom}"),
        )
        plain = f"\treverse_proxy 127.0.0.1:{newsroom}\n"
        return cls(newsroom, certificate, (plain, told))


def _found(name: str) -> str | None:
    return shutil.which(name) or shutil.which(name, path=SBIN)
