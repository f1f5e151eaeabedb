"""A photo's words, the date of the news, a story's title: changed after publication."""

from __future__ import annotations

import pytest
from django.test import Client

from stoppress.posts import publishing, queries
from stoppress.posts.copy import Copy
from stoppress.wire import reading
from tests.builders import a_photo
from tests.desk.steps import newest, page, send, since, words

NOTE = "We named the wrong photographer."
SAME = {"headline": "", "text": "Look.", "seen": "1"}


@pytest.fixture
def pictured(story: str) -> int:
    """A published update with a photo."""
    return publishing.publish(Copy(story, "Look.", photo=a_photo())).post_id


def about(client: Client, post_id: int) -> dict[str, str]:
    """What the form of this post is filled in with beside its words."""
    values = page(client.get(f"/desk/posts/{post_id}")).values
    names = ("credit", "caption", "alt", "day", "hour")
    found = {name: values.get(f"words-{name}") for name in names}
    return {name: value for name, value in found.items() if value is not None}


def test_the_form_is_filled_in(editor: Client, pictured: int, post_id: int) -> None:
    """It shows the photo's words and the date; without a photo there is no field for
    one. Sent as it is, it changes nothing."""
    there = about(editor, pictured)
    photo = a_photo()
    assert (there["credit"], there["caption"]) == (photo.credit, photo.caption)
    assert there["alt"] == photo.alt
    assert set(about(editor, post_id)) == {"day", "hour"}
    head = reading.head()
    answer = send(editor, f"posts/{pictured}/revisions", **SAME, **there)
    assert answer.status_code == 409
    assert "is so already" in words(answer)
    assert reading.head() == head


@pytest.mark.parametrize("verb", ["revisions", "correction"])
def test_a_photos_words(editor: Client, pictured: int, verb: str) -> None:
    """Amended or corrected with one entry, which has the new words."""
    head = reading.head()
    fields = {**SAME, **about(editor, pictured), "credit": "Ilya Marsh", "note": NOTE}
    answer = send(editor, f"posts/{pictured}/{verb}", **fields)
    assert answer.status_code == 303
    assert since(head) == 1
    post = newest().payload["post"]
    assert post["photo"]["credit"] == "Ilya Marsh"
    assert post["photo"]["alt"] == a_photo().alt
    assert [c["note"] for c in post["corrections"]] == [NOTE] * (verb == "correction")


def test_a_photo_keeps_an_alternative_text(editor: Client, pictured: int) -> None:
    """It cannot be taken away; what was written is still there."""
    fields = {**SAME, **about(editor, pictured), "alt": " ", "caption": "New."}
    answer = send(editor, f"posts/{pictured}/revisions", **fields)
    assert answer.status_code == 422
    seen = page(answer)
    assert "words-alt_error" in seen.ids
    assert seen.values["words-caption"] == "New."


@pytest.mark.parametrize("verb", ["revisions", "correction"])
def test_the_date_of_the_news(editor: Client, pictured: int, verb: str) -> None:
    """Put right on a published post: a day alone is a day."""
    head = reading.head()
    dated = {"day": "2006-01-25", "hour": ""}
    fields = {**SAME, **about(editor, pictured), **dated, "note": NOTE}
    assert send(editor, f"posts/{pictured}/{verb}", **fields).status_code == 303
    assert since(head) == 1
    post = newest().payload["post"]
    assert (post["published_at"], post["published_on"]) == (
        "2006-01-25T12:00:00.000Z",
        True,
    )


def test_a_date_that_lies_ahead(editor: Client, pictured: int) -> None:
    """It is refused beside its field."""
    fields = {**SAME, **about(editor, pictured), "day": "2999-01-01"}
    answer = send(editor, f"posts/{pictured}/revisions", **fields)
    assert answer.status_code == 422
    assert "words-day_error" in page(answer).ids


def test_a_saved_draft_keeps_its_date(reporter: Client, draft_id: int) -> None:
    """What is known of a draft's date is kept with it, before anyone publishes it."""
    fields = {"headline": "H", "text": "She counts.", "seen": "1"}
    path = f"posts/{draft_id}/revisions"
    send(reporter, path, day="2006-01-25", **fields)
    draft = queries.any_post(draft_id)
    assert draft is not None
    assert (draft["published_at"], draft["published_on"]) == (
        "2006-01-25T12:00:00.000Z",
        True,
    )


def test_a_storys_title_and_summary(editor: Client, story: str) -> None:
    """Changed with one entry; readers' page has them, and the address stays."""
    seen = page(editor.get(f"/desk/stories/{story}")).values
    assert seen["masthead-title"] == "Harbour vote: the count"
    head = reading.head()
    fields = {"title": "The harbour stays", "summary": "By 12 votes."}
    answer = send(editor, f"stories/{story}/masthead", **fields)
    assert answer.status_code == 303
    assert "The story is changed." in words(editor.get(answer["Location"]))
    assert since(head) == 1
    assert newest().kind == "story.amended"
    shown = words(editor.get(f"/stories/{story}"))
    assert "The harbour stays" in shown
    assert "By 12 votes." in shown


@pytest.mark.parametrize(
    ("fields", "status", "why"),
    [
        ({"title": " "}, 422, "A story needs a title."),
        ({"title": "x" * 300}, 422, "at most"),
        ({"title": "T", "summary": "x" * 3000}, 422, "The summary has"),
        ({"title": "Harbour vote: the count"}, 409, "already"),
    ],
)
def test_a_title_that_cannot_be(
    editor: Client, story: str, fields: dict[str, str], status: int, why: str
) -> None:
    """It is refused with a reason, and nothing is on the wire."""
    head = reading.head()
    answer = send(editor, f"stories/{story}/masthead", **fields)
    assert answer.status_code == status
    assert why in words(answer)
    assert reading.head() == head
