"""A saved page becomes a post, dated, credited, and only once."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.test import override_settings

from stoppress.intake import errors
from stoppress.intake.importing import Imported, import_page, take_apart
from stoppress.posts import publishing, queries
from stoppress.posts.copy import Change
from stoppress.posts.models import Post
from stoppress.posts.views import PostView
from stoppress.wire import reading
from tests.builders import an_editor
from tests.intake.pages import (
    CAPTION,
    HEADLINE,
    LANGUAGES,
    PARAGRAPHS,
    article_html,
    json_ld,
    scraped,
)

pytestmark = pytest.mark.django_db

STORY = "ferry-pier"
DAY = "2002-03-07"
STAMP = "Last Updated: 06/09/2016"
PAGE = scraped(STAMP, HEADLINE, f"AP{CAPTION}").encode()
DATED = article_html(head=json_ld(datePublished="2024-03-07T09:30:00+01:00")).encode()


def post_of(imported: Imported) -> PostView:
    post = queries.any_post(imported.posted.post_id)
    assert post is not None
    return post


def test_a_page_becomes_an_article():
    """Headline, text, credit, caption, date and stamp are each in their place."""
    post = post_of(import_page(PAGE, story=STORY, published=DAY))
    assert (post["kind"], post["state"]) == ("article", "published")
    assert post["headline"] == HEADLINE
    assert post["plain"].split("\n") == PARAGRAPHS
    assert post["html"].count("<p>") == len(PARAGRAPHS)
    assert post["photo"] is not None
    assert (post["photo"]["credit"], post["photo"]["caption"]) == ("AP", CAPTION)
    assert post["source"] is not None
    assert post["source"]["stamp"] == STAMP
    assert (post["published_at"][:10], post["published_on"]) == (DAY, True)


def test_a_published_page_is_on_the_wire():
    """Its story is opened and the post follows; the answer names the wire's number."""
    imported = import_page(PAGE, story=STORY, published=DAY)
    kinds = [entry.kind for entry in reading.after(0)]
    assert kinds == ["story.opened", "post.published"]
    assert imported.posted.seq == reading.head()
    assert imported.posted.url.endswith(f"/posts/{imported.posted.post_id}")


def test_a_page_without_a_date_becomes_a_draft():
    """No date is made up: readers see nothing, and the editor is told why."""
    imported = import_page(PAGE, story=STORY)
    assert imported.posted.seq is None
    assert post_of(imported)["state"] == "draft"
    assert post_of(imported)["published_at"] == ""
    assert imported.notes[1].startswith("The page has no publication date")
    assert "was imported as a draft" in imported.notes[1]
    assert (
        f"Its stamp “{STAMP}” was kept as such, not taken for the date."
        in imported.notes
    )


def test_a_date_that_is_shown_is_a_hint():
    """A date for people does not date the post, but the editor is told how to use it."""
    page = scraped(HEADLINE, "Published: 7 March 2002").encode()
    imported = import_page(page, story=STORY)
    assert imported.posted.seq is None
    assert "“Published: 7 March 2002”" in imported.notes[2]
    assert "--published 2002-03-07" in imported.notes[2]


def test_a_draft_is_published_when_its_date_is_given():
    """The second import of an undated page, with its date, publishes the draft."""
    draft = import_page(PAGE, story=STORY).posted.post_id
    publishing.amend(draft, Change(headline="The pier will be rebuilt"))
    imported = import_page(PAGE, story=STORY, published=DAY)
    assert imported.posted.post_id == draft
    assert imported.posted.seq == reading.head()
    post = post_of(imported)
    assert (post["state"], post["published_at"][:10]) == ("published", DAY)
    assert post["headline"] == "The pier will be rebuilt"
    assert "as it stands at the desk" in imported.notes[0]


def test_a_page_that_says_its_date_is_published_under_it():
    """A date for machines dates the post, and the editor is told where it stood."""
    imported = import_page(DATED, story=STORY)
    post = post_of(imported)
    assert (post["published_at"], post["published_on"]) == (
        "2024-03-07T08:30:00.000Z",
        False,
    )
    assert (
        "Dated 2024-03-07, as the page says (JSON-LD datePublished)." in imported.notes
    )


def test_an_editors_date_wins_over_the_pages():
    """The date that is given is taken, and a page that says another is quoted."""
    imported = import_page(DATED, story=STORY, published=DAY)
    assert post_of(imported)["published_at"][:10] == DAY
    assert "The page itself says 2024-03-07 (JSON-LD datePublished)." in imported.notes


