"""Who may do what: asked on the server, whatever buttons a page shows."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from stoppress.posts import publishing, queries
from stoppress.posts.errors import Refused
from stoppress.wire import reading
from tests.desk.steps import page, send, since, words

PAGES = [
    "",
    "drafts",
    "stories",
    "stories/harbour-vote",
    "sections",
    "names",
    "posts/{post}",
    "posts/{draft}",
]
DEEDS: list[tuple[str, dict[str, str]]] = [
    ("stories", {"title": "The ferry strike"}),
    ("stories/harbour-vote/posts", {"text": "The words I wrote."}),
    ("stories/harbour-vote/posts", {"kind": "article", "text": "The words I wrote."}),
    ("stories/harbour-vote/masthead", {"title": "The words I wrote."}),
    ("stories/harbour-vote/closing", {}),
    ("sections", {"title": "The words I wrote."}),
    ("sections/world/title", {"title": "The words I wrote."}),
    ("sections/world/place", {}),
    ("sections/world/deletion", {}),
    ("names", {"person": "The words I wrote.", "shown": "on"}),
    ("names/ann-moor/words", {"person": "The words I wrote."}),
    ("names/ann-moor/deletion", {}),
    ("stories/harbour-vote/opening", {}),
    ("posts/{post}/revisions", {"text": "The words I wrote.", "seen": "1"}),
    (
        "posts/{post}/correction",
        {"text": "The words I wrote.", "note": "n", "seen": "1"},
    ),
    ("posts/{post}/retraction", {"reason": "The words I wrote."}),
    ("posts/{post}/pin", {}),
    ("posts/{draft}/publication", {"text": "The words I wrote.", "seen": "1"}),
    ("posts/{draft}/discarding", {}),
]


@pytest.mark.parametrize(("path", "fields"), DEEDS)
def test_a_reporter_changes_nothing_that_readers_see(
    reporter: Client, post_id: int, draft_id: int, path: str, fields: dict[str, str]
) -> None:
    """A reporter's attempt is refused with a reason, and the wire is as it was."""
    head = reading.head()
    answer = send(reporter, path.format(post=post_id, draft=draft_id), **fields)
    assert answer.status_code == 403
    assert "Only an editor or the chief may" in words(answer)
    assert reading.head() == head
    if "The words I wrote." in fields.values():
        assert "The words I wrote." in words(answer)


@pytest.mark.parametrize(("path", "fields"), DEEDS)
def test_a_stranger_changes_nothing(
    stranger: Client, post_id: int, draft_id: int, path: str, fields: dict[str, str]
) -> None:
    """A form sent after one was signed out is refused, and shows what was in it."""
    head = reading.head()
    answer = send(stranger, path.format(post=post_id, draft=draft_id), **fields)
    assert answer.status_code == 403
    assert "You are signed out" in words(answer)
    assert reading.head() == head
    for typed in fields.values():
        if " " in typed:
            assert typed in words(answer)


def test_signed_out_at_a_form_leads_back_to_its_page(stranger: Client) -> None:
    """The sign-in after a refused form leads to the page that the form stands on."""
    answer = send(stranger, "posts/7/correction", text="x")
    assert "/desk/sign-in?next=%2Fdesk%2Fposts%2F7" in words(answer)


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_for_the_staff(
    stranger: Client, post_id: int, draft_id: int, path: str
) -> None:
    """Nothing of the desk is shown to one who is not signed in."""
    answer = stranger.get("/desk/" + path.format(post=post_id, draft=draft_id))
    assert answer.status_code == 302
    assert answer.content == b""


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_kept_by_no_cache(
    editor: Client, post_id: int, draft_id: int, path: str
) -> None:
    """What the staff see is kept neither by a proxy nor by the browser's disk."""
    answer = editor.get("/desk/" + path.format(post=post_id, draft=draft_id))
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]


