"""The one drawing of a post, for each kind of post there is."""

from __future__ import annotations

from typing import Any

import pytest
from django.template.loader import render_to_string

from stoppress.posts.drawing import draw
from tests.pages.builders import (
    a_corrected_post,
    a_photo,
    a_post,
    a_retracted_post,
    an_article,
)
from tests.pages.reading import only, parsed, words


def drawn(post: Any) -> Any:
    return parsed(draw(post))


def test_an_update_is_an_article_element_that_knows_its_numbers():
    """The page's script finds a post by its id and knows how new the drawing is."""
    article = drawn(a_post(id=7, seq=12))
    assert (article.tag, article.get("id")) == ("article", "post-7")
    assert (article.get("data-post"), article.get("data-seq")) == ("7", "12")
    assert article.get("data-story") == "/stories/harbour-vote"


def test_an_update_without_headline_is_named_by_its_time():
    """Who listens to the page can go from heading to heading through bare updates."""
    article = drawn(a_post())
    heading = only(article, ".//h2")
    assert words(heading) == "13:40 UTC 24 November 2026"
    assert article.get("aria-labelledby") == heading.get("id")


def test_the_time_leads_to_the_permanent_address():
    """A post's address is found on its time."""
    assert only(drawn(a_post(id=9)), ".//a[@data-permalink]").get("href") == "/posts/9"


def test_an_article_has_headline_body_and_a_way_to_the_whole():
    """An article in a column says where the rest of it is."""
    article = drawn(an_article(id=3))
    assert words(only(article, ".//h2")) == "Northgate votes on its harbour"
    assert len(article.xpath(".//div[contains(@class, 'prose')]/p")) == 5
    assert only(article, ".//p[@class='post-more']/a").get("href") == "/posts/3"


def test_a_heading_can_be_the_pages_own():
    """On a post's page its headline is the h1; nothing else changes."""
    text = render_to_string("posts/post.html", {"post": an_article(), "level": 1})
    assert words(only(parsed(text), ".//h1")) == "Northgate votes on its harbour"
    assert text.replace("h1", "h2").strip() == draw(an_article())


@pytest.mark.parametrize(("level", "within"), [(1, "h2"), (2, "h3"), (3, "h4")])
def test_headings_within_a_text_go_beneath_its_headline(level, within):
    """Wherever a post stands, no step of the page's outline is left out."""
    post = an_article(html="<h3>For sale</h3><p>&lt;h3&gt;</p>", plain="For sale")
    text = render_to_string("posts/post.html", {"post": post, "level": level})
    assert words(only(parsed(text), f".//{within}[not(@id)]")) == "For sale"
    assert "<p>&lt;h3&gt;</p>" in text


def test_a_correction_says_when_and_what():
    """A corrected post is marked and carries the correction with its time."""
    article = drawn(a_corrected_post())
    notice = only(article, ".//div[@class='notice']")
    assert words(notice) == (
        "Correction, 24 November 2026, 14:02 UTC: "
        "Turnout at noon was 41 per cent. We wrote 51 per cent."
    )
    assert words(only(article, ".//p[@class='mark mark--corrected']")) == "Corrected"


def test_a_retracted_post_keeps_its_place_and_loses_its_words():
    """A retracted post says that it is, when and why, and shows no body."""
    article = drawn(a_retracted_post())
    assert words(only(article, ".//h2")) == "Retracted"
    assert words(only(article, ".//div[@class='notice']")) == (
        "This post was retracted on 24 November 2026, 14:30 UTC. "
        "The statement we quoted was not made by the harbour master."
    )
    assert not article.xpath(".//div[contains(@class, 'post-body')]")


def test_a_retracted_post_shows_no_words_even_when_it_is_handed_them():
    """What was taken back is not shown by a view that still carries it."""
    text = draw(
        a_retracted_post(headline="A false claim", html="<p>False.</p>", plain="False.")
    )
    assert "False" not in text
    assert "false claim" not in text


def test_a_retracted_post_still_shows_what_was_corrected_before():
    """A correction does not vanish when the post is retracted after it."""
    before = a_corrected_post()["corrections"]
    assert (
        len(
            drawn(a_retracted_post(corrections=before)).xpath(".//div[@class='notice']")
        )
        == 2
    )


def test_a_key_event_is_marked():
    """A key event is one for eyes, for ears and for scripts."""
    article = drawn(a_post(key_event=True))
    assert words(only(article, ".//p[@class='mark mark--key']")) == "Key event"
    assert article.get("data-key") is not None


def test_a_pinned_post_is_marked():
    """A pinned post says that it is, or its place among newer ones is a riddle."""
    assert (
        words(only(drawn(a_post(pinned=True)), ".//p[@class='mark mark--pinned']"))
        == "Pinned"
    )


def test_a_photo_keeps_credit_caption_and_alternative_text_apart():
    """Three things that are said of a photo stand in three places."""
    article = drawn(an_article(photo=a_photo()))
    image = only(article, ".//figure/img")
    assert (
        image.get("alt") == "A low white building on a quay, with a queue at its door"
    )
    assert (image.get("width"), image.get("height")) == ("1200", "800")
    assert words(only(article, ".//span[@class='photo-caption']")).startswith(
        "The ferry office"
    )
    assert (
        words(only(article, ".//span[@class='photo-credit']"))
        == "Photo: Mara Quill/Northgate Post"
    )


