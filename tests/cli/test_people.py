"""People in the news from the command line: what is done, what it prints, how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stoppress.cli import people as command
from stoppress.cli.exits import Exit
from stoppress.posts import people, people_queries, queries
from stoppress.wire import reading
from tests.builders import STORY, a_person, a_story
from tests.cli.test_posting import run

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ready(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test's database is the newsroom's."""
    monkeypatch.setattr("stoppress.cli.newsroom.must_exist", lambda: None)


@pytest.fixture
def text(tmp_path: Path) -> str:
    a_story()
    file = tmp_path / "copy.md"
    file.write_text("She won.")
    return str(file)


def named() -> list[str]:
    return [one["slug"] for one in queries.latest(limit=1)[0]["people"]]


def test_somebody_is_made_renamed_and_deleted(capsys):
    """Each is done once, and said in a line with the wire's number and the address."""
    for words, said in (
        (["person", "ann-moor"], "Made"),
        (["person", "ann-moor", "--name", "Dame Ann", "--about", "Mayor"], "Changed"),
        (["person", "ann-moor", "--about", ""], "Changed"),
        (["person", "ann-moor", "--delete"], "Deleted"),
    ):
        assert run(*words) == Exit.DONE
        out = capsys.readouterr().out
        assert out.startswith(f"{said} 'ann-moor' (wire {reading.head()}): http")
        assert out.rstrip().endswith("/people/ann-moor"), out


def test_people_are_listed(capsys, monkeypatch):
    """All of them, a page of the list at a time, for people and for programs."""
    monkeypatch.setattr(command, "PAGE", 2)
    for name in ("Ann Moor", "Bo Ek", "Cy Lind", "Di Orr"):
        people.make_person(name, about="Mayor" if name == "Bo Ek" else "")
    assert run("person") == Exit.DONE
    assert capsys.readouterr().out.splitlines() == [
        "ann-moor  Ann Moor",
        "bo-ek  Bo Ek, Mayor",
        "cy-lind  Cy Lind",
        "di-orr  Di Orr",
    ]
    assert run("person", "--json") == Exit.DONE
    listed = json.loads(capsys.readouterr().out)
    assert [one["slug"] for one in listed] == [
        one["slug"] for one in people_queries.people()
    ]


@pytest.mark.parametrize(
    ("line", "code", "why"),
    [
        ("person --delete", Exit.USAGE, "Say who"),
        ("person --name Ann", Exit.USAGE, "Say who"),
        ("person ann-moor --delete --name Ann", Exit.USAGE, "goes alone"),
        ("person nobody --delete", Exit.NOT_FOUND, "no person 'nobody'"),
        ("person Ann", Exit.USAGE, "cannot be a person's address"),
        ("person ann-moor", Exit.REFUSED, "nothing was changed"),
        ("person ann-moor --name 1917", Exit.BAD_INPUT, "no letter"),
    ],
)
def test_what_cannot_be_done_says_why(capsys, line, code, why):
    """Each with its own exit code, and nothing is done."""
    a_person()
    head = reading.head()
    assert run(*line.split()) == code
    assert why in capsys.readouterr().err
    assert reading.head() == head


def test_a_post_names_people(capsys, text):
    """By name or slug, again for each; one that is new only when it is said."""
    a_person()
    words = [
        "post",
        "--story",
        STORY,
        text,
        "--person",
        "Ann Moor",
        "--person",
        "Bo Ek",
    ]
    head = reading.head()
    assert run(*words) == Exit.NOT_FOUND
    error = capsys.readouterr().err
    assert "Nobody called 'Bo Ek'" in error
    assert "--new-person" in error
    assert reading.head() == head
    assert run(*words, "--new-person") == Exit.DONE
    assert named() == ["ann-moor", "bo-ek"]


def test_whom_a_post_names_is_changed(capsys, text):
    """Amended or corrected: others, or nobody; with nothing to change it is refused."""
    a_person()
    run("post", "--story", STORY, text)
    post = str(queries.latest(limit=1)[0]["id"])
    assert run("amend", post, "--person", "ann-moor") == Exit.DONE
    assert named() == ["ann-moor"]
    assert run("correct", post, "--person", "", "--reason", "Not she.") == Exit.DONE
    assert named() == []
    assert run("amend", post, "--new-person") == Exit.USAGE
    assert "--new-person goes with --person" in capsys.readouterr().err


def test_a_refused_name_opens_no_story(capsys, text):
    """The story is new, and a name is not known: neither is there afterwards."""
    head = reading.head()
    words = ["post", "--story", "elsewhere", "--new-story", text, "--person", "Bo Ek"]
    assert run(*words) == Exit.NOT_FOUND
    assert queries.story("elsewhere") is None
    assert reading.head() == head


def test_somebody_is_kept_from_readers_until_they_are_shown(capsys):
    """Made hidden, shown by the same command without it, deleted; each in its words."""
    head = reading.head()
    for words, said in (
        (["person", "ann-moor", "--hidden"], "Made 'ann-moor' (readers do not know"),
        (["person", "ann-moor", "--about", "Mayor"], "Changed 'ann-moor' (readers do"),
        (["person", "ann-moor"], "Shown 'ann-moor' (wire"),
    ):
        assert run(*words) == Exit.DONE
        assert capsys.readouterr().out.startswith(said)
    assert len(reading.after(head)) == 1
    assert run("person", "ann-moor", "--hidden") == Exit.USAGE
    assert "--hidden is for new ones" in capsys.readouterr().err
