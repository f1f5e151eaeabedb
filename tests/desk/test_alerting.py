"""What the desk says of an alert before it goes, and what becomes of it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pyroaring import BitMap

from stoppress.posts import publishing
from stoppress.posts.addresses import story_path
from stoppress.posts.copy import Copy
from stoppress.posts.stories import close_story
from stoppress.push.ledger import enter, stored
from stoppress.push.models import Broadcast, Follow, Follower
from stoppress.staff import signing_in
from stoppress.staff.models import Role, User
from tests.desk.steps import Page, newest, send, words
from tests.desk.test_composing import followed

PATH = "stories/harbour-vote/posts"


@pytest.fixture
def alerted(post_id: int) -> int:
    """A post that seven have an alert of, and two wait for."""
    alert = Broadcast.objects.create(
        seq=newest().seq,
        post_id=post_id,
        nature=Broadcast.Nature.ALERT,
        message={},
        held=stored(BitMap([8, 9])),
        waiting=stored(BitMap([8, 9])),
        asked_at=newest().at,
        done_at=newest().at,
    )
    enter(alert.pk, "a courier", handed=stored(BitMap(range(1, 8))))
    return post_id


@pytest.fixture
def other(db: None) -> Client:
    """A second editor's browser."""
    client = Client()
    client.force_login(signing_in.editor_named("bo", role=Role.EDITOR))
    return client


def ticked(seen: str, name: str) -> bool:
    return "checked" in next(
        each for each in Page(seen).controls if each.get("id") == name
    )


def test_how_many_rest_is_said_before_the_alert(editor: Client, story: str) -> None:
    """Beside the box: whom an ordinary post's alert reaches, whom a key event's, and how
    many are in quiet hours now."""
    for _ in range(3):
        followed(story_path(story))
    Follow.objects.filter(pk=Follow.objects.latest("pk").pk).update(key_only=True)
    first = Follower.objects.earliest("pk")
    # All day but for a quarter of an hour, and for the quarter in another zone.
    for pk, zone in ((first.pk, "UTC"), (first.pk + 1, "Asia/Kathmandu")):
        Follower.objects.filter(pk=pk).update(zone=zone, quiet_from=15, quiet_to=0)
    said = words(editor.get(f"/desk/stories/{story}"))
    assert "2 followers get an alert, and 3 of a key event." in said
    assert "in quiet hours now: they get it later, in a digest." in said


@pytest.mark.parametrize("verb", ["correction", "retraction"])
@pytest.mark.parametrize("told", [True, False])
def test_who_has_the_alert_is_told_of_its_end_or_not(
    editor: Client, alerted: int, verb: str, *, told: bool
) -> None:
    """The box is ticked and says how many; unticked, the entry asks for no message."""
    seen = words(editor.get(f"/desk/posts/{alerted}"))
    assert "7 followers have the alert. Only they are told." in seen
    name = "words-push" if verb == "correction" else "retraction-push"
    assert ticked(seen, name)
    fields = {"text": "It is 41.", "note": "It was wrong.", "reason": "No.", "seen": 1}
    send(
        editor, f"posts/{alerted}/{verb}", **fields, **({"push": "on"} if told else {})
    )
    assert newest().kind.startswith("post.")
    assert newest().payload["push"] is told


def test_without_an_alert_there_is_nobody_to_tell(editor: Client, post_id: int) -> None:
    """No box where nobody was alerted."""
    assert "Tell those who were alerted" not in words(
        editor.get(f"/desk/posts/{post_id}")
    )


def test_what_became_of_the_alert(editor: Client, alerted: int) -> None:
    """The post's page counts its alert's answers."""
    seen = words(editor.get(f"/desk/posts/{alerted}"))
    assert "Alert: 7 handed to the delivery services; 2 held back" in seen
    assert "2 of them still wait" in seen


