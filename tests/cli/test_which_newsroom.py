"""Which newsroom a command works on: the named one, never a new one unnoticed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.newsroom import Newsroom

PAGE = "The ferry is late\n\nThe ferry that was due at noon came at four.\n"
IMPORT = ("import", "-", "--story", "ferry", "--published", "2006-01-25")


@pytest.fixture
def nowhere(tmp_path: Path) -> Newsroom:
    """A folder that is not there."""
    return Newsroom(tmp_path / "data")


@pytest.mark.parametrize(
    "words",
    [
        "post --story ferry -",
        "amend 1 -",
        "correct 1 - --reason x",
        "retract 1 --reason x",
        "pin 1",
        "story",
        "tail --list",
        "sign-in",
        "doctor",
    ],
)
def test_a_command_makes_no_newsroom_by_the_way(nowhere: Newsroom, words: str) -> None:
    """A slip in --data is told with exit 6, the folder and both ways out, and leaves
    nothing behind."""
    ran = nowhere.command(*words.split(), text="Hello.")
    assert (ran.status, ran.out) == (6, "")
    assert f"no newsroom in {nowhere.data}." in ran.err
    assert f"stoppress serve --data {nowhere.data}" in ran.err
    assert not nowhere.data.exists()


def test_an_import_says_that_it_made_a_newsroom(nowhere: Newsroom) -> None:
    """The first import may come before the first start: it makes the newsroom and says
    so, beside the result, with the whole path; the second says nothing of it."""
    first = nowhere.command(*IMPORT, "--json", text=PAGE)
    assert first.status == 0, first
    assert first.out.startswith("{")
    assert f"There was no newsroom in {nowhere.data}: a new one is made" in first.err
    again = nowhere.command(*IMPORT, "--json", text=PAGE.replace("ferry", "boat"))
    assert again.status == 0, again
    assert "new one" not in again.err


def test_an_import_of_no_page_makes_no_newsroom(nowhere: Newsroom) -> None:
    """A page that is not there is told, and no database is made for it."""
    ran = nowhere.command("import", "page.html", "--story", "ferry")
    assert ran.status == 3, ran
    assert "page.html" in ran.err
    assert not (nowhere.data / "newsroom.sqlite3").exists()


def test_a_newsroom_without_its_database_is_told_what_to_start(
    nowhere: Newsroom,
) -> None:
    """Where the folder is and the database is not, commands say what brings it back,
    and do not leave an empty file in its place."""
    assert nowhere.command(*IMPORT, text=PAGE).status == 0
    for file in nowhere.data.glob("newsroom.sqlite3*"):
        file.unlink()
    ran = nowhere.command("story")
    assert ran.status == 6, ran
    assert f"stoppress serve --data {nowhere.data}" in ran.err
    assert not (nowhere.data / "newsroom.sqlite3").exists()
