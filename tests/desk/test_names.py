"""People in the news at the desk: found, made, renamed, deleted; named by posts."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from stoppress.desk import names
from stoppress.posts import people, people_queries, publishing, queries
from stoppress.posts.copy import Copy
from stoppress.wire import reading
from tests.builders import a_picture
from tests.desk.steps import newest, page, send, since, words


@pytest.fixture
def ann(db: None) -> str:
    people.make_person("Ann Moor", about="Mayor of Northgate")
    return "ann-moor"


def named_by(post_id: int) -> list[str]:
    found = queries.any_post(post_id)
    assert found is not None
    return [one["name"] for one in found["people"]]


def last_post(story: str) -> Any:
    return queries.latest_of(story, limit=1)[0]


def test_somebody_is_made(editor: Client) -> None:
    """A name is enough: the address is made from it, and the wire hears of it."""
    head = reading.head()
    answer = send(editor, "names", person="Ann Moor", about="Mayor", shown="on")
    assert answer["Location"] == "/desk/names?said=person-made"
    assert (since(head), newest().kind) == (1, "person.made")
    seen = words(editor.get(answer["Location"]))
    assert "They have a page." in seen
    assert 'href="/desk/names/ann-moor"' in seen


@pytest.mark.parametrize(
    ("fields", "field", "why"),
    [
        ({"person": ""}, "person", "A person needs a name."),
        ({"person": "n" * 101}, "person", "at most 100 characters"),
        ({"person": "1917"}, "person", "there is no letter in it"),
        ({"person": "Лука"}, "slug", "No address can be made"),
        ({"person": "A", "about": "a" * 201}, "about", "200 fit"),
        ({"person": "Ann", "slug": "Ann Moor"}, "slug", "cannot be a person"),
    ],
)
def test_who_cannot_be_made(
    editor: Client, ann: str, fields: dict[str, str], field: str, why: str
) -> None:
    """What is wrong is said beside its field, and what was typed is still there."""
    head = reading.head()
    answer = send(editor, "names", **fields)
    assert answer.status_code == 422
    assert f"new-{field}_error" in page(answer).ids
    assert why in words(answer)
    assert page(answer).values["new-person"] == fields["person"]
    assert reading.head() == head


def test_somebody_is_found_and_listed_page_by_page(
    editor: Client, ann: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a part of the name, whatever its accents; the list goes on."""
    monkeypatch.setattr(names, "SHOWN", 1)
    people.make_person("Zoë Moor")
    first = words(editor.get("/desk/names?q=MOOR"))
    assert "Ann Moor" in first
    assert "Zoë" not in first
    assert 'href="/desk/names?q=MOOR&amp;after=ann-moor"' in first
    assert "Zoë Moor" in words(editor.get("/desk/names?q=MOOR&after=ann-moor"))
    assert "Zoë Moor" in words(editor.get("/desk/names?q=zoe"))
    assert "Nobody is called so." in words(editor.get("/desk/names?q=xyz"))


def test_somebody_has_another_name(editor: Client, ann: str, story: str) -> None:
    """Changed for readers; the same again is refused, and what was typed stays."""
    publishing.publish(Copy(story, "She won.", people=(ann,)))
    answer = send(editor, "names/ann-moor/words", person="Dame Ann", about="Mayor")
    assert answer["Location"] == "/desk/names?said=person-changed"
    seen = words(editor.get("/desk/names/ann-moor"))
    assert "Dame Ann" in seen
    assert "She won." in seen
    assert "Delete this page" not in seen
    again = send(editor, "names/ann-moor/words", person="Dame Ann", about="Mayor")
    assert again.status_code == 409
    assert "entered so already" in words(again)


def test_somebody_is_deleted(editor: Client, ann: str, story: str) -> None:
    """Not while a draft names them; after that, and a second press does no harm."""
    draft = publishing.save_draft(Copy(story, "Boxes.", people=(ann,))).post_id
    refused = send(editor, "names/ann-moor/deletion")
    assert refused.status_code == 409
    assert "Only drafts name Ann Moor" in words(refused)
    publishing.discard(draft)
    assert "Delete this page" in words(editor.get("/desk/names/ann-moor"))
    for _ in range(2):
        answer = send(editor, "names/ann-moor/deletion", form="a" * 16)
        assert answer["Location"] == "/desk/names?said=person-deleted"
    assert people_queries.person(ann) is None


def test_a_post_names_people(editor: Client, ann: str, story: str) -> None:
    """Names in a line, in whatever case, the new ones with the box ticked."""
    answer = send(
        editor,
        f"stories/{story}/posts",
        text="They won.",
        people=" ann moor,  Bo Ek ,",
        new_people="on",
    )
    assert answer.status_code == 303
    assert named_by(last_post(story)["id"]) == ["Ann Moor", "Bo Ek"]


def test_a_name_that_is_not_known_is_asked_about(
    editor: Client, ann: str, story: str
) -> None:
    """Nothing is posted; the error stands at the names, with who may be meant; what was
    written is there, and the part with the names is open."""
    head = reading.head()
    answer = send(editor, f"stories/{story}/posts", text="They won.", people="Ann More")
    assert answer.status_code == 422
    seen = words(answer)
    assert "Did you mean &#x27;Ann Moor&#x27;?" in seen
    assert "If somebody new is meant, say so." in seen
    assert "update-people_error" in page(answer).ids
    assert page(answer).values["update-people"] == "Ann More"
    assert page(answer).values["update-text"].strip() == "They won."
    assert reading.head() == head