def test_what_is_joined_for_the_ear_is_joined_well():
    """Whoever hears or copies a caption or a link gets whole words, and no stray space
    before a mark."""
    article = drawn(an_article(photo=a_photo(caption="The bridge", credit="X/AP")))
    assert words(only(article, ".//figcaption")) == "The bridge Photo: X/AP"
    more = words(only(article, ".//p[@class='post-more']/a"))
    assert more == "Read the whole article “Northgate votes on its harbour”"


def test_a_photo_without_its_file_is_words_and_no_broken_image():
    """Where only caption and credit are known, they are shown without an image."""
    article = drawn(an_article(photo=a_photo(url="", width=0, height=0)))
    assert not article.xpath(".//img")
    assert "The ferry office" in words(only(article, ".//figure"))
    assert "Mara Quill" in words(only(article, ".//figure"))


def test_a_day_without_a_clock_shows_no_clock():
    """Where only the day of the news is known, no time of day is made up."""
    old = an_article(published_on=True, published_at="2006-01-25T00:00:00.000Z")
    time = only(drawn(old), ".//p[@class='post-when']//time")
    assert (time.get("datetime"), words(time)) == ("2006-01-25", "25 January 2006")


def test_an_imported_post_tells_its_dates_apart():
    """The date of the news, its arrival here and the source's stamp are three things."""
    article = drawn(
        an_article(
            published_on=True,
            published_at="2006-01-25T00:00:00.000Z",
            source={"name": "", "stamp": "Last Updated: 07/27/2016", "url": ""},
        )
    )
    dates = {row.get("data-date"): words(row) for row in article.xpath(".//dl/div")}
    assert dates["published"] == "Published 25 January 2006"
    assert dates["added"] == "Added here 24 November 2026, 13:40 UTC"
    assert "updated" not in dates
    assert (
        dates["stamp"] == "The source page carried the stamp “Last Updated: 07/27/2016”"
    )


@pytest.mark.parametrize(
    "post",
    [
        a_post(),
        a_post(nature="edit", revision=2, version=2),
        a_post(state="draft", published_at="", posted_at="", changed_at="", seq=0),
    ],
)
def test_a_post_that_was_not_updated_does_not_say_that_it_was(post):
    """Neither as it came, nor after a slip of the pen, nor before it is published."""
    assert not drawn(post).xpath(".//div[@data-date='updated']")


@pytest.mark.parametrize(
    "post",
    [
        a_post(changed_at="2026-11-24T14:02:00.000Z", nature="update"),
        a_corrected_post(),
        a_retracted_post(changed_at="2026-11-24T14:02:00.000Z"),
    ],
)
def test_after_a_change_readers_see_when_it_was(post):
    """An update, a correction and a retraction each move the time that a post says."""
    row = only(drawn(post), ".//div[@data-date='updated']")
    assert words(row) == "Last updated 24 November 2026, 14:02 UTC"
    assert row.attrib.keys() == ["data-date"]  # seen in a column and on its own page


def test_a_post_of_the_day_is_not_said_to_have_come_late():
    """A post that came with its news has no date of arrival of its own."""
    assert not drawn(a_post()).xpath(".//div[@data-date='added']")


@pytest.mark.parametrize(
    ("nature", "said"),
    [
        ("edit", "Version 2, edited"),
        ("update", "Version 2, updated"),
        ("correction", "Version 2, corrected"),
    ],
)
def test_a_changed_post_says_which_version_it_is(nature, said):
    """A reader can tell that the words are not the first ones, and why."""
    article = drawn(a_post(revision=4, version=2, nature=nature))
    assert words(only(article, ".//div[@data-date='version']")) == said


@pytest.mark.parametrize(
    "place",
    [
        "headline",
        "credit",
        "caption",
        "alt",
        "note",
        "reason",
        "stamp",
        "name",
        "title",
    ],
)
def test_hostile_words_stay_words(place):
    """Nothing that an editor, a source or a wire typed becomes markup."""
    bad = "<img src=x onerror=alert(1)>\"'"
    post = an_article(
        headline=bad if place == "headline" else "A headline",
        photo=a_photo(
            **({place: bad} if place in {"credit", "caption", "alt"} else {})
        ),
        corrections=[
            {
                "at": "2026-11-24T14:02:00.000Z",
                "note": bad if place == "note" else "x",
                "revision": 2,
            }
        ],
        source={
            "stamp": bad if place == "stamp" else "s",
            "name": bad if place == "name" else "",
            "url": "",
        },
    )
    if place == "reason":
        post = a_retracted_post(
            retraction={"at": "2026-11-24T14:30:00.000Z", "reason": bad}
        )
    if place == "title":
        post["story"]["title"] = bad
    article = drawn(post)
    assert not article.xpath(".//*[@onerror]")
    assert all(
        image.get("src") == "/photos/harbour.jpg" for image in article.xpath(".//img")
    )


def test_a_draft_can_be_drawn_for_its_editor():
    """A post that was never published has no dates yet and is drawn without them."""
    draft = a_post(state="draft", published_at="", posted_at="", changed_at="", seq=0)
    assert words(only(drawn(draft), ".//h2")) == "Not published yet"
