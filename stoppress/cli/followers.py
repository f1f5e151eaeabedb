"""`followers`: takes followers out, to another system or a backup, and in again."""

from __future__ import annotations

import json
import os
import sys
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from stoppress.cli import newsroom
from stoppress.cli.exits import Exit
from stoppress.cli.reading import read_bytes
from stoppress.cli.telling import note, tell, tell_json
from stoppress.posts.errors import BadCopy
from stoppress.protocols import vapid
from stoppress.protocols.errors import ProtocolError
from stoppress.protocols.mercure_topics import EVERYTHING
from stoppress.push import leaving, vapid_key
from stoppress.push.arriving import Arriving, private_half
from stoppress.push.errors import PushError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

STANDARD = "-"  # standard input or output

# Lines between two words of how far it is.
SAY_EVERY = 50_000

# A key's file has some 240 bytes.
KEY_AT_MOST = 16 * 1024  # bytes


def followers(given: argparse.Namespace) -> int:
    """Writes all followers to a file, or takes them in from one."""
    newsroom.must_exist()
    return _export(given) if given.what == "export" else _import(given)


def _export(given: argparse.Namespace) -> int:
    if given.key or given.topic:
        raise BadCopy("--key and --topic are for `followers import`.")
    count = 0
    with _new_file(given.file) as file:
        for line in leaving.keys() if given.with_keys else ():
            file.write(_octets(line))
        for count, line in enumerate(leaving.followers(), 1):
            file.write(_octets(line))
            if not count % SAY_EVERY:
                note(f"{count:,} followers…")
    where = "standard output" if given.file == STANDARD else given.file
    private = " and the newsroom's private keys" if given.with_keys else ""
    note(
        f"Secret: {where} holds what opens readers' screens{private}. Keep it as closed as "
        "the keys folder, and delete it when it is done with."
    )
    if given.json:
        _tell_beside(given.file, json.dumps({"followers": count}))
    else:
        _tell_beside(given.file, f"Exported {count:,} followers.")
    return Exit.DONE


def _import(given: argparse.Namespace) -> int:
    if given.with_keys:
        raise BadCopy(
            "--with-keys is for `followers export`: an import takes keys as they come."
        )
    arriving = Arriving(
        key=_key_of(given.key) if given.key else "",
        topic=given.topic or EVERYTHING,
        say=lambda number, why: note(f"Line {number}: {why}"),
    )
    said = 0
    with _there(given.file) as file:
        for totals in arriving.take(file):
            if totals.lines - said >= SAY_EVERY:
                said = totals.lines
                note(f"{totals.lines:,} lines…")
    totals = arriving.totals
    if given.json:
        tell_json(asdict(totals))
    else:
        tell(
            f"Lines: {totals.lines:,}; {totals.bad:,} cannot be used. Followers: "
            f"{totals.new:,} new, {totals.known:,} here already. Keys: {totals.keys}."
        )
    return Exit.BAD_INPUT if totals.bad else Exit.DONE


def _tell_beside(file: str, line: str) -> None:
    """The result on standard output, unless the followers themselves are there."""
    (note if file == STANDARD else tell)(line)


def _key_of(name: str) -> str:
    """Takes in the key pair of another system, and its id."""
    text = read_bytes(name, KEY_AT_MOST)
    try:
        return vapid_key.keep(_key(text)).id
    except (ProtocolError, PushError) as error:
        raise BadCopy(
            f"{name} is no key: {error}. It takes a private key in PEM, as pywebpush has "
            "it, or the JSON that `web-push generate-vapid-keys --json` prints."
        ) from error


def _key(text: bytes) -> EllipticCurvePrivateKey:
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        return vapid.read_key(text)
    return private_half(given)


@contextmanager
def _there(name: str) -> Iterator[BinaryIO]:
    if name == STANDARD:
        yield sys.stdin.buffer
        return
    with _opened(name) as file:
        yield file


def _opened(name: str) -> BinaryIO:
    try:
        return Path(name).open("rb")
    except OSError as error:
        raise BadCopy(f"{name} cannot be read: {error.strerror}.") from error


@contextmanager
def _new_file(name: str) -> Iterator[BinaryIO]:
    """A new file, closed to others; gone again when it could not be written whole."""
    if name == STANDARD:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    try:
        descriptor = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise BadCopy(f"{name} cannot be made: {error.strerror}.") from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(descriptor)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _octets(line: object) -> bytes:
    return json.dumps(line, separators=(",", ":")).encode() + b"\n"
