"""One owner for a cursor: claimed by conditional update, lost by silence or death.

A claim is an UPDATE whose WHERE says when it may succeed, so it is right on both
databases with no lock held. An owner that was killed leaves its claim behind; waiting
for the lease to run out would keep followers waiting after each crash. So an owner's
name says enough (machine since boot, process namespace, process, its start) to see from
the same machine whether it still lives, and a dead one's claim is taken at once.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from django.db.models import Q

from stoppress.lib.clock import now
from stoppress.wire.errors import CursorLost, CursorTaken
from stoppress.wire.models import Cursor

if TYPE_CHECKING:
    from collections.abc import Callable

# How long an owner may be silent. Longer than any pause of a healthy process, and than a
# letter to a push service may be under way (push/sending.py, TIMEOUT); the longest that
# followers wait when a whole machine dies.
LEASE = timedelta(seconds=45)

# A lease is renewed once less than this is left of it. Sooner would be a write at every
# step, and on SQLite each write wakes every process, which would step again, for ever.
ENOUGH = LEASE * 2 / 3

_PROC = Path("/proc")
_ENDED = {"Z", "X"}  # zombie, dead: proc(5)


def owner_name() -> str:
    """A name for the calling process that no other process, now or later, bears."""
    pid = os.getpid()
    return f"{_machine()}/{pid}/{_started(pid)}/{secrets.token_hex(4)}"


def alive(owner: str) -> bool:
    """False only when `owner` is known to have ended: a process of this machine that
    is gone. Of another machine nothing is known, and its lease must run out."""
    machine, _, rest = owner.partition("/")
    pid, _, rest = rest.partition("/")
    started, _, _ = rest.partition("/")
    if machine != _machine() or not pid.isdigit():
        return True
    return _started(int(pid)) == started


class Claim:
    """One process's claim on one tail's cursor."""

    def __init__(self, tail: str, owner: str) -> None:
        self.tail = tail
        self.owner = owner

    def take(self) -> Cursor:
        """Claims or renews the cursor and returns it. CursorTaken when it is held."""
        cursor, _ = Cursor.objects.get_or_create(tail=self.tail)
        if self._holds(cursor):
            return cursor
        free = Q(owner="") | Q(owner=self.owner) | Q(held_until__lt=now())
        if not self._claim(free):
            holder = Cursor.objects.get(tail=self.tail).owner
            if alive(holder) or not self._claim(Q(owner=holder)):
                raise CursorTaken(self.tail, holder)
        return Cursor.objects.get(tail=self.tail)

    def _holds(self, cursor: Cursor) -> bool:
        until = cursor.held_until
        mine = cursor.owner == self.owner
        return mine and until is not None and until > now() + ENOUGH

    def _claim(self, free: Q) -> bool:
        return bool(
            Cursor.objects.filter(free, tail=self.tail).update(
                owner=self.owner, held_until=now() + LEASE
            )
        )

    def advance(self, seq: int) -> None:
        """Moves the cursor to `seq`, in the caller's transaction, and renews the lease.
        CursorLost when another process has taken it over."""
        mine = Cursor.objects.filter(tail=self.tail, owner=self.owner)
        if not mine.update(seq=seq, held_until=now() + LEASE):
            raise CursorLost(self.tail)

    def renew(self) -> None:
        """Says that the owner lives. CursorLost when it came too late."""
        mine = Cursor.objects.filter(tail=self.tail, owner=self.owner)
        if not mine.update(held_until=now() + LEASE):
            raise CursorLost(self.tail)

    def release(self) -> None:
        """Lets the next process begin at once."""
        mine = Cursor.objects.filter(tail=self.tail, owner=self.owner)
        mine.update(owner="", held_until=None)


def _machine() -> str:
    """This machine since its boot, and this process namespace: two containers may
    share a host name and their process numbers mean different processes."""
    boot = _or_blank((_PROC / "sys/kernel/random/boot_id").read_text)[:8]
    space = _or_blank(lambda: str((_PROC / "self/ns/pid").readlink()))
    digits = "".join(filter(str.isdigit, space))
    return f"{os.uname().nodename}.{boot}.{digits}"


def _started(pid: int) -> str:
    """When the process started, in the kernel's ticks since boot; '' when it has ended,
    also while its parent has not yet asked how. Fields 3 and 22 of proc(5)'s stat,
    counted from behind the name, which may hold anything."""
    stat = _or_blank((_PROC / str(pid) / "stat").read_text)
    fields = stat.rpartition(")")[2].split()
    return "" if not fields or fields[0] in _ENDED else fields[19]


def _or_blank(read: Callable[[], str]) -> str:
    with contextlib.suppress(OSError):
        return read()
    return ""
