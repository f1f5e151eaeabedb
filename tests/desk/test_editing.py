"""Changing what was published: amended, corrected, retracted, pinned."""

from __future__ import annotations

import pytest
from django.test import Client

from stoppress.posts import publishing, queries
from stoppress.posts.copy import Change
from stoppress.wire import reading
from tests.desk.steps import newest, page, send, since, words

NOTE = "Turnout at noon was 41 per cent. We wrote 51 per cent."


def test_the_form_holds_the_post(editor: Client, post_id: int) -> None:
    """The page shows the post as readers have it and its words ready to be changed."""
    seen = editor.get(f"/desk/posts/{post_id}")
    values = page(seen).values
    assert values["words-headline"] == "Turnout at noon"
    assert values["words-text"] == "Turnout at noon was 51 per cent."
    assert values["words-seen"] == "1"
    assert f'id="post-{post_id}"' in words(seen)


@pytest.mark.parametrize(
    ("silent", "nature", "said"),
    [({}, "update", "Readers see"), ({"silent": "on"}, "edit", "without a word")],
)
def test_amended(
    editor: Client, post_id: int, silent: dict[str, str], nature: str, said: str
) -> None:
    """A change is on the wire as one entry; silent or not is the editor's choice."""
    head = reading.head()
    path = f"posts/{post_id}/revisions"
    answer = send(editor, path, text="Turnout rose.", seen="1", **silent)
    assert answer.status_code == 303
    assert since(head) == 1
    entry = newest()
    assert entry.kind == "post.amended"
    assert entry.payload["post"]["plain"] == "Turnout rose."
    assert entry.payload["post"]["nature"] == nature
    assert said in words(editor.get(answer["Location"]))


def test_made_a_key_event(editor: Client, post_id: int) -> None:
    """The mark alone can be changed, with no other word."""
    fields = {"headline": "Turnout at noon", "text": "Turnout at noon was 51 per cent."}
    path = f"posts/{post_id}/revisions"
    send(editor, path, key_event="on", silent="on", seen="1", **fields)
    assert newest().payload["post"]["key_event"] is True


def test_nothing_changed(editor: Client, post_id: int) -> None:
    """Words saved as they were make no version and no entry, and it is said."""
    head = reading.head()
    fields = {"headline": "Turnout at noon", "text": "Turnout at noon was 51 per cent."}
    answer = send(editor, f"posts/{post_id}/revisions", seen="1", **fields)
    assert answer.status_code == 409
    assert "is so already" in words(answer)
    assert reading.head() == head


def test_corrected(editor: Client, post_id: int) -> None:
    """A correction is on the wire with the note that readers see."""
    head = reading.head()
    path = f"posts/{post_id}/correction"
    answer = send(editor, path, text="It was 41 per cent.", note=NOTE, seen="1")
    assert answer.status_code == 303
    assert since(head) == 1
    entry = newest()
    assert entry.kind == "post.corrected"
    assert entry.payload["post"]["corrections"][0]["note"] == NOTE
    assert entry.payload["post"]["plain"] == "It was 41 per cent."


@pytest.mark.parametrize("note", ["", "  \n"])
def test_a_correction_says_what_was_wrong(
    editor: Client, post_id: int, note: str
) -> None:
    """Without its note no correction is made; the new words wait in the form."""
    head = reading.head()
    path = f"posts/{post_id}/correction"
    answer = send(editor, path, text="It was 41.", note=note, seen="1")
    assert answer.status_code == 422
    seen = page(answer)
    assert "words-note_error" in seen.ids
    assert seen.values["words-text"] == "It was 41."
    assert reading.head() == head


def test_an_amendment_needs_no_note(editor: Client, post_id: int) -> None:
    """The note is asked for by the correction alone."""
    answer = send(editor, f"posts/{post_id}/revisions", text="T.", note="", seen="1")
    assert answer.status_code == 303