def test_a_second_editor_confirms_what_is_urgent(
    editor: Client, other: Client, reporter: Client, chief: Client, story: str
) -> None:
    """The one who asked is told that another must; the other finds it on the rundown
    and confirms it at a press; a reporter cannot."""
    answer = send(editor, PATH, text="The dam breaks.", push="on", urgent="on")
    path = answer["Location"]
    post_id = newest().payload["post"]["id"]
    assert path.startswith(f"/desk/posts/{post_id}?said=urgent")
    assert "another editor must confirm it" in words(editor.get(path))
    refused = send(editor, f"posts/{post_id}/urgency")
    assert refused.status_code == 409
    assert send(reporter, f"posts/{post_id}/urgency").status_code == 403
    assert "another editor must confirm" in words(other.get("/desk/"))
    assert "Confirm that it is urgent" in words(other.get(f"/desk/posts/{post_id}"))
    send(other, f"posts/{post_id}/urgency")
    assert newest().kind == "alert.confirmed"
    assert "confirmed by a second editor" in words(chief.get(f"/desk/posts/{post_id}"))
    assert "another editor must confirm" not in words(other.get("/desk/"))


@pytest.mark.parametrize("end", ["retracted", "closed"])
def test_what_has_ended_needs_nobodys_confirmation(
    editor: Client, other: Client, reporter: Client, story: str, end: str
) -> None:
    """A retraction of the post, or the closing of its story, ends the question: it leaves
    everyone's rundown, and the post's page says why, whoever looks."""
    send(editor, PATH, text="The dam breaks.", push="on", urgent="on")
    post_id = newest().payload["post"]["id"]
    everyone = (editor, other, reporter)
    for client in everyone:
        assert "another editor must confirm" in words(client.get("/desk/"))
    if end == "retracted":
        publishing.retract(post_id, "It holds.")
        reason = "The post was taken back."
    else:
        close_story(story)
        reason = "The story was closed."
    for client in everyone:
        assert "another editor must confirm" not in words(client.get("/desk/"))
        seen = words(client.get(f"/desk/posts/{post_id}"))
        assert f"nobody confirmed it. {reason}" in seen
        assert "Confirm that it is urgent" not in seen
    refused = send(other, f"posts/{post_id}/urgency")
    assert refused.status_code == 409
    assert reason in words(refused)


def test_the_queue_costs_the_same_however_long(editor: Client, story: str) -> None:
    """Ten alerts that wait for a second editor cost the rundown no question more."""

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            editor.get("/desk/")
        return len(queries)

    send(editor, PATH, text="The dam breaks.", push="on", urgent="on")
    one = asked()
    for number in range(9):
        send(editor, PATH, text=f"Dam {number}.", push="on", urgent="on")
    assert asked() <= one


def test_alone_nobody_confirms(editor: Client, ada: User, story: str) -> None:
    """In a newsroom of one editor the page says that nobody can, and what happens."""
    send(editor, PATH, text="The dam breaks.", push="on", urgent="on")
    post_id = newest().payload["post"]["id"]
    seen = words(editor.get(f"/desk/posts/{post_id}"))
    assert "Nobody here can confirm it" in seen
    assert "Confirm that it is urgent" not in seen


def test_urgent_is_about_an_alert(editor: Client, story: str, draft_id: int) -> None:
    """Urgent without an alert is asked about, and nothing is published."""
    for path in (PATH, f"posts/{draft_id}/publication"):
        answer = send(editor, path, text="T.", headline="H", urgent="on", seen=1)
        assert answer.status_code == 422
        assert "tell followers too" in words(answer)


def test_urgent_drafts(editor: Client, other: Client, ada: User, story: str) -> None:
    """A draft's publication can ask too; whoever wrote the draft cannot confirm it."""
    draft = publishing.save_draft(Copy(story, "T.", by=ada)).post_id
    fields = {"text": "T.", "seen": 1, "push": "on", "urgent": "on"}
    send(other, f"posts/{draft}/publication", **fields)
    assert "You wrote the post" in words(send(editor, f"posts/{draft}/urgency"))
