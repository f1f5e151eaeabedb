"""Posting to a story: updates, articles, photos, drafts."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from stoppress.lib.clock import now
from stoppress.posts import queries, stories
from stoppress.push.models import Follow, Follower
from stoppress.wire import reading
from tests.desk.steps import newest, page, send, since, words

PATH = "stories/harbour-vote/posts"
LONG = "Words that took an hour.\n\nAnd a second paragraph with <b>signs</b> & more."


def a_picture() -> SimpleUploadedFile:
    """A small photograph as a camera would hand it over."""
    data = io.BytesIO()
    Image.effect_noise((64, 48), 90).convert("RGB").save(data, "JPEG")
    return SimpleUploadedFile("harbour.jpg", data.getvalue(), "image/jpeg")


def followed(*topics: str) -> None:
    """A browser that follows these topics."""
    follower = Follower.objects.create(
        address=f"{Follower.objects.count():064}",
        sealed=b"",
        service="https://push.example",
        since=now(),
        seen_at=now(),
    )
    for topic in topics:
        Follow.objects.create(follower=follower, topic=topic, since=now())


def test_an_update_is_on_the_wire(editor: Client, story: str) -> None:
    """What was typed is published at once, as one entry, in the editor's name."""
    head = reading.head()
    answer = send(editor, PATH, text="Turnout is *41* per cent.", key_event="on")
    assert answer.status_code == 303
    assert since(head) == 1
    entry = newest()
    assert entry.kind == "post.published"
    assert entry.payload["push"] is False
    post = entry.payload["post"]
    assert post["kind"] == "update"
    assert post["key_event"] is True
    assert post["html"] == "<p>Turnout is <em>41</em> per cent.</p>"
    said = editor.get(answer["Location"])
    assert "Published." in words(said)
    assert f'href="/posts/{post["id"]}"' in words(said)


def test_followers_are_told_when_asked(editor: Client, story: str) -> None:
    """The box ticked, the entry asks for a broadcast, and the desk says so."""
    answer = send(editor, PATH, text="Counted.", push="on")
    assert newest().payload["push"] is True
    assert "being told" in words(editor.get(answer["Location"]))


def test_an_article(editor: Client, story: str) -> None:
    """An article has its headline and its kind."""
    send(editor, PATH, kind="article", headline=" Northgate\n votes ", text=LONG)
    post = newest().payload["post"]
    assert (post["kind"], post["headline"]) == ("article", "Northgate votes")


def test_the_composer_is_the_first_thing(editor: Client, story: str) -> None:
    """A story's page opens with the cursor in the update, the first field there is, and
    nobody is told of it by default."""
    seen = page(editor.get(f"/desk/stories/{story}"))
    visible = [control for control in seen.controls if control.get("type") != "hidden"]
    assert visible[0]["id"] == "update-text"
    assert "autofocus" in visible[0]
    assert not any("checked" in control for control in visible)


@pytest.mark.parametrize(
    ("follows", "sentence"),
    [
        ([], "Nobody follows this story yet"),
        ([["/stories/other"]], "Nobody follows this story yet"),
        ([["*"]], "One follower gets"),
        (
            [["*", "/stories/harbour-vote"], ["/stories/harbour-vote"]],
            "2 followers get",
        ),
    ],
)
def test_how_many_would_be_told(
    editor: Client, story: str, follows: list[list[str]], sentence: str
) -> None:
    """Beside the box stands how many would be told, each follower counted once."""
    for topics in follows:
        followed(*topics)
    assert sentence in words(editor.get(f"/desk/stories/{story}"))


def test_the_warning_stays_on_a_refused_form(editor: Client, story: str) -> None:
    """A form that comes back with errors still says how many would be told."""
    followed("*")
    seen = words(send(editor, PATH, kind="article", text=LONG, push="on"))
    assert seen.count("One follower gets") == 2


def test_an_article_without_headline_keeps_its_text(editor: Client, story: str) -> None:
    """What is missing is said beside its field; what was typed stands where it was."""
    head = reading.head()
    answer = send(
        editor, PATH, kind="article", text=LONG, caption="A quay", key_event="on"
    )
    assert answer.status_code == 422
    seen = page(answer)
    assert seen.values["article-text"] == LONG
    assert seen.values["article-caption"] == "A quay"
    assert any(
        c.get("id") == "article-key_event" and "checked" in c for c in seen.controls
    )
    [field] = [c for c in seen.controls if c.get("id") == "article-headline"]
    assert field["aria-invalid"] == "true"
    assert field["aria-describedby"] == "article-headline_error"
    assert "article-headline_error" in seen.ids
    assert "An article needs a headline." in words(answer)
    assert reading.head() == head


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "An update needs a text."),
        ("   \n ", "An update needs a text."),
        ("---", "no words that a reader would see"),
        ("x" * 200_001, "200,000 fit"),
    ],
)
def test_an_update_with_nothing_to_read(
    editor: Client, story: str, text: str, why: str
) -> None:
    """A text that cannot be posted is refused with the reason, and still there."""
    head = reading.head()
    answer = send(editor, PATH, text=text, headline="Kept")
    assert answer.status_code == 422
    assert why in words(answer)
    assert page(answer).values["update-text"].strip() == text.strip()
    assert page(answer).values["update-headline"] == "Kept"
    assert reading.head() == head