@pytest.mark.parametrize("verb", ["revisions", "correction"])
def test_changed_meanwhile(editor: Client, post_id: int, verb: str) -> None:
    """Someone else was quicker: both texts are shown, nothing is overwritten; sent once
    more, with theirs seen, it counts."""
    publishing.amend(post_id, Change(text="What the other one wrote."))
    head = reading.head()
    mine = {"headline": "Mine", "text": "What I wrote.", "note": NOTE}
    path = f"posts/{post_id}/{verb}"
    answer = send(editor, path, **mine, seen="1")
    assert answer.status_code == 409
    assert reading.head() == head
    values = page(answer).values
    assert values["words-text"] == "What I wrote."
    assert values["words-headline"] == "Mine"
    assert values["words-note"] == NOTE
    assert values["theirs"] == "What the other one wrote."
    assert values["words-seen"] == "2"
    assert send(editor, path, **mine, seen=values["words-seen"]).status_code == 303
    assert queries.text(post_id) == "What I wrote."


def test_another_error_does_not_hide_a_change(editor: Client, post_id: int) -> None:
    """A form that came back for another reason still remembers what its writer saw."""
    publishing.amend(post_id, Change(text="What the other one wrote."))
    path = f"posts/{post_id}/correction"
    refused = send(editor, path, text="Mine.", note="", seen="1")
    assert refused.status_code == 422
    assert page(refused).values["words-seen"] == "1"
    again = send(editor, path, text="Mine.", note=NOTE, seen="1")
    assert again.status_code == 409


@pytest.mark.parametrize("seen", ["", "x", "1e3"])
def test_a_form_that_saw_nothing(editor: Client, post_id: int, seen: str) -> None:
    """A change that does not say what it changes is not made."""
    head = reading.head()
    answer = send(editor, f"posts/{post_id}/revisions", text="Mine.", seen=seen)
    assert answer.status_code == 422
    assert page(answer).values["words-text"] == "Mine."
    assert reading.head() == head


def test_retracted(editor: Client, post_id: int) -> None:
    """A retraction is on the wire with its reason, and the post is closed to change."""
    head = reading.head()
    path = f"posts/{post_id}/retraction"
    answer = send(editor, path, reason="He never said it.")
    assert answer.status_code == 303
    assert since(head) == 1
    entry = newest()
    assert entry.kind == "post.retracted"
    assert entry.payload["post"]["retraction"]["reason"] == "He never said it."
    seen = words(editor.get(answer["Location"]))
    assert "He never said it." in seen
    assert "<textarea" not in seen


def test_a_retraction_says_why(editor: Client, post_id: int) -> None:
    """Without a reason nothing is taken back."""
    head = reading.head()
    answer = send(editor, f"posts/{post_id}/retraction", reason=" ")
    assert answer.status_code == 422
    assert "retraction-reason_error" in page(answer).ids
    assert reading.head() == head


@pytest.mark.parametrize("verb", ["revisions", "correction", "retraction"])
def test_retracted_meanwhile(editor: Client, post_id: int, verb: str) -> None:
    """What was being written about a post that is gone by now is shown to be kept."""
    publishing.retract(post_id, "Wrong.")
    fields = {
        "text": "My hour of work.",
        "note": NOTE,
        "reason": "My reason.",
        "seen": "1",
    }
    answer = send(editor, f"posts/{post_id}/{verb}", **fields)
    assert answer.status_code == 409
    assert "was retracted" in words(answer)
    assert "My hour of work." in words(answer)


def test_pinned_and_let_go(editor: Client, post_id: int) -> None:
    """A post is pinned to the top of its story and let go again, an entry each."""
    head = reading.head()
    path = f"posts/{post_id}/pin"
    assert send(editor, path)["Location"] == "/desk/stories/harbour-vote?said=pinned"
    assert newest().kind == "post.pinned"
    assert send(editor, path, off="yes").status_code == 303
    assert newest().kind == "post.unpinned"
    assert since(head) == 2


def test_pinned_already(editor: Client, post_id: int) -> None:
    """A second pin says that it is there already."""
    publishing.pin(post_id)
    answer = send(editor, f"posts/{post_id}/pin")
    assert answer.status_code == 409
    assert "nothing was changed" in words(answer)


@pytest.mark.parametrize(
    "path", ["", "/revisions", "/correction", "/retraction", "/publication", "/pin"]
)
def test_a_post_that_is_not_there(editor: Client, path: str) -> None:
    """A number that no post has is not found, whatever is asked of it."""
    if path:
        assert send(editor, f"posts/999{path}").status_code == 404
        assert editor.get(f"/desk/posts/999{path}").status_code == 405
    else:
        assert editor.get("/desk/posts/999").status_code == 404
