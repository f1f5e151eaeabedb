"""What strangers and colleagues may have written is text on every page of the desk."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from stoppress.posts import publishing, stories
from stoppress.posts.copy import Change, Copy, PhotoCopy
from stoppress.staff import signing_in
from stoppress.staff.models import Role
from tests.desk.steps import page, send, words

EVIL = "\"'><script>alert(1)</script><img src=x onerror=alert(1)></textarea>{{ 7777*7777 }}"


@pytest.fixture
def evil(db: None) -> dict[str, int]:
    """A story, a post, a retraction and a draft with hostile words wherever words go."""
    stories.open_story("evil", EVIL, summary=EVIL)
    photo = PhotoCopy(credit=EVIL, caption=EVIL, alt=EVIL)
    copy = Copy("evil", EVIL, headline=EVIL, photo=photo)
    post = publishing.publish(copy).post_id
    publishing.correct(post, Change(text=EVIL + "!"), EVIL)
    gone = publishing.publish(Copy("evil", EVIL)).post_id
    publishing.retract(gone, EVIL)
    source = {"name": EVIL, "stamp": EVIL}
    draft = publishing.save_draft(
        Copy("evil", EVIL, headline=EVIL, source=source)
    ).post_id
    return {"post": post, "gone": gone, "draft": draft}


@pytest.fixture
def mallory(db: None) -> Client:
    """An editor whose name is hostile as well."""
    client = Client()
    client.force_login(signing_in.editor_named(EVIL[:150], role=Role.EDITOR))
    return client


def _harmless(answer: Any) -> None:
    scripts = [held for tag, held in page(answer).tags if tag == "script"]
    assert all(held.get("src", "").startswith("/static/") for held in scripts)
    assert not any(held.get("src") == "x" for _tag, held in page(answer).tags)
    inline = [n for _tag, held in page(answer).tags for n in held if n.startswith("on")]
    assert inline == []
    assert not any("style" in held for _tag, held in page(answer).tags)
    assert str(7777 * 7777) not in words(answer)


@pytest.mark.parametrize(
    "path",
    ["", "stories", "stories/evil", "posts/{post}", "posts/{gone}", "posts/{draft}"],
)
def test_hostile_words_are_words(
    mallory: Client, evil: dict[str, int], path: str
) -> None:
    """Nothing that was written becomes markup, and it can be read as it was written."""
    answer = mallory.get("/desk/" + path.format(**evil))
    assert answer.status_code == 200
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert "&lt;script&gt;" in words(answer)
    _harmless(answer)


@pytest.mark.parametrize(
    ("path", "name", "control"),
    [
        ("stories", "summary", "story-summary"),
        ("stories/evil/posts", "headline", "update-headline"),
        ("posts/{post}/correction", "text", "words-text"),
        ("posts/{post}/retraction", "reason", ""),
        ("posts/{gone}/revisions", "text", "written-1"),
    ],
)
def test_a_refused_form_is_harmless(
    mallory: Client, evil: dict[str, int], path: str, name: str, control: str
) -> None:
    """What comes back to be put right comes back as text, whole."""
    fields = {name: EVIL if name != "reason" else " "}
    answer = send(mallory, path.format(**evil), **fields)
    assert answer.status_code in {409, 422}
    _harmless(answer)
    if control:
        assert page(answer).values[control] == EVIL


def test_what_is_said_is_not_from_the_address(editor: Client, story: str) -> None:
    """Nobody puts words into the desk's mouth with a link."""
    asked = {"said": EVIL, "post": EVIL}
    assert "alert(1)" not in words(editor.get(f"/desk/stories/{story}", asked))
    asked = {"said": "published", "post": "//evil.example"}
    answer = words(editor.get(f"/desk/stories/{story}", asked))
    assert "Published." in answer
    assert "evil.example" not in answer
