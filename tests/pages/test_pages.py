"""Front, story, post: whole without JavaScript, honest about their times."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from stoppress.pages import views
from stoppress.posts import publishing, queries
from stoppress.posts.copy import Change, Copy
from stoppress.wire import reading
from tests.pages.reading import meta, only, parsed, words

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def ids(tree: Any) -> list[int]:
    return [
        int(article.get("data-post")) for article in tree.xpath("//article[@data-post]")
    ]


# --- the front page -------------------------------------------------------------------


def test_an_empty_newsroom_has_a_front_page(client, db):
    """Before the first post the front page says that nothing has been posted."""
    page = client.get("/")
    assert page.status_code == 200
    assert "Nothing has been posted yet" in page.content.decode()


def test_the_front_page_leads_with_the_story_that_changed_last(client, newsroom):
    """The story that moved last is large, the others follow."""
    newsroom.story("ferry", "The morning boat")
    with time_machine.travel(NOON, tick=False):
        newsroom.post(story="harbour")
    with time_machine.travel(NOON + timedelta(minutes=1), tick=False):
        newsroom.post(story="ferry")
    tree = parsed(client.get("/"))
    titles = [words(one) for one in tree.xpath("//section/header/h2")]
    assert titles == ["The morning boat", "Harbour vote"]
    lead = only(tree, "//section[contains(@class, 'front-story--lead')]")
    assert words(only(lead, ".//header/h2")) == "The morning boat"


def test_a_closed_story_does_not_lead_a_live_one(client, newsroom):
    """A story that is over makes way for one that goes on. Where it leads for want of a
    live one, it does not promise that updates come in."""
    newsroom.post()
    newsroom.story("ferry", "The morning boat")
    newsroom.post(story="ferry")
    newsroom.close("ferry")
    tree = parsed(client.get("/"))
    titles = [words(one) for one in tree.xpath("//section/header/h2")]
    assert titles == ["Harbour vote", "The morning boat"]
    assert words(only(tree, "//*[@data-standing='/stories/harbour']")) == "Live"
    assert tree.xpath("//*[@data-connection]")
    newsroom.close()
    tree = parsed(client.get("/"))
    assert not tree.xpath("//*[@data-connection]")


def test_the_front_page_shows_the_latest_posts_of_a_story(client, newsroom):
    """A few posts of each story stand on the front page, the newest first."""
    posts = [newsroom.post(f"Update {number}") for number in range(8)]
    assert ids(parsed(client.get("/"))) == posts[::-1][: views.LEAD_POSTS]


def test_the_front_page_follows_every_story(client, newsroom):
    """The front page's button and stream are about all stories."""
    tree = parsed(client.get("/"))
    assert only(tree, "//button[@data-follow]").get("data-follow") == "*"
    assert meta(tree, "stoppress-topic") == "/stories/{slug}"


# --- a story --------------------------------------------------------------------------


def test_a_story_shows_its_posts_newest_first_and_pinned_ones_before_all(
    client, newsroom
):
    """The column is in the order of the news; what is pinned stands on top."""
    first, second, third = (newsroom.post(f"Update {n}") for n in range(3))
    newsroom.pin(first)
    assert ids(parsed(client.get("/stories/harbour"))) == [first, third, second]


def test_a_story_says_at_which_number_of_the_wire_it_was_made(client, newsroom):
    """The page's stream starts where the page ends."""
    newsroom.post()
    tree = parsed(client.get("/stories/harbour"))
    assert int(meta(tree, "stoppress-seq")) == reading.head()
    assert meta(tree, "stoppress-topic") == "/stories/harbour"


def test_what_comes_while_a_page_is_made_is_not_lost(client, newsroom, monkeypatch):
    """The wire's head is read before the posts, so the stream repeats rather than omits."""
    of_story = queries.of_story
    monkeypatch.setattr(
        queries,
        "of_story",
        lambda *a, **k: (newsroom.post("In between"), of_story(*a, **k))[1],
    )
    tree = parsed(client.get("/stories/harbour"))
    seq = int(meta(tree, "stoppress-seq"))
    assert int(only(tree, "//article").get("data-seq")) > seq


