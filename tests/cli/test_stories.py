"""Stories from the command line: opened, changed, closed, and slips of the finger."""

from __future__ import annotations

import json

import pytest

from stoppress.cli.exits import Exit
from stoppress.posts import queries, stories
from stoppress.posts.addresses import absolute
from tests.cli.test_posting import run

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ready(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test's database is the newsroom's, with an open story."""
    monkeypatch.setattr("stoppress.cli.newsroom.must_exist", lambda: None)
    stories.open_story("bridge", "The bridge", summary="It stays.")


def words_of(slug: str) -> tuple[str, str, bool]:
    found = queries.story(slug)
    assert found is not None
    return found["title"], found["summary"], bool(found["closed"])


def test_an_open_story_gets_other_words(capsys):
    """What is named changes, what is not stays; without a change it is refused."""
    assert run("story", "bridge", "--title", "The old bridge") == Exit.DONE
    assert words_of("bridge") == ("The old bridge", "It stays.", False)
    assert capsys.readouterr().out.startswith("Changed the story 'bridge'")
    assert run("story", "bridge", "--summary", "It goes.") == Exit.DONE
    assert words_of("bridge") == ("The old bridge", "It goes.", False)
    assert run("story", "bridge", "--title", "The old bridge") == Exit.REFUSED
    assert "is so already" in capsys.readouterr().err
    assert run("story", "bridge") == Exit.REFUSED
    assert "is open already" in capsys.readouterr().err


def test_a_closed_story_is_opened_with_other_words():
    """Opened again with a title it has that title; without words it keeps its own."""
    run("story", "bridge", "--close")
    assert words_of("bridge")[2]
    run("story", "bridge", "--title", "The bridge again", "--summary", "It stays.")
    assert words_of("bridge") == ("The bridge again", "It stays.", False)
    run("story", "bridge", "--close")
    run("story", "bridge")
    assert words_of("bridge") == ("The bridge again", "It stays.", False)


def test_a_slip_opens_no_story(capsys):
    """A slug that nearly is another story's is asked about; with a title it is meant."""
    assert run("story", "bridgge") == Exit.NOT_FOUND
    said = capsys.readouterr().err
    assert "Did you mean 'bridge'?" in said
    assert "say --title" in said
    assert queries.story("bridgge") is None
    assert run("story", "bridgge", "--title", "Bridgge, the firm") == Exit.DONE
    assert words_of("bridgge")[0] == "Bridgge, the firm"
    assert run("story", "ferry") == Exit.DONE
    assert words_of("ferry")[0] == "Ferry"


def test_what_is_printed_has_the_whole_address(capsys):
    """As of a post: the line, the object and the list."""
    there = absolute("/stories/ferry")
    run("story", "ferry")
    assert capsys.readouterr().out.rstrip().endswith(f": {there}")
    run("story", "ferry", "--close", "--json")
    assert json.loads(capsys.readouterr().out)["url"] == there
    run("story", "--json")
    assert there in [view["url"] for view in json.loads(capsys.readouterr().out)]
