"""Stories: opened, closed, opened again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from stoppress.lib.clock import now
from stoppress.live.models import Process
from stoppress.posts import queries, stories
from stoppress.wire import reading
from tests.desk.steps import newest, page, send, since, words


def test_a_story_is_opened(editor: Client) -> None:
    """A title is enough: the address is made from it, the wire hears of it."""
    head = reading.head()
    answer = send(
        editor, "stories", title="Harbour vote: the count", summary="Counting."
    )
    assert answer["Location"] == "/desk/stories/harbour-vote-the-count?said=opened"
    assert since(head) == 1
    assert newest().kind == "story.opened"
    story = queries.story("harbour-vote-the-count")
    assert story is not None
    assert (story["title"], story["summary"]) == (
        "Harbour vote: the count",
        "Counting.",
    )
    assert "The story is open." in words(editor.get(answer["Location"]))


def test_an_address_of_ones_own(editor: Client) -> None:
    """An address that was given is taken as it is."""
    send(editor, "stories", title="Harbour vote", slug="harbour")
    assert queries.story("harbour") is not None


@pytest.mark.parametrize(
    ("fields", "field", "why"),
    [
        ({"title": ""}, "title", "A story needs a title."),
        ({"title": "t" * 201}, "title", "at most 200 characters"),
        ({"title": "Выборы"}, "slug", "No address can be made from this title"),
        ({"title": "Vote", "slug": "The Vote"}, "slug", "cannot be a story"),
        (
            {"title": "Harbour vote"},
            "slug",
            "“Harbour vote: the count” has the address",
        ),
    ],
)
def test_a_story_that_cannot_be_opened(
    editor: Client, story: str, fields: dict[str, str], field: str, why: str
) -> None:
    """What is wrong is said beside its field, and what was typed is still there."""
    head = reading.head()
    answer = send(editor, "stories", summary="Typed with care.", **fields)
    assert answer.status_code == 422
    seen = page(answer)
    assert f"story-{field}_error" in seen.ids
    assert why in words(answer)
    assert seen.values["story-summary"] == "Typed with care."
    assert seen.values["story-title"] == fields["title"]
    assert reading.head() == head


def test_a_closed_story_is_not_opened_by_a_new_one(editor: Client, story: str) -> None:
    """A new story never takes over the address of an old one that is closed."""
    stories.close_story(story)
    assert send(editor, "stories", title="Another", slug=story).status_code == 422
    found = queries.story(story)
    assert found is not None
    assert found["closed"]


def test_closed_and_opened_again(editor: Client, story: str) -> None:
    """A story is closed: no composer any more; opened again: it is there."""
    send(editor, f"stories/{story}/closing")
    assert newest().kind == "story.closed"
    assert "update-text" not in page(editor.get(f"/desk/stories/{story}")).ids
    answer = send(editor, f"stories/{story}/opening")
    assert newest().kind == "story.opened"
    assert "update-text" in page(editor.get(answer["Location"])).ids


def test_closed_by_someone_else_already(editor: Client, story: str) -> None:
    """A press that comes too late says so and changes nothing."""
    stories.close_story(story)
    head = reading.head()
    answer = send(editor, f"stories/{story}/closing")
    assert answer.status_code == 409
    assert "is closed already" in words(answer)
    assert reading.head() == head


def test_the_rundown_of_an_empty_newsroom(editor: Client) -> None:
    """The first editor on the first day is shown where to begin."""
    seen = words(editor.get("/desk/"))
    assert "No story is open yet." in seen
    assert 'href="/desk/stories#story-title"' in seen
    assert "story-title" in page(editor.get("/desk/stories")).ids


def test_the_rundown(editor: Client, post_id: int, draft_id: int) -> None:
    """What goes on is on one page: stories, latest posts, drafts."""
    seen = words(editor.get("/desk/"))
    assert 'href="/desk/stories/harbour-vote"' in seen
    assert f'href="/desk/posts/{post_id}"' in seen
    assert f'href="/desk/posts/{draft_id}"' in seen


def test_who_reads_now(editor: Client, story: str) -> None:
    """The rundown and the list of stories say how many pages are open, over all
    processes, and how many read each story; a process that is gone does not count."""
    topics = {f"/stories/{story}": 3, "/stories/{slug}": 2}
    for name, age in (("one", 0), ("two", 0), ("gone", 100)):
        Process.objects.create(
            name=name,
            at=now() - timedelta(seconds=age),
            numbers={"readers": 5, "topics": topics},
        )
    for address in ("/desk/", "/desk/stories"):
        seen = words(editor.get(address))
        assert "10 pages open now" in seen
        assert "6 reading" in seen