def test_a_draft_is_published_with_whom_it_names(
    editor: Client, reporter: Client, ann: str, story: str
) -> None:
    """A reporter names them, an editor sees them in the form and publishes."""
    send(
        reporter, f"stories/{story}/posts", text="Boxes.", people="Ann Moor", draft="y"
    )
    [draft] = queries.drafts()
    form = page(editor.get(f"/desk/posts/{draft['id']}"))
    assert form.values["words-people"] == "Ann Moor"
    send(
        editor,
        f"posts/{draft['id']}/publication",
        text="Boxes.",
        people="Ann Moor",
        seen="1",
    )
    assert newest().topics[-1] == "/people/ann-moor"


def test_who_was_named_wrongly_is_put_right(
    editor: Client, ann: str, story: str
) -> None:
    """A correction of the names alone; what was left as it was is no change."""
    people.make_person("Ann Moor", slug="ann-moor-2", about="Skipper")
    post = publishing.publish(Copy(story, "She won.", people=(ann,))).post_id
    form = page(editor.get(f"/desk/posts/{post}")).values
    assert form["words-people"] == form["initial-words-people"] == "ann-moor"
    same = {
        "text": "She won.",
        "people": "ann-moor",
        "initial-people": "ann-moor",
        "seen": "1",
        "note": "Not she.",
    }
    unchanged = send(editor, f"posts/{post}/correction", **same)
    assert unchanged.status_code == 409
    several = send(
        editor, f"posts/{post}/correction", **{**same, "people": "ann-moor, Ann Moor"}
    )
    assert several.status_code == 422
    assert "ann-moor-2 (Skipper)" in words(several)
    answer = send(
        editor, f"posts/{post}/correction", **{**same, "people": "ann-moor-2"}
    )
    assert answer.status_code == 303
    assert newest().topics[-2:] == ["/people/ann-moor-2", "/people/ann-moor"]


def test_the_desk_says_that_more_may_be_told(
    editor: Client, ann: str, story: str
) -> None:
    """Beside the box that tells followers, as soon as there is anybody to name."""
    assert "Whoever follows somebody whom it names" in words(
        editor.get(f"/desk/stories/{story}")
    )
    people.delete_person(ann)
    assert "Whoever follows somebody" not in words(editor.get(f"/desk/stories/{story}"))


def test_a_reporter_names_somebody_new_in_a_draft(
    reporter: Client, editor: Client, story: str
) -> None:
    """Readers hear nothing of the name: no entry, no page; the desk says so. Published
    by an editor, it is there."""
    head = reading.head()
    draft = {"text": "Boxes.", "people": "Bo Ek", "new_people": "on", "draft": "yes"}
    send(reporter, f"stories/{story}/posts", **draft)
    assert reading.head() == head
    assert Client().get("/people/bo-ek").status_code == 404
    assert "readers do not know of them" in words(reporter.get("/desk/names"))
    assert "until a post comes out" in words(reporter.get("/desk/names/bo-ek"))
    [kept] = queries.drafts()
    fields = {"text": "Boxes.", "people": "Bo Ek", "initial-people": "Bo Ek"}
    send(editor, f"posts/{kept['id']}/publication", **fields, seen="1")
    assert Client().get("/people/bo-ek").status_code == 200


def test_what_is_wrong_with_a_name_is_said_at_the_names(
    editor: Client, story: str
) -> None:
    """Also where a picture is chosen: each refusal stands at its own field."""
    for said, why in (("Лука", "No address can be made"), ("1917", "no letter in it")):
        picture = SimpleUploadedFile("boat.jpg", a_picture(), "image/jpeg")
        fields = {"text": "Boxes.", "people": said, "new_people": "on", "alt": "A boat"}
        answer = send(editor, f"stories/{story}/posts", **fields, image=picture)
        assert answer.status_code == 422
        assert "update-people_error" in page(answer).ids
        assert "update-image_error" not in page(answer).ids
        assert why in words(answer)
        assert "made first: at the desk" in words(answer)


def test_a_reporter_keeps_a_name_for_the_desk(reporter: Client, editor: Client) -> None:
    """A name of which no address can be made, or that is nearly another's: readers hear
    nothing of it until an editor, or a post, shows it."""
    head = reading.head()
    answer = send(reporter, "names", person="Лука", slug="luka")
    assert answer["Location"] == "/desk/names?said=person-kept"
    assert reading.head() == head
    assert "Readers can follow them now" in words(editor.get("/desk/names/luka"))
    send(editor, "names/luka/words", person="Лука", about="", shown="on")
    assert (since(head), newest().kind) == (1, "person.made")
    send(reporter, "names", person="Bo Ek")
    again = send(editor, "names", person="Bo Ek", slug="bo-ek", shown="on")
    assert again["Location"] == "/desk/names?said=person-made"
    assert people_queries.shown("bo-ek") is not None
    assert "Readers can follow them now" not in words(editor.get("/desk/names/luka"))


def test_a_namesake_is_made_with_an_address(editor: Client, ann: str) -> None:
    """The same name again is asked about, at the address; with one there are two."""
    again = send(editor, "names", person="ann moor")
    assert again.status_code == 409
    assert "new-slug_error" in page(again).ids
    assert "is here already (ann-moor, Mayor of Northgate)" in words(again)
    taken = send(editor, "names", person="Another", slug="ann-moor")
    assert taken.status_code == 409
    assert "new-slug_error" in page(taken).ids
    assert "Ann Moor has the address" in words(taken)
    answer = send(editor, "names", person="Ann Moor", slug="ann-moor-skipper")
    assert answer.status_code == 303
    assert len(people_queries.people(like="ann")) == 2
