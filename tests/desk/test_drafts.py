"""Drafts: changed, dated, published."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from stoppress.lib.clock import now, parse
from stoppress.posts import publishing, queries
from stoppress.posts.copy import Change, Copy
from stoppress.wire import reading
from tests.desk.steps import newest, page, send, since, words

WORDS = {"headline": "The woman who counts", "text": "She counts."}


def test_published_as_it_stands(editor: Client, draft_id: int) -> None:
    """A draft is published as one entry, of now where no date is given."""
    head, before = reading.head(), now()
    answer = send(editor, f"posts/{draft_id}/publication", seen="1", **WORDS)
    assert answer.status_code == 303
    assert since(head) == 1
    entry = newest()
    assert (entry.kind, entry.payload["push"]) == ("post.published", False)
    post = entry.payload["post"]
    assert post["revision"] == 1
    assert parse(post["published_at"]) >= before - timedelta(seconds=1)
    assert post["published_at"] == post["posted_at"]
    assert post["published_on"] is False


def test_published_with_what_was_typed_last(editor: Client, draft_id: int) -> None:
    """Words changed in the form and not yet saved are what is published."""
    head = reading.head()
    path = f"posts/{draft_id}/publication"
    send(editor, path, headline="H", text="She counts on.", push="on", seen="1")
    assert since(head) == 1
    assert newest().payload["push"] is True
    assert newest().payload["post"]["plain"] == "She counts on."
    assert newest().payload["post"]["headline"] == "H"


def test_an_import_is_asked_for_its_date(editor: Client, undated_id: int) -> None:
    """What came in without a date that can be trusted is not published as of now, and
    its page's stamp is named as what it is."""
    seen = words(editor.get(f"/desk/posts/{undated_id}"))
    assert "Last updated 07/27/2016" in seen
    assert "<dt>Last updated</dt>" not in seen
    assert "which is not the date of the news" in seen
    head = reading.head()
    path = f"posts/{undated_id}/publication"
    answer = send(editor, path, headline="Old news", text="Talks on.", seen="1")
    assert answer.status_code == 422
    assert "words-day_error" in page(answer).ids
    assert page(answer).values["words-text"] == "Talks on."
    assert reading.head() == head
    assert queries.text(undated_id) == "Talks."


def test_a_day_is_a_day(editor: Client, undated_id: int) -> None:
    """A date without a time is published as a day, with no clock time made up."""
    path = f"posts/{undated_id}/publication"
    send(editor, path, headline="Old news", text="Talks.", day="2006-01-25", seen="1")
    post = newest().payload["post"]
    assert post["published_on"] is True
    assert post["published_at"] == "2006-01-25T12:00:00.000Z"
    assert "25 January 2006" in words(editor.get(f"/desk/posts/{undated_id}"))


def test_a_moment_is_in_the_newsrooms_zone(
    editor: Client, draft_id: int, settings: Any
) -> None:
    """Day and time are read where the newsroom is."""
    settings.TIME_ZONE = "Europe/Minsk"
    fields = {"day": "2026-01-25", "hour": "14:30", "seen": "1", **WORDS}
    send(editor, f"posts/{draft_id}/publication", **fields)
    post = newest().payload["post"]
    assert post["published_at"] == "2026-01-25T11:30:00.000Z"
    assert post["published_on"] is False


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"hour": "14:30"}, "A time needs its day."),
        ({"day": f"{now() + timedelta(days=9):%Y-%m-%d}"}, "lies ahead"),
        ({"day": "07/08/2016"}, "year-month-day"),
        ({"day": "0000-00-00"}, "year-month-day"),
    ],
)
def test_a_date_that_cannot_be(
    editor: Client, draft_id: int, fields: dict[str, str], why: str
) -> None:
    """A wrong date is refused beside its field, and nothing is published."""
    head = reading.head()
    answer = send(editor, f"posts/{draft_id}/publication", seen="1", **WORDS, **fields)
    assert answer.status_code == 422
    assert why in words(answer)
    assert "words-day_error" in page(answer).ids
    assert reading.head() == head


def test_a_known_date_stays_to_the_second(editor: Client, story: str) -> None:
    """A date that came with the draft stands in the form, and left alone it stays
    exactly what it was."""
    at = datetime(2026, 1, 25, 10, 15, 32, tzinfo=UTC)
    draft = publishing.save_draft(Copy(story, "T.", published_at=at)).post_id
    values = page(editor.get(f"/desk/posts/{draft}")).values
    assert (values["words-day"], values["words-hour"]) == ("2026-01-25", "10:15")
    fields = {"day": values["words-day"], "hour": values["words-hour"], "seen": "1"}
    send(editor, f"posts/{draft}/publication", text="T.", **fields)
    assert newest().payload["post"]["published_at"] == "2026-01-25T10:15:32.000Z"


def test_a_draft_changed_meanwhile_is_not_published(
    editor: Client, draft_id: int
) -> None:
    """Words that the editor has not seen are not published by their press."""
    publishing.amend(draft_id, Change(text="What the other one wrote."))
    head = reading.head()
    answer = send(editor, f"posts/{draft_id}/publication", seen="1", **WORDS)
    assert answer.status_code == 409
    assert page(answer).values["theirs"] == "What the other one wrote."
    assert reading.head() == head


def test_published_by_someone_else(editor: Client, draft_id: int) -> None:
    """A draft is published once; what was typed meanwhile stands in the form of the
    published post."""
    publishing.publish_draft(draft_id)
    head = reading.head()
    path = f"posts/{draft_id}/publication"
    answer = send(editor, path, headline="H", text="My words.", seen="1")
    assert answer.status_code == 409
    assert "is published already" in words(answer)
    seen = page(answer)
    assert seen.values["words-text"] == "My words."
    assert "words-note" in seen.ids
    assert reading.head() == head
    assert queries.text(draft_id) == "She counts."


def test_looking_at_a_draft(editor: Client, draft_id: int) -> None:
    """A draft is drawn as readers will see it, with no link to where it is not yet."""
    seen = words(editor.get(f"/desk/posts/{draft_id}"))
    assert "As readers will see it" in seen
    assert f'href="/posts/{draft_id}"' not in seen