def test_a_day_is_the_newsrooms_day():
    """A day given in a newsroom far to the east is that day there."""
    with override_settings(TIME_ZONE="Pacific/Auckland"):
        post = post_of(import_page(PAGE, story=STORY, published=DAY))
    assert post["published_at"] == "2002-03-06T23:00:00.000Z"


def test_a_draft_can_be_asked_for():
    """A dated page is kept as a draft where the editor wants to look first."""
    imported = import_page(DATED, story=STORY, draft=True)
    assert imported.posted.seq is None
    assert post_of(imported)["published_at"] == "2024-03-07T08:30:00.000Z"


def test_the_same_page_may_be_in_two_stories():
    """An article may belong to two stories; in each it is once."""
    one = import_page(PAGE, story=STORY, published=DAY)
    other = import_page(PAGE, story="winter-storms", published=DAY)
    assert one.posted.post_id != other.posted.post_id


def test_a_story_that_is_not_there_is_opened():
    """A new slug opens a story with a title made of it, and the editor is told."""
    imported = import_page(PAGE, story="russia-belarus-union", published=DAY)
    story = queries.story("russia-belarus-union")
    assert story is not None
    assert story["title"] == "Russia Belarus Union"
    assert "A new story was opened, “Russia Belarus Union”." in imported.notes


def test_the_editor_is_the_posts_author():
    """Who imports a page is written down with its revision."""
    imported = import_page(PAGE, story=STORY, published=DAY, editor=an_editor("ada"))
    post = Post.objects.get(pk=imported.posted.post_id)
    assert post.revisions.get().by == "ada"


def test_a_path_and_standard_input_are_read(tmp_path, monkeypatch):
    """A page comes from a path, or from standard input for a hyphen."""
    path = tmp_path / "page.txt"
    path.write_bytes(PAGE)
    by_path = import_page(path, story=STORY, published=DAY)
    pipe = SimpleNamespace(buffer=io.BytesIO(PAGE))
    monkeypatch.setattr("sys.stdin", pipe)
    by_pipe = import_page("-", story="winter-storms", published=DAY)
    assert post_of(by_path)["plain"] == post_of(by_pipe)["plain"]
    with pytest.raises(errors.AlreadyImportedError, match=r"page\.txt has already"):
        import_page(str(path), story=STORY, published=DAY)


def test_signs_of_markdown_in_a_page_are_drawn_as_they_are():
    """A page's own stars and brackets reach the reader as stars and brackets."""
    line = "The vote was 12*3 [sic] to 4_5, <b>not</b> # 9 &amp; more, said the clerk."
    page = scraped(HEADLINE, body=[line, PARAGRAPHS[0]]).encode()
    post = post_of(import_page(page, story=STORY, published=DAY))
    assert post["plain"].split("\n")[0] == line


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251", "koi8-r"]
)
def test_a_russian_page_comes_in_whatever_its_encoding(encoding):
    """One page in five encodings is one page."""
    headline, *body = LANGUAGES["RUSSIAN_PAGE"].split("|")
    page = take_apart("\n\n".join([headline, *body]).encode(encoding), "page.txt")
    assert (page.headline, page.paragraphs) == (headline, body)


def test_what_encoding_was_guessed_is_noted():
    """A guess at the letters is said to the editor."""
    headline, *body = LANGUAGES["RUSSIAN_PAGE"].split("|")
    data = "\n\n".join([headline, *body]).encode("cp1251")
    imported = import_page(data, story=STORY, published=DAY)
    assert any("were read as WINDOWS-1251" in note for note in imported.notes)


def test_a_headline_is_found_in_text_and_html_alike():
    """The same article saved as text and as HTML is known to be the same."""
    as_text = take_apart(scraped(HEADLINE).encode(), "page.txt")
    as_html = take_apart(article_html().encode(), "page.html")
    assert as_text.digest == as_html.digest


def test_the_date_is_judged_by_the_newsrooms_clock(time_machine):
    """A page that is dated after the newsroom's now is not believed."""
    time_machine.move_to(datetime(2024, 3, 1, tzinfo=UTC))
    assert import_page(DATED, story=STORY).posted.seq is None
    with pytest.raises(errors.FutureDateError):
        import_page(DATED, story=STORY, published="2024-03-07")
