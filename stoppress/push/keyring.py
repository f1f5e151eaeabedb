"""The keyring: what a message costs before there is news, paid before there is news.

The theory. RFC 8291 wants a P-256 key pair of its own for each message to each receiver
(sections 2 and 3.1), and an agreement with the receiver's key: 90 µs, twelve times what
sealing the text then costs. None of it depends on what the message says. So the *next*
message's pair is drawn, and its keying material agreed on, while nothing happens; the
private key is dropped in the same breath, and 97 octets wait for each follower: our
public key (65) and the input keying material (32). When news breaks, a fresh random salt,
three HMACs and one AES-128-GCM are left, 7 µs.

*Why the salt is drawn at the last moment.* Content key and nonce come from salt and keying
material (RFC 8188 section 2.2). Were they kept too, a row used twice, by a crash or a
mistake, would encrypt two texts under one nonce and break AES-GCM. Drawn when sealing,
16 random octets, they differ whatever happens.

*A second message before the row was made anew* uses the pair again with a fresh salt. RFC
8188 asks for no more: the same salt must not meet the same keying material twice. What is
given up for those minutes is separateness: who gets hold of one row opens both messages,
and the push service sees the same public key in both, which tells it nothing that the
subscription's address does not. A news alert that waited for keys would give up more.

*Memory alone.* Keying material opens what is sealed with it, so it is never written
down: a process that starts has an empty ring and fills it (push/keying.py). Whoever is
not in it, or has other keys than when the row was made, is keyed on the spot: nothing
ever waits for the ring. Which keys a row was made for is told by a label, four octets
that change whenever the follower's subscription does.

*Flat.* A million followers as objects would be a gigabyte. Rows lie in pages of octets; a
follower's number, which the database counts upwards, is the place.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from pyroaring import BitMap

from stoppress.protocols.push_encryption import PUBLIC_KEY_SIZE, KeyingMaterial

if TYPE_CHECKING:
    from collections.abc import Iterable

LABEL_SIZE = 4
IKM_SIZE = 32
_PUBLIC = LABEL_SIZE + PUBLIC_KEY_SIZE
ROW = _PUBLIC + IKM_SIZE  # octets: 101

# Followers to a page: what a single one left of its neighbours may hold, 26 KB.
PAGE = 256

# Stops numbers far apart, which only tampering or years of coming and going bring, from
# filling the memory with pages of one row each: 400 MB.
PAGES_AT_MOST = 16_384


class Keyring:
    """The next message's keying material of each follower. Safe in several threads."""

    def __init__(self) -> None:
        self._pages: dict[int, bytearray] = {}
        self._held = BitMap()
        self._wanted = BitMap()  # to be made, or made anew
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._held)

    def __contains__(self, follower: int) -> bool:
        return follower in self._held

    def put(self, follower: int, label: bytes, material: KeyingMaterial) -> bool:
        """Keeps material for the follower's next message, in place of what was there.
        False when there is no room."""
        row = label + material.public + material.ikm
        if len(row) != ROW:
            raise ValueError(f"a row of {len(row)} octets")
        number, at = divmod(follower, PAGE)
        with self._lock:
            self._wanted.discard(follower)
            if number not in self._pages:
                if len(self._pages) >= PAGES_AT_MOST:
                    return False
                self._pages[number] = bytearray(PAGE * ROW)
            self._pages[number][at * ROW : (at + 1) * ROW] = row
            self._held.add(follower)
        return True

    def take(self, follower: int, label: bytes) -> KeyingMaterial | None:
        """The material for a message to be sealed now; None when there is none for the
        keys that the label stands for. It is to be made anew from then on."""
        with self._lock:
            self._wanted.add(follower)
            if follower not in self._held:
                return None
            number, at = divmod(follower, PAGE)
            row = bytes(self._pages[number][at * ROW : (at + 1) * ROW])
        if row[:LABEL_SIZE] != label:
            return None
        return KeyingMaterial(row[LABEL_SIZE:_PUBLIC], row[_PUBLIC:])

    def wanted(self, most: int) -> list[int]:
        """Up to so many followers who were asked for: their material was taken, or was
        not there, or for other keys."""
        with self._lock:
            return list(self._wanted[:most])

    def forget(self, followers: Iterable[int]) -> None:
        """Wipes the rows of those who are no more."""
        with self._lock:
            for follower in followers:
                self._wanted.discard(follower)
                if follower in self._held:
                    self._wipe(follower)

    def keep(self, followers: BitMap) -> None:
        """Forgets everybody but these."""
        with self._lock:
            others = self._held - followers
        self.forget(others)

    def _wipe(self, follower: int) -> None:
        number, at = divmod(follower, PAGE)
        self._held.discard(follower)
        self._pages[number][at * ROW : (at + 1) * ROW] = bytes(ROW)
        if not self._held.range_cardinality(number * PAGE, (number + 1) * PAGE):
            del self._pages[number]
