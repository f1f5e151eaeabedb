"""A real PostgreSQL for one run of the tests, thrown away afterwards.

    python -m tests.support.postgres COMMAND…

starts a cluster of its own, runs COMMAND with STOPPRESS_TEST_DATABASE naming it, and ends
with COMMAND's exit code. Nothing of this machine's own PostgreSQL is touched. Where there
is no PostgreSQL, COMMAND is left out with one line, or fails with STOPPRESS_TEST_ALL.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import psycopg

from tests.support.newsroom import free_port
from tests.support.waiting import until

DEBIAN = Path("/usr/lib/postgresql")
START = 30.0  # seconds for a cold cluster on a busy machine
GOODBYE = 20.0  # seconds

# It holds nothing worth keeping, so it never waits for the disk.
OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "shared_buffers": "32MB",
}
USAGE = "python -m tests.support.postgres COMMAND…"


class PostgresError(Exception):
    """The throw-away PostgreSQL does not run; the message is its own last words."""


def missing() -> list[str]:
    """The Debian packages that have to be installed first."""
    return [] if programs() else ["postgresql"]


def programs() -> Path | None:
    """The folder of the newest initdb and postgres; None when there is none."""
    found = [path.parent for path in DEBIAN.glob("*/bin/initdb")]
    if not found and (elsewhere := shutil.which("initdb")):
        found = [Path(elsewhere).resolve().parent]
    return max(found, key=lambda path: (len(str(path)), path), default=None)


@contextmanager
def cluster() -> Iterator[str]:
    """The address of a database in a cluster that lives as long as the block."""
    folder = programs()
    if folder is None:
        raise PostgresError(f"Needs the Debian package {missing()[0]}.")
    with tempfile.TemporaryDirectory(prefix="stoppress-postgres-") as home:
        data = Path(home)
        if (owner := _owner()) is not None:
            os.chown(data, owner.pw_uid, owner.pw_gid)
        _make(folder, data)
        port = free_port()
        with (data / "log").open("wb") as log:
            server = _start(folder, data, port, log.fileno())
            try:
                url = f"postgresql://postgres@127.0.0.1:{port}/postgres"
                until(lambda: _answers(url, server, data), "PostgreSQL", START)
                yield url
            finally:
                # Immediate shutdown: postgres(1), "SIGQUIT".
                server.send_signal(signal.SIGQUIT)
                server.wait(GOODBYE)


def _owner() -> pwd.struct_passwd | None:
    """Whom to become: PostgreSQL refuses to run as root."""
    return pwd.getpwnam("postgres") if os.getuid() == 0 else None


def _as_owner() -> list[str]:
    """Ends with us, also when we are killed."""
    command = ["setpriv", "--pdeathsig", "QUIT"]
    if owner := _owner():
        command += ["--reuid", str(owner.pw_uid), "--regid", str(owner.pw_gid)]
        command += ["--clear-groups"]
    return [*command, "--"]


def _make(folder: Path, data: Path) -> None:
    command = [
        str(folder / "initdb"),
        "--auth=trust",
        "--username=postgres",
        "--no-sync",
    ]
    command += ["--encoding=UTF8", "--locale=C", "-D", str(data / "cluster")]
    made = subprocess.run(  # noqa: S603
        [*_as_owner(), *command], cwd=data, capture_output=True, text=True, check=False
    )
    if made.returncode:
        raise PostgresError(made.stderr)


def _start(folder: Path, data: Path, port: int, log: int) -> subprocess.Popen[bytes]:
    command = [str(folder / "postgres"), "-D", str(data / "cluster"), "-p", str(port)]
    for name, value in OPTIONS.items():
        command += ["-c", f"{name}={value}"]
    return subprocess.Popen(  # noqa: S603
        [*_as_owner(), *command],
        cwd=data,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )


def _answers(url: str, server: subprocess.Popen[bytes], data: Path) -> bool:
    if server.poll() is not None:
        raise PostgresError((data / "log").read_text(errors="replace"))
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def main(command: list[str]) -> int:
    """Runs the command beside a cluster; 127 where that cannot be and must be."""
    if not command:
        sys.stderr.write(f"{USAGE}\n")
        return 2
    if lack := missing():
        what = f"Tests on PostgreSQL are left out: apt-get install {' '.join(lack)}"
        sys.stderr.write(f"{what}\n")
        return 127 if os.environ.get("STOPPRESS_TEST_ALL") else 0
    signal.signal(signal.SIGTERM, _stop)
    try:
        with cluster() as url:
            there = {**os.environ, "STOPPRESS_TEST_DATABASE": url}
            return subprocess.run(command, env=there, check=False).returncode  # noqa: S603
    except (PostgresError, FileNotFoundError) as error:
        sys.stderr.write(f"{error}\n")
        return 127


def _stop(*_: object) -> NoReturn:
    raise SystemExit(128 + signal.SIGTERM)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