def test_a_reporter_writes_a_draft(reporter: Client, story: str) -> None:
    """A reporter's draft is kept, with their name, and readers hear nothing of it."""
    head = reading.head()
    answer = send(
        reporter, f"stories/{story}/posts", text="Boxes.", draft="yes", push="on"
    )
    assert answer.status_code == 303
    [draft] = queries.drafts()
    assert draft["plain"] == "Boxes."
    assert answer["Location"].startswith(f"/desk/posts/{draft['id']}?")
    assert reading.head() == head


def test_a_reporter_goes_on_with_a_draft(reporter: Client, draft_id: int) -> None:
    """A draft's words can be changed by whoever writes here."""
    send(
        reporter,
        f"posts/{draft_id}/revisions",
        headline="H",
        text="She waits.",
        seen="1",
    )
    assert queries.text(draft_id) == "She waits."


def test_a_draft_that_was_published_meanwhile_is_not_a_reporters(
    reporter: Client, draft_id: int
) -> None:
    """Between a reporter's look and press a draft is published: their press is refused
    as a whole, and what they wrote is shown."""
    seen = page(reporter.get(f"/desk/posts/{draft_id}")).values["words-seen"]
    publishing.publish_draft(draft_id)
    head = reading.head()
    path = f"posts/{draft_id}/revisions"
    answer = send(reporter, path, headline="H", text="My own words.", seen=seen)
    assert answer.status_code == 403
    assert "My own words." in words(answer)
    assert queries.text(draft_id) == "She counts."
    assert reading.head() == head


def test_a_reporters_pages_offer_what_they_may_do(
    reporter: Client, story: str, post_id: int
) -> None:
    """A reporter is offered a draft, and neither publishing nor telling followers."""
    seen = words(reporter.get(f"/desk/stories/{story}"))
    assert "Save as a draft" in seen
    assert "Publish" not in seen
    assert "Tell followers" not in seen
    assert "/pin" not in seen
    assert '/masthead"' not in seen
    assert "<textarea" not in words(reporter.get(f"/desk/posts/{post_id}"))


@pytest.mark.parametrize(("path", "fields"), [*DEEDS, ("sign-out", {})])
def test_a_form_of_another_site_does_nothing(
    ada: Any, post_id: int, draft_id: int, path: str, fields: dict[str, str]
) -> None:
    """Without the token of the desk's own page no form is heeded (CSRF)."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(ada)
    head = reading.head()
    answer = send(client, path.format(post=post_id, draft=draft_id), **fields)
    assert answer.status_code == 403
    assert reading.head() == head
    assert client.get("/desk/").status_code == 200


def test_the_forms_of_the_desk_carry_their_token(ada: Any, story: str) -> None:
    """With the token of the page the same form is heeded."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(ada)
    token = page(client.get(f"/desk/stories/{story}")).values["csrfmiddlewaretoken"]
    head = reading.head()
    path = f"stories/{story}/posts"
    assert send(client, path, text="A.", csrfmiddlewaretoken=token).status_code == 303
    assert since(head) == 1


def test_an_outdated_form_keeps_its_words(ada: Any, story: str, settings: Any) -> None:
    """A form from before a new sign-in is refused in plain words, and what was written
    in it is shown; to one who is not signed in nothing is shown."""
    settings.CSRF_FAILURE_VIEW = "stoppress.desk.doors.stale_form"
    client = Client(enforce_csrf_checks=True)
    path = f"stories/{story}/posts"
    assert "A long article." not in words(send(client, path, text="A long article."))
    client.force_login(ada)
    answer = send(client, path, text="A long article.")
    assert answer.status_code == 403
    assert "This form is out of date" in words(answer)
    assert "A long article." in words(answer)


def test_refusals_are_the_newsrooms_own(editor: Client, draft_id: int) -> None:
    """A draft cannot be corrected; the newsroom's own sentence says what to do."""
    path = f"posts/{draft_id}/correction"
    answer = send(editor, path, headline="H", text="New.", note="n", seen="1")
    assert answer.status_code == 409
    with pytest.raises(Refused) as refusal:
        publishing.retract(draft_id, "r")
    assert str(refusal.value) in words(answer)
    assert page(answer).values["words-text"] == "New."
