"""ARCHITECTURE.md shows the house as it stands."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from django.urls import Resolver404, resolve

import stoppress
from tests.truth.documents import (
    coded,
    document,
    documents,
    inline_code,
    links,
    rows,
    tokens,
)
from tests.truth.tree import PACKAGE, ROOT, named, packages, sources, syntax, words_of

KIND = re.compile(r"(?:alert|key|person|post|section|story|hub)\.[a-z]+")
PATH = re.compile(r"[\w.-]+(?:/[\w.-]+)*(?:/|\.(?:py|md|toml|html|txt))")
DATA_FOLDER = {"vapid.pem", "vault.key", "secret.key"}


def rooms() -> dict[str, str]:
    """Each row of the table of rooms: the room and what is said of it."""
    return {
        room.rstrip("/"): about
        for cell, about in rows(document("ARCHITECTURE.md"), "room")
        for room in coded(cell)
    }


def pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def test_the_rooms_in_the_table_are_the_rooms_there_are():
    """Every package of stoppress/ has a row, and every row is a package or a folder."""
    assert rooms().keys() - {"templates", "static"} == packages()
    for room in rooms():
        assert (PACKAGE / room).is_dir(), room


def test_files_named_in_a_rooms_row_lie_in_that_room():
    """`append.py` in the row of `wire/` is stoppress/wire/append.py."""
    for room, about in rooms().items():
        for name in coded(about):
            assert (PACKAGE / room / name).exists(), f"{room}/{name}"


def test_paths_in_the_docs_exist():
    """A file or folder that a document names is there, from the root or in stoppress/."""
    missing = {
        f"{named(file)}: {code}"
        for file in documents()
        for code in inline_code(file)
        if PATH.fullmatch(code)
        and not _is_a_file_of_the_tables(code)
        and not any((base / code).exists() for base in (ROOT, PACKAGE))
    }
    assert missing == set()


def test_addresses_in_the_docs_lead_somewhere():
    """An address of the site that a document names is answered by one of its rooms."""
    addresses = {
        code.removeprefix("GET ").removeprefix("POST ").partition("?")[0]
        for file in documents()
        for code in inline_code(file)
        if re.match(r"(GET |POST )?/[a-z.]", code)
    }
    assert "/.well-known/mercure" in addresses
    unknown = set()
    for address in addresses:
        example = re.sub("<slug>|{slug}", "a-story", address).replace("<id>", "7")
        try:
            resolve(example)
        except Resolver404:
            unknown.add(address)
    assert unknown == set()


def test_the_kinds_of_entries_are_those_that_are_written():
    """The table of kinds has each kind that the pens write on the wire, and no other."""
    table = rows(document("ARCHITECTURE.md"), "kind")
    assert {kind for row in table for kind in coded(row[0])} == _kinds_written()


def test_no_one_waits_for_a_kind_that_is_never_written():
    """Each kind of entry that any room or script names is one that is written."""
    found = {
        kind for file in sources(PACKAGE) for kind in _constants(file) if _is_kind(kind)
    }
    for script in (PACKAGE / "static").rglob("*.js"):
        found |= set(re.findall(f'"({KIND.pattern})"', words_of(script)))
    assert found == _kinds_written()


def test_the_layers_shown_are_the_layers_checked():
    """The block of layers is, line by line, the contract that import-linter holds."""
    layers = next(
        contract["layers"]
        for contract in pyproject()["tool"]["importlinter"]["contracts"]
        if contract["type"] == "layers"
    )
    blocks = [
        token.content.split("\n")
        for token in tokens(document("ARCHITECTURE.md"))
        if token.type == "code_block"
    ]
    assert [*layers, ""] in blocks


def test_rooms_say_what_they_are_for():
    """Each room's own docstring is a sentence, not a name."""
    for room in packages():
        about = ast.get_docstring(syntax(PACKAGE / room / "__init__.py")) or ""
        assert len(about.split()) >= 4, room


def test_folders_of_tests_in_the_docs_exist():
    """The table in CONTRIBUTING.md names folders and rooms that are there."""
    for cell, about in rows(document("CONTRIBUTING.md"), "folder"):
        folder = coded(cell)[0]
        if "<room>" in folder:
            for room in coded(about):
                assert (ROOT / folder.replace("<room>", room)).is_dir(), room
        else:
            assert (ROOT / folder).is_dir(), folder


@pytest.mark.parametrize("file", documents(), ids=named)
def test_links_lead_somewhere(file):
    """A relative link or picture is a file that is there, and its anchor a heading."""
    for link in links(file):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (file.parent / path).resolve() if path else file
        assert target.exists(), link
        assert not target.is_dir() or any(target.iterdir()), f"{link} is empty"
        assert not anchor or anchor in _anchors(target), link


def test_the_version_is_one_and_has_its_notes():
    """The package, pyproject.toml and the newest heading of the changelog agree."""
    newest = re.search(
        r"^## (\S+?),? ", words_of(document("CHANGELOG.md")), re.MULTILINE
    )
    assert newest is not None
    assert stoppress.__version__ == pyproject()["project"]["version"] == newest[1]


def test_every_version_in_the_changelog_has_something_to_say():
    """No heading of the changelog stands over nothing."""
    _, *parts = words_of(document("CHANGELOG.md")).split("\n## ")
    assert parts
    for part in parts:
        assert "\n- " in part, part.split("\n")[0]


def _is_a_file_of_the_tables(code: str) -> bool:
    """Names that stand for a file in each room, in a room's row, or in a data folder."""
    in_rows = {name for about in rooms().values() for name in coded(about)}
    by_role = {
        path.name for room in packages() for path in (PACKAGE / room).glob("*.py")
    }
    return code in in_rows | by_role | DATA_FOLDER


def _kinds_written() -> set[str]:
    """The kinds in the modules that hold the pen."""
    pens = [file for file in sources(PACKAGE) if _imports_append(file)]
    kinds = {kind for file in pens for kind in _constants(file) if _is_kind(kind)}
    assert kinds, "no module writes on the wire"
    return kinds


def _imports_append(file: Path) -> bool:
    return any(
        isinstance(node, ast.ImportFrom) and node.module == "stoppress.wire.append"
        for node in ast.walk(syntax(file))
    )


def _constants(file: Path) -> set[str]:
    return {
        node.value
        for node in ast.walk(syntax(file))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def _is_kind(text: str) -> bool:
    return bool(KIND.fullmatch(text)) and not text.endswith((".html", ".toml", ".key"))


def _anchors(file: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", words_of(file), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", h).lower().replace(" ", "-") for h in headings}
