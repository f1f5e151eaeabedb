"""Sections from the command line: what is done, what it prints, how it ends."""

from __future__ import annotations

import json

import pytest

from stoppress.cli.exits import Exit
from stoppress.posts import queries, section_queries
from stoppress.wire import reading
from tests.builders import a_section, a_story
from tests.cli.test_posting import run

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ready(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test's database is the newsroom's."""
    monkeypatch.setattr("stoppress.cli.newsroom.must_exist", lambda: None)


def titles() -> list[str]:
    return [view["title"] for view in section_queries.sections()]


def section_of(slug: str) -> str:
    found = queries.story(slug)
    assert found is not None
    return found["section"]["slug"] if found["section"] else ""


def test_a_section_is_made_renamed_moved_and_deleted(capsys):
    """Each is done once, and said in a line with the wire's number."""
    for line, said in (
        ("section world", "Made the section 'world'"),
        ("section sport --title Sports", "Made the section 'sport'"),
        ("section sport --title Sport", "Renamed the section 'sport'"),
        ("section sport --up", "Moved the section 'sport'"),
        ("section sport --down", "Moved the section 'sport'"),
        ("section sport --up", "Moved the section 'sport'"),
        ("section world --delete", "Deleted the section 'world'"),
    ):
        assert run(*line.split()) == Exit.DONE
        assert capsys.readouterr().out == f"{said} (wire {reading.head()})\n"
    assert titles() == ["Sport"]


def test_sections_are_listed(capsys):
    """For people a line each; for programs one list."""
    a_section()
    a_story(section="world")
    run("section")
    assert capsys.readouterr().out == "world  1 stories  World\n"
    run("section", "--json")
    assert json.loads(capsys.readouterr().out) == section_queries.sections()
    run("section", "sport", "--json")
    said = json.loads(capsys.readouterr().out)
    assert said == {"slug": "sport", "seq": reading.head()}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("section World", Exit.USAGE),
        ("section --title World", Exit.USAGE),
        ("section --up", Exit.USAGE),
        ("section world --up --title World", Exit.USAGE),
        ("section none --delete", Exit.NOT_FOUND),
        ("section none --up", Exit.NOT_FOUND),
        ("section world", Exit.REFUSED),
        ("section world --title World", Exit.REFUSED),
        ("section world --delete", Exit.REFUSED),
        ("section world --up", Exit.REFUSED),
        ("story harbour-vote --section none", Exit.NOT_FOUND),
        ("story harbour-vote --section world", Exit.REFUSED),
        ("story harbour-vote --section world --close", Exit.USAGE),
        ("story ferry --section none", Exit.NOT_FOUND),
    ],
)
def test_what_cannot_be_done_has_its_code_and_leaves_nothing(line, code):
    """Slips of the command line, what is not there, what the state does not allow."""
    a_section()
    a_story(section="world")
    before = reading.head()
    assert run(*line.split()) == code
    assert reading.head() == before


def test_a_story_is_put_in_a_section(capsys):
    """Where it is opened, and later; '' takes it out; its words stay unless others are
    said with it."""
    a_section()
    a_section("sport", "Sport")
    run("story", "ferry", "--section", "world", "--title", "The ferry")
    assert section_of("ferry") == "world"
    capsys.readouterr()
    run("story", "ferry", "--section", "sport")
    assert capsys.readouterr().out.startswith("Changed the story 'ferry'")
    assert section_of("ferry") == "sport"
    view = queries.story("ferry")
    assert view is not None
    assert view["title"] == "The ferry"
    run("story", "ferry", "--section", "", "--title", "The boat")
    view = queries.story("ferry")
    assert view is not None
    assert (view["section"], view["title"]) == (None, "The boat")
