"""The newsroom's own keys towards push services (RFC 8292), kept in the data folder.

    keys/vapid.pem        the one that pages offer: whoever subscribes now is under it
    keys/vapid-<id>.pem   one from before, or one that followers from elsewhere came with

A push service takes a message for a subscription only when it is signed with the key that
the browser subscribed with (section 4.2). So a new key does not replace the old: each
follower is sent to under its own until its browser has subscribed anew, and a key that is
lost loses its followers. Which one a follower is under is told by the key's id: the first
digits of a digest of its public half, no secret.

The folder is looked at whenever a key is wanted, which takes some microseconds: a key that
a command has made, in another process, is used at once.
"""

from __future__ import annotations

import functools
import hashlib
import logging
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from stoppress.lib.datafolder import ClosedFolder
from stoppress.protocols import vapid
from stoppress.protocols.errors import ProtocolError
from stoppress.push.errors import KeyInUse, NoSuchKey

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

log = logging.getLogger(__name__)

CURRENT = "vapid.pem"
_OURS = re.compile(r"vapid(-[0-9a-f]+)?\.pem")

# A newsroom has a handful of keys; these digits tell millions apart.
ID_SIZE = 8  # hexadecimal digits


@dataclass(frozen=True, slots=True)
class Pair:
    """One key: `public` is what a page hands to `pushManager.subscribe`, 65 bytes as
    base64url."""

    id: str
    public: str
    private: EllipticCurvePrivateKey
    file: Path


def pairs() -> Mapping[str, Pair]:
    """All keys that are valid, by id; the one that is offered comes first."""
    there = _there()
    if not any(Path(path).name == CURRENT for path, _, _ in there):
        settings.FOLDER.key(CURRENT, vapid.new_key)
        there = _there()
    return _read(there)


def current() -> Pair:
    """The key that is offered; made when there is none yet."""
    return next(iter(pairs().values()))


def load() -> EllipticCurvePrivateKey:
    """The private half of the key that is offered."""
    return current().private


def public() -> str:
    """The public half of the key that is offered."""
    return current().public


def id_of(public_half: str) -> str:
    """What a key is called by; `public_half` is base64url."""
    bare = public_half.rstrip("=").encode()
    return hashlib.sha256(bare).hexdigest()[:ID_SIZE]


def renew() -> Pair:
    """Makes a new key and offers it from now on; the one before stays valid."""
    with settings.FOLDER.alone():
        before = current()
        kept_as = f"vapid-{before.id}.pem"
        settings.FOLDER.renew_key(CURRENT, vapid.new_key(), kept_as=kept_as)
        return current()


def keep(private: EllipticCurvePrivateKey) -> Pair:
    """Takes a key in beside the others, unless it is there. Pages do not offer it."""
    name = id_of(vapid.public_key(private))
    if name not in pairs():
        settings.FOLDER.key(f"vapid-{name}.pem", lambda: vapid.pem(private))
    return pairs()[name]


def retire(key: str) -> None:
    """Deletes a key that is offered no more. NoSuchKey, KeyInUse."""
    with settings.FOLDER.alone():
        found = pairs().get(key)
        if found is None:
            raise NoSuchKey(key)
        if found == current():
            raise KeyInUse(
                f"The key {key} is the one that pages offer. Make another first: "
                "stoppress keys rotate"
            )
        found.file.unlink()


def _there() -> tuple[tuple[str, int, int], ...]:
    """The files of keys as they are now: a file that was replaced is another one."""
    try:
        with os.scandir(settings.FOLDER.keys) as entries:
            files = [each for each in entries if _OURS.fullmatch(each.name)]
            found = [
                (each.path, each.inode(), each.stat().st_mtime_ns) for each in files
            ]
    except FileNotFoundError:
        return ()  # there is none yet
    except PermissionError as error:
        raise ClosedFolder(settings.FOLDER.keys, error) from error
    return tuple(sorted(found))


@functools.lru_cache(maxsize=1)
def _read(there: tuple[tuple[str, int, int], ...]) -> dict[str, Pair]:
    pem = settings.FOLDER.key(CURRENT, vapid.new_key)
    offered = _pair(vapid.read_key(pem), settings.FOLDER.keys / CURRENT)
    found = {offered.id: offered}
    for path, _, _ in there:
        # One that cannot be read loses its own followers, and nobody else's.
        try:
            kept = _pair(vapid.read_key(Path(path).read_bytes()), Path(path))
        except (ProtocolError, OSError) as error:
            log.error("%s cannot be used: %s", path, error)  # noqa: TRY400
            continue
        found.setdefault(kept.id, kept)
    return found


def _pair(private: EllipticCurvePrivateKey, file: Path) -> Pair:
    half = vapid.public_key(private)
    return Pair(id_of(half), half, private, file)
