"""A form sent twice is done once."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from PIL import Image

from stoppress.desk import twins
from stoppress.desk.doors import see_other
from stoppress.desk.story_form import StoryForm
from stoppress.lib.clock import now
from stoppress.lib.transactions import in_transaction
from stoppress.posts import photos, queries, stories
from stoppress.staff import signing_in
from stoppress.staff.models import Role
from stoppress.wire import reading
from tests.builders import a_picture
from tests.desk.steps import page, send, since

PATH = "stories/harbour-vote/posts"


SEE_OTHER = "stoppress.desk.composing.see_other"


def test_pressed_twice(editor: Client, story: str) -> None:
    """The second of two presses leads where the first one led, and posts nothing."""
    head = reading.head()
    first = send(editor, PATH, form="abc", text="Counted.", push="on")
    second = send(editor, PATH, form="abc", text="Counted.", push="on")
    assert since(head) == 1
    assert first.status_code == second.status_code == 303
    assert first["Location"] == second["Location"]


def test_the_same_words_from_a_fresh_page(
    editor: Client, story: str, time_machine: Any
) -> None:
    """Who goes back, and whose browser makes a new form of the old words, is asked before
    it is published again; who presses once more means it. After a while nobody is asked."""
    head = reading.head()
    words = {"text": "Still counting.", "headline": ""}
    assert send(editor, PATH, form="abc", **words).status_code == 303
    asked = send(editor, PATH, form="abd", **words)
    assert asked.status_code == 409
    assert "press once more" in asked.content.decode()
    assert since(head) == 1
    again = str(queries.latest()[0]["id"])
    assert f'name="again" value="{again}"' in asked.content.decode()
    other = send(editor, PATH, form="abe", text="Counted.", headline="", again=again)
    assert other.status_code == 303
    assert send(editor, PATH, form="abf", again=again, **words).status_code == 303
    assert since(head) == 3
    time_machine.move_to(now() + twins.LATELY)
    assert send(editor, PATH, form="abg", **words).status_code == 303


def test_other_words_from_an_old_page(editor: Client, story: str) -> None:
    """Who goes back and writes something else has written something else: it is not
    swallowed as a repetition."""
    head = reading.head()
    for text in ("Box 1.", "Box 2."):
        assert send(editor, PATH, form="abc", text=text).status_code == 303
    assert since(head) == 2
    assert [post["plain"] for post in queries.latest()] == ["Box 2.", "Box 1."]


def test_two_forms_at_the_same_moment_are_both_remembered(
    editor: Client, story: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A form that is done while the answer to another is on its way is remembered: sent
    again because its own answer was lost, it posts nothing."""
    head = reading.head()
    first = see_other

    def meanwhile(address: str) -> HttpResponse:
        monkeypatch.setattr(SEE_OTHER, first)
        assert send(editor, PATH, form="abd", text="Box 2.").status_code == 303
        return first(address)

    monkeypatch.setattr(SEE_OTHER, meanwhile)
    assert send(editor, PATH, form="abc", text="Box 1.").status_code == 303
    for form, text in (("abc", "Box 1."), ("abd", "Box 2.")):
        assert send(editor, PATH, form=form, text=text).status_code == 303
    assert since(head) == 2


def test_refused_and_sent_again(editor: Client, story: str) -> None:
    """A form that was refused did nothing: sent again when it can be, it is done."""
    stories.close_story(story)
    assert send(editor, PATH, form="abc", text="Counted.").status_code == 409
    stories.open_story(story, "x")
    head = reading.head()
    assert send(editor, PATH, form="abc", text="Counted.").status_code == 303
    assert since(head) == 1


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("stories", {"title": "The ferry strike"}),
        ("posts/{post}/revisions", {"text": "It was 41.", "seen": "1"}),
        ("posts/{post}/correction", {"text": "It was 41.", "note": "n", "seen": "1"}),
        ("posts/{post}/retraction", {"reason": "Wrong."}),
        ("posts/{post}/pin", {}),
        ("stories/harbour-vote/masthead", {"title": "T"}),
        ("stories/harbour-vote/closing", {}),
        ("posts/{draft}/publication", {"headline": "H", "text": "T", "seen": "1"}),
    ],
)
def test_each_verb_once(
    editor: Client, post_id: int, draft_id: int, path: str, fields: dict[str, str]
) -> None:
    """No verb meets its own shadow: a second press is no error and no second entry."""
    path = path.format(post=post_id, draft=draft_id)
    head = reading.head()
    first = send(editor, path, form="abc", **fields)
    second = send(editor, path, form="abc", **fields)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first["Location"] == second["Location"]
    assert since(head) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", ["abc", ""])