def test_an_overlong_headline(editor: Client, story: str) -> None:
    """A headline's bound is the newsroom's own, said beside it."""
    answer = send(editor, PATH, text="T", headline="h" * 251)
    assert "The headline has 251 characters; 250 fit." in words(answer)
    assert page(answer).values["update-headline"] == "h" * 251


def test_a_story_closed_meanwhile_keeps_the_text(editor: Client, story: str) -> None:
    """The story was closed while the update was being written: it is shown with the
    reason, not lost."""
    stories.close_story(story)
    answer = send(editor, PATH, text=LONG)
    assert answer.status_code == 409
    assert "is closed. Open it again" in words(answer)
    assert page(answer).values["update-text"] == LONG


def test_a_photo_with_its_words(editor: Client, story: str) -> None:
    """Picture, credit, caption and alternative text arrive as four things."""
    said = {
        "credit": "Mara Quill",
        "caption": "The ferry office",
        "alt": "A white house",
    }
    answer = send(editor, PATH, text="Seen today.", image=a_picture(), **said)
    assert answer.status_code == 303
    photo = newest().payload["post"]["photo"]
    assert {name: photo[name] for name in said} == said
    assert (photo["width"], photo["height"]) == (64, 48)
    assert photo["url"].startswith("/photos/")


@pytest.mark.parametrize("kind", ["update", "article"])
def test_a_photo_without_alternative_text(
    editor: Client, story: str, kind: str
) -> None:
    """A picture that some could not see is asked for its words, and to be chosen again."""
    head = reading.head()
    answer = send(editor, PATH, kind=kind, headline="H", text=LONG, image=a_picture())
    assert answer.status_code == 422
    seen = page(answer)
    assert f"{kind}-alt_error" in seen.ids
    assert "Choose the picture again" in words(answer)
    assert seen.values[f"{kind}-text"] == LONG
    assert reading.head() == head


def test_words_about_no_photo(editor: Client, story: str) -> None:
    """A caption without its picture is a picture forgotten."""
    answer = send(editor, PATH, text="T", caption="The ferry office")
    assert answer.status_code == 422
    assert "update-image_error" in page(answer).ids


def test_what_is_no_picture(editor: Client, story: str) -> None:
    """A file that no browser can show is refused beside its field, nothing is posted."""
    head = reading.head()
    file = SimpleUploadedFile("harbour.jpg", b"<svg onload=alert(1)>", "image/jpeg")
    answer = send(editor, PATH, text=LONG, image=file, alt="A house")
    assert answer.status_code == 422
    seen = page(answer)
    assert "update-image_error" in seen.ids
    assert "not a JPEG, PNG, WebP or GIF" in words(answer)
    assert seen.values["update-text"] == LONG
    assert reading.head() == head


def test_a_draft_is_nobodys_news(editor: Client, story: str) -> None:
    """A draft leads to its own page and is listed, and the wire is as it was."""
    head = reading.head()
    answer = send(editor, PATH, text="Not yet.", draft="yes", push="on")
    assert reading.head() == head
    seen = editor.get(answer["Location"])
    assert "Readers do not see it." in words(seen)
    assert "Not yet." in words(editor.get(f"/desk/stories/{story}"))
    assert "Not yet." in words(editor.get("/desk/"))


def test_a_story_that_is_not_there(editor: Client, db: None) -> None:
    """A story nobody opened cannot be looked at nor written to."""
    assert editor.get("/desk/stories/nowhere").status_code == 404
    assert send(editor, "stories/nowhere/posts", text="x").status_code == 404


def test_a_long_story_in_pages(editor: Client, story: str) -> None:
    """Every post of a long story can be reached from its page, each once."""
    made = []
    for number in range(45):
        send(editor, PATH, text=f"Box {number} is open.")
        made.append(newest().payload["post"]["id"])
    first = words(editor.get(f"/desk/stories/{story}"))
    assert f"?before={made[5]}" in first
    rest = words(editor.get(f"/desk/stories/{story}", {"before": made[5]}))
    found = [
        [f'"/desk/posts/{post}"' in seen for seen in (first, rest)] for post in made
    ]
    assert found == [[False, True]] * 5 + [[True, False]] * 40
    assert len(queries.of_story(story)) == 45


@pytest.mark.parametrize("before", ["x", "-1", "9" * 400, "٣"])
def test_a_nonsense_page_is_no_accident(
    editor: Client, story: str, before: str
) -> None:
    """A cursor that no page of ours hands out is answered with a page."""
    assert editor.get(f"/desk/stories/{story}", {"before": before}).status_code == 200