def test_a_long_story_goes_on_behind_a_plain_link(client, newsroom, monkeypatch):
    """Every post of a long story can be reached by links alone, each once."""
    monkeypatch.setattr(views, "COLUMN_POSTS", 3)
    posts = [newsroom.post(f"Update {number}") for number in range(8)]
    address: str | None = "/stories/harbour"
    seen: list[int] = []
    while address:
        tree = parsed(client.get(address))
        seen += ids(tree)
        address = next(iter(tree.xpath("//a[@data-older]/@href")), None)
    assert seen == posts[::-1]


def test_an_earlier_page_leads_back_to_the_latest(client, newsroom):
    """Who came in by a link to an earlier page finds the newest posts."""
    newsroom.post()
    tree = parsed(client.get(f"/stories/harbour?before={newsroom.post()}"))
    assert only(tree, "//p[@class='newer']/a").get("href") == "/stories/harbour"


@pytest.mark.parametrize("before", ["x", "", "-1", "\uff11", "9" * 30])
def test_a_cursor_that_is_no_number_is_not_found(client, newsroom, before):
    """A broken link to earlier posts is a page that is not there, not a crash."""
    assert client.get("/stories/harbour", {"before": before}).status_code == 404


def test_a_place_that_no_post_holds_is_not_found(client, newsroom):
    """Behind a post of another story, or one that is not there, there is no page: nobody
    can make addresses without end for the same nothing."""
    newsroom.post()
    newsroom.story("ferry", "The morning boat")
    for before in (newsroom.post(story="ferry"), 10**9):
        assert client.get(f"/stories/harbour?before={before}").status_code == 404


def test_last_updated_is_the_last_change_of_the_story(client, newsroom):
    """A correction moves the story's time, on its older pages too."""
    with time_machine.travel(NOON, tick=False):
        newsroom.post("Doors open.")
        post = newsroom.post("Turnout is 51 per cent.")
    with time_machine.travel(NOON + timedelta(hours=2), tick=False):
        newsroom.correct(
            post, "Turnout is 41 per cent.", "We wrote 51 per cent; it is 41."
        )
    for address in ("/stories/harbour", f"/stories/harbour?before={post}"):
        told = only(parsed(client.get(address)), "//*[@data-last-updated]")
        assert words(told) == "24 November 2026, 14:00 UTC"


def test_the_rail_lists_key_events_and_corrections(client, newsroom):
    """What mattered and what was wrong can be found without reading all."""
    key = newsroom.post("The count begins.", headline="Count begins", key_event=True)
    wrong = newsroom.post("Turnout is 51 per cent.", headline="Turnout")
    newsroom.correct(
        wrong, "Turnout is 41 per cent.", "We wrote 51 per cent; it is 41."
    )
    tree = parsed(client.get("/stories/harbour"))
    events = only(tree, "//section[@data-outline='key']")
    corrections = only(tree, "//section[@data-outline='corrections']")
    assert [one.get("href") for one in events.xpath(".//a")] == [f"#post-{key}"]
    assert [one.get("href") for one in corrections.xpath(".//a")] == [f"#post-{wrong}"]


def test_the_front_pages_rail_names_the_story_of_each_line(client, newsroom):
    """Key events and corrections of two stories can be told apart on the front page; on
    a story's own page its name would only repeat itself."""
    newsroom.story("ferry", "The morning boat")
    for slug in ("harbour", "ferry"):
        newsroom.retract(newsroom.post(story=slug), "It was not so.")
        newsroom.post(story=slug, key_event=True)
    titles = {"harbour": "Harbour vote", "ferry": "The morning boat"}
    for name in ("key", "corrections"):
        rail = f"//section[@data-outline='{name}']"
        lines = only(parsed(client.get("/")), rail).xpath(".//li")
        named = [words(only(line, ".//*[@class='outline-story']")) for line in lines]
        assert named == [titles["ferry"], titles["harbour"]]
        assert titles["harbour"] not in words(
            only(parsed(client.get("/stories/harbour")), rail)
        )


