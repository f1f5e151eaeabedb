"""The data folder: who may read it, and who makes what is in it."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import ExitStack
from pathlib import Path

import dj_database_url
import pytest

from stoppress.lib.datafolder import ClosedFolder, DataFolder, DataFolderError
from tests.support.programs import Program

RACER = "tests.lib.racer"


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path / "news")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_nothing_is_made_until_something_is_asked_for(folder):
    """A data folder that was only named is not there."""
    assert not folder.exists()
    assert not folder.root.exists()
    assert folder.served_at() == ""


def test_keys_are_for_their_owner_only(folder):
    """The folder is 0700 and a key in it 0600."""
    folder.secret_key()
    assert mode(folder.root) == mode(folder.keys) == mode(folder.photos) == 0o700
    assert mode(folder.keys / "secret.key") == 0o600
    assert folder.exists()


def test_a_key_is_made_once(folder):
    """The second time the same key comes back, and its maker is not asked."""
    first = folder.key("vault.key", lambda: b"first")
    assert first == folder.key("vault.key", lambda: b"second") == b"first"


def test_a_key_that_could_not_be_made_leaves_nothing(folder):
    """When making a key fails, no empty file is taken for the key later."""

    def fails() -> bytes:
        raise RuntimeError("no entropy")

    with pytest.raises(RuntimeError):
        folder.key("vault.key", fails)
    assert list(folder.keys.iterdir()) == []
    assert folder.key("vault.key", lambda: b"made") == b"made"


def test_processes_that_start_at_once_have_the_same_key(folder):
    """Of several processes that make the key at the same moment, all read one key."""
    with ExitStack() as stack:
        root = str(folder.root)
        racers = [stack.enter_context(Program(RACER, root)) for _ in range(3)]
        assert {racer.says() for racer in racers} == {"ready"}
        for racer in racers:
            racer.hears()
        keys = {racer.says() for racer in racers}
    assert keys == {folder.secret_key()}
    assert [path.name for path in folder.keys.iterdir()] == ["secret.key"]


def test_a_racing_key_is_the_first_ones(folder):
    """Who finds, after making its key, that another was quicker, takes the other's."""

    def slow() -> bytes:
        folder.key("vault.key", lambda: b"quick")
        return b"slow"

    assert folder.key("vault.key", slow) == b"quick"


def test_a_folder_that_cannot_be_made_is_told_with_the_way_out(tmp_path):
    """A file in the folder's place, or in that of a part of it, is a named error that
    says which is no folder, and what to do."""
    (tmp_path / "news").write_text("a file")
    (tmp_path / "half").mkdir()
    (tmp_path / "half" / "keys").write_text("a file")
    for name, file in (("news", "news"), ("half", "half/keys")):
        said = rf"^{tmp_path / file} is not a folder\. Name another with --data"
        with pytest.raises(DataFolderError, match=said):
            DataFolder(tmp_path / name).make()


@pytest.mark.parametrize(
    ("there", "said"), [(True, "cannot be written to"), (False, "cannot be made")]
)
def test_a_folder_that_refuses_is_told_from_one_that_is_not_there(
    folder, monkeypatch, there, said
):
    """Where nothing can be made, it is said whether the folder itself is there."""
    if there:
        folder.root.mkdir()
    mkdir = Path.mkdir

    def refuse(self: Path, *given: object, **more: object) -> None:
        if self != folder.root or not there:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(self))
        mkdir(self, *given, **more)  # type: ignore[arg-type]

    # Root, as whom tests may run, is refused nothing.
    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(
        DataFolderError, match=f"{folder.root} {said}: Permission denied"
    ):
        folder.make()


def test_a_folder_of_someone_else_is_told_with_the_way_out(folder, monkeypatch):
    """Whoever may not look into the folder is told whose command it is, whether it is
    only asked for or its key is read."""
    folder.secret_key()

    def refuse(self: Path, *_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(self))

    # Root, as whom tests may run, is refused nothing.
    monkeypatch.setattr(Path, "stat", refuse)
    for ask in (folder.exists, folder.secret_key):
        with pytest.raises(ClosedFolder, match=f"^{folder.root}.* as the user whom"):
            ask()


def test_a_key_that_cannot_be_read_is_told(folder):
    """A key that cannot be opened is a named error."""
    folder.make()
    (folder.keys / "vault.key").mkdir()
    with pytest.raises(DataFolderError, match=r"vault\.key cannot be made or read"):
        folder.key("vault.key", lambda: b"")


@pytest.mark.parametrize(
    "name", ["news", "news #1", "what?", "100%", "%41", "b+c", "é ü", "a@b:c"]
)
def test_any_folder_name_finds_its_database(name):
    """The database's address leads to the file in the folder, however it is called."""
    root = Path("/srv") / name
    address = DataFolder(root).sqlite_url()
    assert dj_database_url.parse(address)["NAME"] == str(root / "newsroom.sqlite3")


def test_the_servers_address_is_noted_and_replaced(folder):
    """Commands find the address that the server noted last."""
    folder.make()
    folder.serve_at("http://localhost:8000")
    folder.serve_at("http://localhost:8001")
    assert folder.served_at() == "http://localhost:8001"
    assert sorted(path.name for path in folder.root.iterdir()) == [
        "address",
        "keys",
        "photos",
    ]
