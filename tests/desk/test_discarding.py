"""Drafts that are thrown away, and all of them page by page."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from stoppress.posts import publishing, queries, stories
from stoppress.posts.copy import Copy
from stoppress.staff.models import User
from stoppress.wire import reading
from tests.builders import a_photo
from tests.desk.steps import page, send, words


def drafts_on(answer: Any) -> list[int]:
    """The drafts that a page lists, in its order."""
    links = [held.get("href", "") for tag, held in page(answer).tags if tag == "a"]
    start = "/desk/posts/"
    return [int(link.removeprefix(start)) for link in links if link.startswith(start)]


def test_discarded(editor: Client, story: str) -> None:
    """A draft goes with its versions and its photo's words; it was never on the wire and
    is not now."""
    draft = publishing.save_draft(Copy(story, "Boxes.", photo=a_photo())).post_id
    assert f"/desk/posts/{draft}/discarding" in words(
        editor.get(f"/desk/posts/{draft}")
    )
    head = reading.head()
    answer = send(editor, f"posts/{draft}/discarding")
    assert answer["Location"] == f"/desk/stories/{story}?said=discarded"
    assert "The draft is discarded." in words(editor.get(answer["Location"]))
    assert queries.any_post(draft) is None
    assert reading.head() == head
    assert editor.get(f"/desk/posts/{draft}").status_code == 404


def test_discarded_twice(editor: Client, draft_id: int) -> None:
    """A second press leads where the first one led, though nothing is there any more;
    asked for anew, it is not found."""
    answers = [
        send(editor, f"posts/{draft_id}/discarding", form="abc") for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert send(editor, f"posts/{draft_id}/discarding").status_code == 404


def test_published_meanwhile(editor: Client, draft_id: int) -> None:
    """What readers have by now is not discarded, and it is said."""
    publishing.publish_draft(draft_id)
    answer = send(editor, f"posts/{draft_id}/discarding")
    assert answer.status_code == 409
    assert "is published already" in words(answer)
    assert queries.post(draft_id) is not None


@pytest.mark.parametrize("mine", [True, False])
def test_a_reporter_discards_their_own(
    reporter: Client, story: str, ada: User, mine: bool
) -> None:
    """A reporter throws away what they wrote, and is neither offered nor let do so with
    another's draft."""
    rex = User.objects.get(username="rex")
    copy = Copy(story, "Boxes.", by=rex if mine else ada)
    draft = publishing.save_draft(copy).post_id
    offered = "/discarding" in words(reporter.get(f"/desk/posts/{draft}"))
    answer = send(reporter, f"posts/{draft}/discarding")
    assert (offered, answer.status_code) == ((True, 303) if mine else (False, 403))
    assert (queries.any_post(draft) is None) is mine


def test_all_drafts_page_by_page(editor: Client, story: str) -> None:
    """However many there are, each is on one page of them: the newest first."""
    made = [publishing.save_draft(Copy(story, f"Box {n}.")).post_id for n in range(85)]
    front = editor.get("/desk/")
    assert drafts_on(front) == made[:-21:-1]
    assert "Show all drafts" in words(front)
    found, address = [], "/desk/drafts"
    while address:
        answer = editor.get(address)
        found += drafts_on(answer)
        links = [held["href"] for tag, held in page(answer).tags if tag == "a"]
        address = next((link for link in links if "before=" in link), "")
    assert found == made[::-1]


def test_one_storys_drafts(editor: Client, story: str) -> None:
    """A story's page shows its own drafts, also where others' are newer and many."""
    mine = [publishing.save_draft(Copy(story, f"Box {n}.")).post_id for n in range(42)]
    stories.open_story("ferry", "The ferry strike")
    for number in range(60):
        publishing.save_draft(Copy("ferry", f"Boat {number}."))
    shown = editor.get(f"/desk/stories/{story}")
    assert drafts_on(shown) == mine[:-11:-1]
    assert f"/desk/drafts?story={story}" in words(shown)
    first = editor.get(f"/desk/drafts?story={story}")
    assert drafts_on(first) == mine[:1:-1]
    rest = editor.get(f"/desk/drafts?story={story}&before={mine[2]}")
    assert drafts_on(rest) == mine[1::-1]


@pytest.mark.parametrize("query", ["?before=x", "?before=-1", f"?before={'9' * 99}"])
def test_a_page_of_drafts_that_cannot_be(editor: Client, query: str) -> None:
    """A number that is none is left aside; a story that is not there is not found."""
    assert editor.get(f"/desk/drafts{query}").status_code == 200
    assert editor.get("/desk/drafts?story=nowhere").status_code == 404
