"""Keying: the thread that fills the keyring, and gives way to everything else.

It works half of the time at most, stands still while a broadcast is under way, and lets
go of the interpreter for most of each agreement, so that a page in the same process does
not feel it. It has no lower priority with the system: niced, it could be held off the
processor just while it holds the interpreter, and the whole server with it.

It only reads the database. A million followers take some three minutes; until then who
has no row yet is keyed on the spot. Where several processes send, each keys those of its
own shares (push/shares.py); a share that another leaves behind is sent to at once, its
followers keyed on the spot, and keyed ahead from then on.
"""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING

from django.db import DatabaseError, InterfaceError, connection
from pyroaring import BitMap

from stoppress.protocols import push_encryption
from stoppress.push import canary, shares, vault
from stoppress.push.errors import VaultError
from stoppress.push.models import Follower

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stoppress.push.keyring import Keyring

log = logging.getLogger(__name__)

# Rows read at once: one short look at the database.
CHUNK = 500

# It works for so long, then rests as long.
SLICE = 0.005  # seconds

# How often it looks for who has come.
LOOK = 5.0  # seconds

# How often it forgets who has gone without a message that said so.
SWEEP = 3600.0  # seconds

# Ids fetched at once in a sweep.
SWEEP_CHUNK = 10_000


class Keying:
    """Fills one keyring from the database, from `start` until `stop`."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring
        self._known = 0  # whoever has a higher number is new
        self._shares: frozenset[int] | None = None  # all, until it is said
        self._given: frozenset[int] | None = None  # by the thread that sends
        self._stop = threading.Event()
        self._free = threading.Event()  # no broadcast is under way
        self._thread: threading.Thread | None = None

    def start(self, held: frozenset[int]) -> None:
        """Works from now on, for the followers of these shares."""
        self._given = held
        self._free.set()
        if self._thread is None:
            self._thread = threading.Thread(
                target=self._run, name="keying", daemon=True
            )
            self._thread.start()

    def give_way(self) -> None:
        """Stands still until started again."""
        self._free.clear()

    def stop(self) -> None:
        """Ends the thread."""
        self._stop.set()
        self._free.set()
        if self._thread is not None:
            self._thread.join()

    def fill(self) -> int:
        """Keys the next few of those who need it, and says how many. Whoever cannot be
        keyed is left for the sender, which tells why."""
        self._keep_to(self._given)
        wanted = self._keyring.wanted(CHUNK)
        rows = Follower.objects.values_list("pk", "sealed").order_by("pk")
        if wanted:
            found = list(rows.filter(pk__in=wanted))
            if canary.NUMBER in wanted:
                found.append((canary.NUMBER, canary.sealed()))
            self._keyring.forget(set(wanted) - {pk for pk, _ in found})
        else:
            found = list(rows.filter(pk__gt=self._known)[:CHUNK])
        for pk, sealed in self._in_slices(found):
            if wanted or self._keys(pk):
                self._key(pk, bytes(sealed))
            self._known = max(self._known, pk)
        return len(found)

    def sweep(self) -> None:
        """Forgets who is no more."""
        ids = Follower.objects.values_list("pk", flat=True).order_by()
        self._keyring.keep(BitMap(ids.iterator(chunk_size=SWEEP_CHUNK)))

    def _keep_to(self, held: frozenset[int] | None) -> None:
        if held is None or held == self._shares:
            return
        self._shares, self._known = held, 0
        self._keyring.keep(shares.ids(held))

    def _keys(self, pk: int) -> bool:
        """Whether this new one is to be keyed here."""
        ours = self._shares is None or shares.of(pk) in self._shares
        return ours and pk not in self._keyring

    def _key(self, pk: int, sealed: bytes) -> None:
        try:
            sub = vault.unseal(sealed)
            receiver = push_encryption.receiver(sub.p256dh, sub.auth)
        except (VaultError, push_encryption.EncryptionError):
            self._keyring.forget([pk])
            return
        material = push_encryption.agree(receiver.p256dh, receiver.auth)
        self._keyring.put(pk, vault.label(sealed), material)

    def _in_slices(
        self, rows: Iterable[tuple[int, bytes | memoryview]]
    ) -> Iterator[tuple[int, bytes | memoryview]]:
        began = time.monotonic()
        for row in rows:
            if time.monotonic() - began > SLICE:
                self._stop.wait(SLICE)
                self._free.wait()
                began = time.monotonic()
            if self._stop.is_set():
                return
            yield row

    def _run(self) -> None:
        swept = time.monotonic()
        try:
            while not self._stop.is_set():
                self._free.wait()
                try:
                    if not self.fill():
                        self._stop.wait(LOOK)
                    if time.monotonic() - swept > SWEEP:
                        swept = time.monotonic()
                        self.sweep()
                except (DatabaseError, InterfaceError) as error:
                    log.info("Keying waits for the database: %s", error)
                    connection.close()
                    self._stop.wait(LOOK)
        finally:
            connection.close()
