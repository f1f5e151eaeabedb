"""The newsroom's folder on disk: what lies in it, who may read it.

    DATA/newsroom.sqlite3   the database, unless PostgreSQL holds it
    DATA/keys/              secret.key, vapid*.pem, vault.key: mode 0600
    DATA/photos/            pictures as readers get them
    DATA/address            where the running server can be reached
    DATA/listens            where it listens, for what runs on this machine

Commands work beside a running server: they find its address here.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


class DataFolderError(Exception):
    """The data folder cannot be used; the message says why and what to do."""


class NoNewsroom(DataFolderError):
    """Nothing was made in this folder yet."""

    def __init__(self, root: Path) -> None:
        super().__init__(
            f"There is no newsroom in {root}. Start one with: stoppress serve --data "
            f"{root}; or name the right folder with --data or STOPPRESS_DATA."
        )


class ClosedFolder(DataFolderError):
    """What is in the folder is closed to the user who asks."""

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(
            f"{path} cannot be used: {error.strerror}. Run the command as the user whom "
            "the newsroom belongs to."
        )


class Unusable(DataFolderError):
    """No newsroom can be made in this folder."""

    def __init__(self, why: str) -> None:
        super().__init__(f"{why}. Name another with --data or STOPPRESS_DATA.")


@dataclass(frozen=True, slots=True)
class DataFolder:
    """The folder at `root`. Nothing is made until something asks for it."""

    root: Path

    @property
    def photos(self) -> Path:
        return self.root / "photos"

    @property
    def keys(self) -> Path:
        return self.root / "keys"

    def sqlite_url(self) -> str:
        """The database address for SQLite in this folder (four slashes: absolute)."""
        # Quoted: a folder may be called "news #1".
        return f"sqlite:///{quote(str(self.root / 'newsroom.sqlite3'))}"

    def exists(self) -> bool:
        """True once a newsroom was made here."""
        try:
            return (self.keys / "secret.key").exists()
        except OSError as error:
            raise ClosedFolder(self.root, error) from error

    def make(self) -> None:
        """Makes the folder and its parts, closed to other users of the machine."""
        try:
            for part in (self.root, self.keys, self.photos):
                part.mkdir(mode=0o700, parents=True, exist_ok=True)
        except FileExistsError as error:
            raise Unusable(f"{error.filename} is not a folder") from error
        except OSError as error:
            what = "written to" if self._is_there() else "made"
            raise Unusable(
                f"The data folder {self.root} cannot be {what}: {error.strerror}"
            ) from error

    def _is_there(self) -> bool:
        with contextlib.suppress(OSError):  # its parent may be closed to us
            return self.root.is_dir()
        return False

    def secret_key(self) -> str:
        """Django's secret, kept between starts so that sign-ins outlive a restart."""
        return self.key(
            "secret.key", lambda: secrets.token_bytes(48).hex().encode()
        ).decode()

    def key(self, name: str, new: Callable[[], bytes]) -> bytes:
        """The key called `name`; made with `new()` the first time, mode 0600.

        Two processes may start at once: whoever links the finished file first wins,
        and the other reads that one.
        """
        path = self.keys / name
        try:
            if not path.exists():
                self.make()
                self._write_key(path, new())
            return path.read_bytes()
        except PermissionError as error:
            raise ClosedFolder(path, error) from error
        except OSError as error:
            raise DataFolderError(
                f"The key {path} cannot be made or read: {error.strerror}."
            ) from error

    def renew_key(self, name: str, key: bytes, *, kept_as: str) -> None:
        """Puts another key in the place of the one called `name`, which is kept under
        another name. At no moment is either missing; whoever calls is `alone`."""
        path = self.keys / name
        draft = self._draft_key(path, key)
        try:
            with contextlib.suppress(FileExistsError):
                os.link(path, self.keys / kept_as)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
        _settled(self.keys)

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Keeps other commands that do the same waiting until this one is through."""
        with (self.root / ".preparing").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _write_key(self, path: Path, key: bytes) -> None:
        draft = self._draft_key(path, key)
        try:
            with contextlib.suppress(FileExistsError):
                os.link(draft, path)
        finally:
            draft.unlink()

    def _draft_key(self, path: Path, key: bytes) -> Path:
        draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
        return draft

    def served_at(self) -> str:
        """The address of the server that runs, or last ran, on this folder; or ''."""
        return self._noted("address")

    def serve_at(self, address: str) -> None:
        """Notes where the server can be reached, in one step."""
        self._note("address", address)

    def listens_at(self) -> str:
        """Where the web server listens, or last did, as seen on its machine; or ''."""
        return self._noted("listens")

    def listen_at(self, address: str) -> None:
        """Notes where the web server listens."""
        self._note("listens", address)

    def _noted(self, name: str) -> str:
        with contextlib.suppress(OSError):
            return (self.root / name).read_text().strip()
        return ""

    def _note(self, name: str, text: str) -> None:
        draft = self.root / f".{name}.{os.getpid()}"
        draft.write_text(text + "\n")
        draft.replace(self.root / name)


def _settled(folder: Path) -> None:
    """The names in the folder are on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
