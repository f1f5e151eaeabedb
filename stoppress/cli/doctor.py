"""`doctor`: looks the newsroom over and says what is wrong, and what to do about it."""

from __future__ import annotations

import os
import shutil
import stat
from dataclasses import asdict
from typing import TYPE_CHECKING, Literal

import pycurl
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection

from stoppress.cli import front
from stoppress.cli.exits import Exit
from stoppress.cli.findings import Finding
from stoppress.cli.newsroom import NotReady, must_exist
from stoppress.cli.outside import Outside
from stoppress.cli.tailing import TAILS
from stoppress.cli.telling import as_typed, tell, tell_json
from stoppress.cli.troubles import database_trouble
from stoppress.live.listening import room_for_readers
from stoppress.protocols.errors import ProtocolError
from stoppress.push import canary, rehearsal, rekeying, vapid_key, vault
from stoppress.push import queries as push
from stoppress.push.errors import VaultError
from stoppress.settings import FOLDER
from stoppress.wire import reading
from stoppress.wire.ownership import alive

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator

    from stoppress.wire.models import Cursor

# Each open page takes one descriptor; fewer than this is a small newsroom's crowd.
FEW_READERS = 3_000

# A day's photos; and what the database needs beside its file for as long as it runs.
LITTLE_ROOM = 500 * 2**20  # bytes
NO_ROOM = 20 * 2**20  # bytes

# Broadcasts whose answers are told, newest first.
BROADCASTS = 3

# A tail so far behind is not keeping up.
FAR_BEHIND = 50  # entries

ANSWER_TIME = 5  # seconds for the running server to answer

OK_STATUS = 200

# The first libcurl that speaks HTTP/2 as `push/sending.py` needs it.
MULTIPLEXING = "nghttp2"


def doctor(given: argparse.Namespace) -> int:
    """Looks at everything, or from outside at the address; FAILED when something is
    bad."""
    found = []
    for finding in _outside(given) if given.url else _look_over():
        found.append(finding)
        if not given.json:  # at once: the look from outside takes a while
            tell(f"{finding.state:4}  {finding.what}: {finding.says}")
    if given.json:
        tell_json([asdict(finding) for finding in found])
    bad = any(finding.state == "bad" for finding in found)
    return Exit.FAILED if bad else Exit.DONE


def _outside(given: argparse.Namespace) -> Iterator[Finding]:
    outside = Outside(given.url, connect=given.connect, ca=given.ca)
    return front.look(outside, given.wait)


def _look_over() -> Iterator[Finding]:
    """Everything in turn; what lies in the database only where that can be read."""
    yield from _folder()
    database = list(_database())
    yield from database
    readable = all(finding.state != "bad" for finding in database)
    for look, in_database in LOOKS:
        if readable or not in_database:
            yield from look()


def _folder() -> Iterator[Finding]:
    yield _room_on_disk()
    for path in sorted(FOLDER.keys.glob("[!.]*")):
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077:
            says = f"others on this machine can read it; run: chmod 600 {path}"
            yield Finding(f"key {path.name}", "bad", says)
        else:
            yield Finding(f"key {path.name}", "good", "readable by its owner only")


def _room_on_disk() -> Finding:
    what, root = "data folder", FOLDER.root
    if not os.access(root, os.W_OK):
        says = f"{root} cannot be written to by this user, or its disk is read-only"
        return Finding(what, "bad", says)
    free = shutil.disk_usage(root).free
    says = f"{root}, {free // 2**20:,} MB free on its disk"
    if free < LITTLE_ROOM:
        return Finding(what, "bad" if free < NO_ROOM else "mind", f"{says}: make room")
    return Finding(what, "good", says)


def _database() -> Iterator[Finding]:
    try:
        must_exist()
    except NotReady as error:
        yield Finding("database", "bad", str(error))
        return
    except (DatabaseError, InterfaceError) as error:
        yield Finding("database", "bad", database_trouble(error))
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
    cursors = {cursor.tail: cursor for cursor in reading.cursors()}
    for name in sorted({*TAILS, *cursors}):
        yield _tail(name, cursors.get(name), head)
    for parked in reading.parked():
        again = as_typed("tail", parked.tail, "--retry", str(parked.seq))
        yield Finding(f"parked {parked.seq}", "bad", f"{parked.error} Run: {again}")


