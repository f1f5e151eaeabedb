"""What every page of the desk owes to those who use it without a mouse or without eyes."""

from __future__ import annotations

import pytest
from django.test import Client

from stoppress.staff.models import User
from tests.desk.steps import Page, page, send

PAGES = [
    "",
    "drafts",
    "stories",
    "stories/harbour-vote",
    "posts/{post}",
    "posts/{draft}",
    "sign-in",
]


def _holds(seen: Page) -> None:
    for control in seen.controls:
        if control.get("type") != "hidden":
            assert control.get("id") in seen.labelled, control
    assert len(seen.ids) == len(set(seen.ids))
    described = [held.get("aria-describedby", "") for _tag, held in seen.tags]
    assert {id_ for ids in described for id_ in ids.split()} <= set(seen.ids)
    assert [tag for tag, _held in seen.tags].count("h1") == 1
    assert sum("autofocus" in held for _tag, held in seen.tags) <= 1


@pytest.mark.parametrize("path", PAGES)
def test_every_control_is_labelled(
    editor: Client, stranger: Client, post_id: int, draft_id: int, path: str
) -> None:
    """Each field has its label, each id is there once, each page has one title."""
    client = stranger if path == "sign-in" else editor
    answer = client.get("/desk/" + path.format(post=post_id, draft=draft_id))
    assert answer.status_code == 200
    _holds(page(answer))


@pytest.mark.parametrize("path", ["people", "people/{boss}", "people/{ada}"])
def test_the_chiefs_pages_are_labelled(
    chief: Client, boss: User, ada: User, path: str
) -> None:
    """The same holds for the pages that only the chief has."""
    answer = chief.get("/desk/" + path.format(boss=boss.pk, ada=ada.pk))
    assert answer.status_code == 200
    _holds(page(answer))


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("stories", {}),
        ("stories/harbour-vote/posts", {}),
        ("stories/harbour-vote/posts", {"kind": "article"}),
        ("stories/harbour-vote/masthead", {}),
        ("posts/{post}/correction", {"seen": "1"}),
        ("posts/{post}/retraction", {}),
        ("posts/{draft}/publication", {"day": "x", "hour": "x"}),
    ],
)
def test_a_refused_form_leads_to_its_faults(
    editor: Client, post_id: int, draft_id: int, path: str, fields: dict[str, str]
) -> None:
    """The first thing on a refused page is what is wrong, each with a link to its field
    on that page."""
    answer = send(editor, path.format(post=post_id, draft=draft_id), **fields)
    assert answer.status_code == 422
    seen = page(answer)
    _holds(seen)
    [problem] = [held for _tag, held in seen.tags if held.get("role") == "alert"]
    assert "autofocus" in problem
    links = [held["href"] for tag, held in seen.tags if tag == "a" and "href" in held]
    faults = [link.removeprefix("#") for link in links if link.startswith("#")]
    faults.remove("main")
    assert faults
    assert set(faults) <= set(seen.ids)


def test_enter_publishes_nothing(editor: Client, story: str, post_id: int) -> None:
    """The button that the Enter key presses in a field is one that does nothing: an
    unfinished headline is not sent to readers."""
    for path in (f"stories/{story}", f"posts/{post_id}"):
        tags = page(editor.get(f"/desk/{path}")).tags
        inside = False
        for tag, held in tags:
            if tag == "form":
                inside = "composer" in held.get("class", "")
            elif inside and tag == "button":
                assert "disabled" in held
                inside = False