@pytest.mark.parametrize("address", ["/stories/harbour", "/"])
def test_a_correction_is_listed_with_its_own_moment(client, newsroom, address):
    """The rail dates a correction or a retraction as the note under the post does, and
    is ordered by that, whatever else is changed in the post later."""
    first, second, third = (newsroom.post() for _ in range(3))
    acts: list[Callable[[], object]] = [
        lambda: newsroom.correct(first, "It is 41.", "We wrote 51."),
        lambda: newsroom.correct(second, "It is 42.", "We wrote 52."),
        lambda: newsroom.correct(third, "It is 43.", "We wrote 53."),
        lambda: newsroom.retract(second, "It was not so."),
        lambda: publishing.amend(first, Change(key_event=True)),
    ]
    for minute, act in enumerate(acts, start=1):
        with time_machine.travel(NOON + timedelta(minutes=minute), tick=False):
            act()
    rail = only(parsed(client.get(address)), "//section[@data-outline='corrections']")
    said = [words(one) for one in rail.xpath(".//time")]
    assert said == [f"24 November 2026, 12:0{minute} UTC" for minute in (4, 3, 1)]
    numbers = [int(one.get("data-outline-post")) for one in rail.xpath(".//li")]
    assert numbers == [second, third, first]


def test_a_closed_story_says_so_and_asks_nobody_to_follow(client, newsroom):
    """A story that ended cannot be followed any more."""
    newsroom.post()
    newsroom.close()
    tree = parsed(client.get("/stories/harbour"))
    assert words(only(tree, "//*[@data-standing]")) == "Closed"
    assert not tree.xpath("//button[@data-follow]")


# --- a post ---------------------------------------------------------------------------


def test_a_post_has_its_own_page_within_its_story(client, newsroom):
    """A post's page has its headline as h1, its story beside it, and other posts."""
    other = newsroom.post("Something else.")
    post = newsroom.post("The whole text.", headline="The sale is off", kind="article")
    tree = parsed(client.get(f"/posts/{post}"))
    assert words(only(tree, "//h1")) == "The sale is off"
    assert words(only(tree, "//title")) == "The sale is off | Stop Press"
    assert only(tree, "//a[@class='kicker-story']").get("href") == "/stories/harbour"
    assert tree.xpath(f"//a[@href='/posts/{other}']")
    assert meta(tree, "stoppress-topic") == f"/posts/{post}"


def test_the_latest_posts_beside_a_post_are_in_the_order_of_time(client, newsroom):
    """A pinned post stands in the rail where its time is, and only while it is among the
    latest."""
    posts = [newsroom.post(f"Update {number}") for number in range(8)]

    def beside(post: int) -> list[int]:
        tree = parsed(client.get(f"/posts/{post}"))
        links = only(tree, "//section[@aria-labelledby='others-title']").xpath(".//a")
        return [int(one.get("href").rpartition("/")[2]) for one in links]

    newsroom.pin(posts[5])
    assert beside(posts[7]) == [posts[n] for n in (6, 5, 4, 3, 2)]
    newsroom.pin(posts[0])
    assert beside(posts[7]) == [posts[n] for n in (6, 5, 4, 3, 2)]


def test_a_retracted_post_keeps_its_address(client, newsroom):
    """Who follows an old link to a retracted post learns that it was, and why."""
    post = newsroom.post("The master resigned.", headline="Harbour master resigns")
    newsroom.retract(post, "He did not.")
    page = client.get(f"/posts/{post}")
    assert page.status_code == 200
    assert words(only(parsed(page), "//h1")) == "Retracted"
    assert "He did not." in page.content.decode()
    assert "resigns" not in page.content.decode()


def test_a_draft_is_nobodys_page(client, newsroom):
    """A post that is not published cannot be read by guessing its number."""
    draft = publishing.save_draft(Copy(story="harbour", text="Not yet."))
    assert client.get(f"/posts/{draft.post_id}").status_code == 404
