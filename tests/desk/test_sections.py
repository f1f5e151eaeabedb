"""Sections at the desk: made, renamed, put in order, deleted; a story is put in one."""

from __future__ import annotations

import pytest
from django.test import Client

from stoppress.posts import queries, section_queries, sections, stories
from stoppress.wire import reading
from tests.desk.steps import newest, page, send, since, words


@pytest.fixture
def world(db: None) -> str:
    sections.make_section("world", "World")
    return "world"


def section_of(slug: str) -> str:
    found = queries.story(slug)
    assert found is not None
    return found["section"]["slug"] if found["section"] else ""


def test_a_section_is_made(editor: Client) -> None:
    """A title is enough: the address is made from it, and the wire hears of it."""
    head = reading.head()
    answer = send(editor, "sections", title="Arts & Books")
    assert answer["Location"] == "/desk/sections?said=section-made"
    assert (since(head), newest().kind) == (1, "section.made")
    assert section_queries.section("arts-books") is not None
    seen = words(editor.get(answer["Location"]))
    assert "The section is made." in seen
    assert 'href="/desk/sections/arts-books"' in seen


@pytest.mark.parametrize(
    ("fields", "field", "why"),
    [
        ({"title": ""}, "title", "A section needs a title."),
        ({"title": "t" * 41}, "title", "at most 40 characters"),
        ({"title": "Мир"}, "slug", "No address can be made from this title"),
        ({"title": "World", "slug": "The World"}, "slug", "cannot be a section"),
        ({"title": "World"}, "slug", "“World” has the address"),
    ],
)
def test_a_section_that_cannot_be_made(
    editor: Client, world: str, fields: dict[str, str], field: str, why: str
) -> None:
    """What is wrong is said beside its field, and what was typed is still there."""
    head = reading.head()
    answer = send(editor, "sections", **fields)
    assert answer.status_code == 422
    assert f"section-{field}_error" in page(answer).ids
    assert why in words(answer)
    assert page(answer).values["section-title"] == fields["title"]
    assert reading.head() == head


def test_a_section_has_another_title(editor: Client, world: str) -> None:
    """The page of the section changes it; the same again is refused with a reason."""
    assert page(editor.get("/desk/sections/world")).values["title-title"] == "World"
    answer = send(editor, "sections/world/title", title="The world")
    assert answer["Location"] == "/desk/sections?said=section-renamed"
    assert newest().kind == "section.renamed"
    answer = send(editor, "sections/world/title", title="The world")
    assert answer.status_code == 409
    assert "has this title already" in words(answer)
    assert send(editor, "sections/world/title", title="").status_code == 422


def test_the_order_is_changed(editor: Client, world: str) -> None:
    """One place at a press; beyond the end it is refused and nothing changes."""
    sections.make_section("sport", "Sport")
    send(editor, "sections/sport/place", up="yes")
    assert [view["slug"] for view in section_queries.sections()] == ["sport", "world"]
    send(editor, "sections/sport/place")
    assert [view["slug"] for view in section_queries.sections()] == ["world", "sport"]
    answer = send(editor, "sections/sport/place")
    assert answer.status_code == 409
    assert "is the last already" in words(answer)


def test_only_an_empty_section_is_deleted(
    editor: Client, world: str, story: str
) -> None:
    """With a story in it there is no button, and a form sent all the same is refused."""
    stories.amend_story(story, section="world")
    assert "/deletion" not in words(editor.get("/desk/sections/world"))
    answer = send(editor, "sections/world/deletion")
    assert answer.status_code == 409
    assert "Only an empty one can be deleted" in words(answer)
    stories.amend_story(story, section="")
    assert "/deletion" in words(editor.get("/desk/sections/world"))
    answer = send(editor, "sections/world/deletion")
    assert answer["Location"] == "/desk/sections?said=section-deleted"
    assert section_queries.sections() == []
    assert editor.get("/desk/sections/world").status_code == 404


def test_a_story_is_opened_in_a_section(editor: Client, world: str) -> None:
    """The form offers the sections that there are; where there is none it asks nothing."""
    assert "story-section" in words(editor.get("/desk/stories"))
    send(editor, "stories", title="Ferry strike", section="world")
    assert section_of("ferry-strike") == "world"
    answer = send(editor, "stories", title="Another", section="none")
    assert answer.status_code == 422
    stories.amend_story("ferry-strike", section="")
    sections.delete_section("world")
    assert "story-section" not in words(editor.get("/desk/stories"))
    send(editor, "stories", title="The quay")
    assert section_of("the-quay") == ""


def test_a_story_is_put_in_another_section(
    editor: Client, world: str, story: str
) -> None:
    """On its page the section is chosen; the one it stands in is the one that is shown."""
    fields = {"title": "Harbour vote: the count", "summary": ""}
    send(editor, f"stories/{story}/masthead", **fields, section="world")
    assert section_of(story) == "world"
    assert "/sections/world" in newest().topics
    seen = words(editor.get(f"/desk/stories/{story}"))
    assert '<option value="world" selected>' in seen
    assert 'href="/desk/sections/world"' in seen
    send(editor, f"stories/{story}/masthead", **fields, section="")
    assert section_of(story) == ""


def test_the_warning_counts_who_follows_the_section(
    editor: Client, world: str, story: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the box says before an alert is of all by whom the story is followed."""
    stories.amend_story(story, section="world")
    asked: list[list[str]] = []

    def reach(topics: list[str]) -> dict[str, int]:
        asked.append(topics)
        return {"key_event": 0}

    monkeypatch.setattr("stoppress.desk.alerting.reach", reach)
    editor.get(f"/desk/stories/{story}")
    assert asked == [[f"/stories/{story}", "/sections/world"]]