def _tail(name: str, cursor: Cursor | None, head: int) -> Finding:
    what, run = f"tail {name}", f"run: {as_typed('serve')}"
    if cursor is None:
        return Finding(what, "mind", f"it has never run, {head} behind; {run}")
    behind = head - cursor.seq
    if not (cursor.owner and alive(cursor.owner)):
        return Finding(what, "mind", f"nobody follows it, {behind} behind; {run}")
    far = behind > FAR_BEHIND
    return Finding(what, "mind" if far else "good", f"{behind} behind")


def _push() -> Iterator[Finding]:
    try:
        vapid_key.load()
        vault.key()
    except (ProtocolError, VaultError) as error:
        yield Finding("push", "bad", str(error))
        return
    yield Finding("push", "good", "its keys can be read")
    if "localhost" in settings.PUSH_CONTACT:
        says = (
            "set STOPPRESS_CONTACT: Apple's push service refuses a contact at localhost"
        )
        yield Finding("push contact", "mind", says)
    if MULTIPLEXING not in pycurl.version:
        yield Finding("libcurl", "mind", "it has no HTTP/2: push will be slow")


def _push_keys() -> Iterator[Finding]:
    try:
        found = rekeying.holdings()
    except ProtocolError:
        return  # said already
    for each in found:
        what = f"push key {each.id}"
        retire = as_typed("keys", "retire", each.id)
        if each.offered:
            yield Finding(what, "good", f"offered; {each.followers} followers")
        elif not each.here:
            says = (
                f"its file is missing, and {each.followers} followers under it cannot be "
                f"told; restore it from a backup, or let them go: {retire} --let-go"
            )
            yield Finding(what, "bad", says)
        elif each.followers:
            says = f"an older one; {each.followers} followers until their next visit"
            yield Finding(what, "good", says)
        else:
            yield Finding(what, "mind", f"nobody is under it any more; run: {retire}")


def _followers() -> Iterator[Finding]:
    counts = (
        f"{push.followers()} followers, {push.open_broadcasts()} broadcasts under way"
    )
    yield Finding("followers", "good", counts)
    for post_id, told in push.newest(BROADCASTS):
        says = (
            f"{told['handed']} handed over, {told['unsure']} unsure, {told['gone']} gone, "
            f"{told['refused']} refused, {told['missed']} missed"
        )
        if not told["done"]:
            says += "; under way"
        lost = told["refused"] or told["missed"]
        if lost:
            says += "; the server's log says what the push services answered"
        what = f"{told['nature']} of post {post_id}"
        yield Finding(what, "mind" if lost else "good", says)


def _canary() -> Iterator[Finding]:
    where = canary.reached_at()
    if settings.CANARY == canary.NONE:
        yield Finding("canary", "good", "there is none, as STOPPRESS_CANARY has it")
    elif not where:
        says = "no web server has run on this folder, so none can hear what is sent"
        yield Finding("canary", "mind", says)
    else:
        yield _heard_at(where)


def _heard_at(where: str) -> Finding:
    try:
        after = rehearsal.canary_hears()
    except ProtocolError as error:
        return Finding("canary", "bad", str(error))
    if after is None:
        says = f"it hears nothing at {where}: see the server's log, or run: "
        return Finding("canary", "mind", says + as_typed("serve"))
    return Finding("canary", "good", f"it read a letter after {after:.2f} s")


def _alarm() -> Iterator[Finding]:
    alarm = push.alarm()
    if alarm is None:
        return
    what = f"post {alarm.post_id}" if alarm.post_id else f"a {alarm.nature}"
    said = "nobody tells followers of" if alarm.untaken else "the canary did not hear"
    yield Finding("alerts", "bad", f"{said} {what}, asked for at {alarm.since}")


def _readers() -> Iterator[Finding]:
    room = room_for_readers()
    says = (
        f"room for {room} at once, if the server may open as many files as this command"
    )
    if room < FEW_READERS:
        says += "; for more raise the limit (ulimit -n, or LimitNOFILE= in systemd)"
    yield Finding("readers", "mind" if room < FEW_READERS else "good", says)


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


# Each look behind the first two, and whether it reads the database.
LOOKS: tuple[tuple[Callable[[], Iterator[Finding]], bool], ...] = (
    (_wire, True),
    (_push, False),
    (_push_keys, True),
    (_followers, True),
    (_canary, False),
    (_alarm, True),
    (_readers, False),
    (_address, False),
)