@pytest.mark.parametrize("draft", [{"draft": "yes"}, {}])
def test_a_picture_is_drawn_while_others_can_write(
    editor: Client,
    story: str,
    monkeypatch: pytest.MonkeyPatch,
    number: str,
    draft: dict[str, str],
) -> None:
    """No transaction is open while a picture is decoded, which may take seconds; and of
    a form that was done before, it is not decoded again."""
    drawn: list[bool] = []
    decode = photos._decoded

    def watched(data: bytes) -> Image.Image:
        drawn.append(in_transaction())
        return decode(data)

    monkeypatch.setattr(photos, "_decoded", watched)
    for _ in range(2 if number else 1):
        image = SimpleUploadedFile("a.jpg", a_picture(), "image/jpeg")
        fields = {"text": "Look.", "image": image, "alt": "A quay", **draft}
        assert send(editor, PATH, form=number, **fields).status_code == 303
    assert drawn == [False]
    shown = queries.drafts() if draft else queries.latest()
    assert [post["photo"] is not None for post in shown] == [True]


def test_a_picture_that_cannot_be_drawn(editor: Client, story: str) -> None:
    """It is said beside the picture's field, with the words still in the form."""
    image = SimpleUploadedFile("a.jpg", b"no picture", "image/jpeg")
    answer = send(editor, PATH, text="Look.", image=image, alt="A quay")
    assert answer.status_code == 422
    seen = page(answer)
    assert "update-image_error" in seen.ids
    assert seen.values["update-text"] == "Look."


def test_the_first_press_makes_the_second_one_wrong(
    editor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A story opened by the first of two presses while the second is being looked at is
    no error of the second: it leads where the first one led."""
    clean, answers = StoryForm.clean, []

    def meanwhile(form: StoryForm) -> dict[str, Any]:
        monkeypatch.setattr(StoryForm, "clean", clean)
        answers.append(send(editor, "stories", form="abc", title="The ferry strike"))
        return clean(form)

    monkeypatch.setattr(StoryForm, "clean", meanwhile)
    answers.append(send(editor, "stories", form="abc", title="The ferry strike"))
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0]["Location"] == answers[1]["Location"]


def test_notes_do_not_pile_up(editor: Client, story: str) -> None:
    """A session does not grow with every form sent from it."""
    for number in range(50):
        send(editor, PATH, text=f"Box {number}.")
    assert len(editor.session["forms"]) == 40


@pytest.mark.django_db(transaction=True)
def test_pressed_twice_at_the_same_moment() -> None:
    """Two requests of one form that run side by side make one post."""
    user = signing_in.editor_named("ada", role=Role.EDITOR)
    stories.open_story("harbour-vote", "Harbour vote")
    client = Client()
    client.force_login(user)
    head = reading.head()
    start = threading.Barrier(4)
    answers: list[Any] = []

    def press() -> None:
        browser = Client()
        browser.cookies = client.cookies
        start.wait(timeout=10)
        try:
            answers.append(send(browser, PATH, form="abc", text="Counted."))
        finally:
            connection.close()

    presses = [threading.Thread(target=press) for _ in range(4)]
    for thread in presses:
        thread.start()
    for thread in presses:
        thread.join(timeout=25)
    assert [answer.status_code for answer in answers] == [303] * 4
    assert len({answer["Location"] for answer in answers}) == 1
    assert since(head) == 1
