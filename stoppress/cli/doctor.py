"""`doctor`: looks the newsroom over and says what is wrong, and what to do about it."""

from __future__ import annotations

import resource
import stat
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal

import pycurl
from django.conf import settings
from django.db import DatabaseError, connection

from stoppress.cli.exits import Exit
from stoppress.cli.newsroom import NotReady, must_exist
from stoppress.cli.telling import tell, tell_json
from stoppress.protocols.errors import ProtocolError
from stoppress.push import queries as push
from stoppress.push import vapid_key, vault
from stoppress.push.errors import VaultError
from stoppress.settings import FOLDER
from stoppress.wire import reading
from stoppress.wire.ownership import alive

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator

# Each open page takes one descriptor; fewer than this is a small newsroom's crowd.
FEW_DESCRIPTORS = 4096

# A tail so far behind is not keeping up.
FAR_BEHIND = 50  # entries

ANSWER_TIME = 5  # seconds for the running server to answer

OK_STATUS = 200

# The first libcurl that speaks HTTP/2 as `push/sending.py` needs it.
MULTIPLEXING = "nghttp2"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    what: str
    state: Literal["good", "mind", "bad"]
    says: str


def doctor(given: argparse.Namespace) -> int:
    """Looks at everything; FAILED when something is bad."""
    found = [finding for look in LOOKS for finding in look()]
    if given.json:
        tell_json([asdict(finding) for finding in found])
    else:
        for finding in found:
            tell(f"{finding.state:4}  {finding.what}: {finding.says}")
    bad = any(finding.state == "bad" for finding in found)
    return Exit.FAILED if bad else Exit.DONE


def _folder() -> Iterator[Finding]:
    yield Finding("data folder", "good", str(FOLDER.root))
    for path in sorted(FOLDER.keys.glob("[!.]*")):
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077:
            says = f"others on this machine can read it; run: chmod 600 {path}"
            yield Finding(f"key {path.name}", "bad", says)
        else:
            yield Finding(f"key {path.name}", "good", "readable by its owner only")


def _database() -> Iterator[Finding]:
    try:
        must_exist()
    except (NotReady, DatabaseError) as error:
        yield Finding("database", "bad", str(error))
        return
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            (answer,) = cursor.execute("PRAGMA quick_check(1)").fetchone()
        state: Literal["good", "bad"] = "good" if answer == "ok" else "bad"
        yield Finding("database", state, f"SQLite, quick check: {answer}")
    else:
        yield Finding("database", "good", connection.vendor)


def _wire() -> Iterator[Finding]:
    head = reading.head()
    yield Finding("wire", "good", f"at {head}")
    for cursor in reading.cursors():
        behind = head - cursor.seq
        followed = bool(cursor.owner) and alive(cursor.owner)
        if not followed:
            says = f"nobody follows it, {behind} behind; run: stoppress serve (or tail)"
            yield Finding(f"tail {cursor.tail}", "mind", says)
        else:
            far = behind > FAR_BEHIND
            yield Finding(
                f"tail {cursor.tail}", "mind" if far else "good", f"{behind} behind"
            )
    for parked in reading.parked():
        says = f"{parked.error} Run: stoppress tail {parked.tail} --retry {parked.seq}"
        yield Finding(f"parked {parked.seq}", "bad", says)


def _push() -> Iterator[Finding]:
    try:
        vapid_key.load()
        vault.key()
    except (ProtocolError, VaultError) as error:
        yield Finding("push", "bad", str(error))
        return
    counts = (
        f"{push.followers()} followers, {push.open_broadcasts()} broadcasts under way"
    )
    yield Finding("push", "good", counts)
    if "localhost" in settings.PUSH_CONTACT:
        says = (
            "set STOPPRESS_CONTACT: Apple's push service refuses a contact at localhost"
        )
        yield Finding("push contact", "mind", says)
    if MULTIPLEXING not in pycurl.version:
        yield Finding("libcurl", "mind", "it has no HTTP/2: push will be slow")


def _readers() -> Iterator[Finding]:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    many = hard == resource.RLIM_INFINITY or hard >= FEW_DESCRIPTORS
    says = f"this system allows {hard} open files, each open page takes one"
    yield Finding("readers", "good" if many else "mind", says)


def _address() -> Iterator[Finding]:
    try:
        status = _get(settings.SITE_URL + "/")
    except pycurl.error as error:
        says = f"{settings.SITE_URL} does not answer ({error.args[1]})"
        yield Finding("address", "mind", says)
        return
    state: Literal["good", "bad"] = "good" if status == OK_STATUS else "bad"
    yield Finding("address", state, f"{settings.SITE_URL} answers {status}")
    if not settings.SECURE and "localhost" not in settings.SITE_URL:
        says = "browsers allow push on https only: put a TLS proxy before it, set STOPPRESS_URL"
        yield Finding("https", "mind", says)


def _get(url: str) -> int:
    curl = pycurl.Curl()
    curl.setopt(pycurl.URL, url)
    curl.setopt(pycurl.TIMEOUT, ANSWER_TIME)
    curl.setopt(pycurl.WRITEFUNCTION, lambda _: None)
    try:
        curl.perform()
        return int(curl.getinfo(pycurl.RESPONSE_CODE))
    finally:
        curl.close()


LOOKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    _folder,
    _database,
    _wire,
    _push,
    _readers,
    _address,
)
