"""A section's page: a front page of its own; and where the sections are shown."""

from __future__ import annotations

import pytest
from asgiref.sync import sync_to_async

from stoppress.live.source import Wire
from stoppress.pages.front_door import FrontDoor
from stoppress.posts import sections, stories
from stoppress.wire import reading
from tests.pages.asking import Site, get
from tests.pages.conftest import Newsroom
from tests.pages.reading import meta, only, parsed, words
from tests.pages.test_pages import ids


@pytest.fixture
def paper(newsroom: Newsroom) -> Newsroom:
    """A newsroom with two sections; the harbour stands in the world."""
    sections.make_section("world", "World")
    sections.make_section("sport", "Sport")
    stories.amend_story("harbour", section="world")
    return newsroom


def bar(tree: object) -> list[tuple[str, str]]:
    links = tree.xpath("//nav[@aria-label='Sections']/a")  # type: ignore[attr-defined]
    return [(words(one), one.get("href")) for one in links]


def test_a_section_shows_its_stories_and_no_others(client, paper):
    """The story that moved last leads, with its latest posts; the sport is elsewhere."""
    ours = [paper.post(f"Update {n}") for n in range(2)]
    paper.story("match", "The match")
    stories.amend_story("match", section="sport")
    theirs = paper.post(story="match")
    tree = parsed(client.get("/sections/world"))
    assert words(only(tree, "//h1")) == "World"
    assert ids(tree) == ours[::-1]
    assert ids(parsed(client.get("/sections/sport"))) == [theirs]


def test_a_section_is_followed_and_read_live_by_its_topic(client, paper):
    """Button, stream and Link header are about the section, from the wire's head on."""
    paper.post()
    page = client.get("/sections/world")
    tree = parsed(page)
    button = only(tree, "//button[@data-follow]")
    assert button.get("data-follow") == "/sections/world"
    assert button.get("data-now") == "You follow this section."
    assert meta(tree, "stoppress-topic") == "/sections/world"
    assert int(meta(tree, "stoppress-seq")) == reading.head()
    assert "/sections/world" in page.headers["Link"]
    assert only(tree, "//button[@data-new-updates]").get("hidden") is not None


def test_an_empty_section_has_a_page(client, paper):
    """Who comes before its first story can follow it all the same."""
    page = client.get("/sections/sport")
    assert "Nothing has been posted in this section yet" in page.content.decode()
    assert parsed(page).xpath("//button[@data-follow='/sections/sport']")


@pytest.mark.parametrize("address", ["/sections/none", "/sections/World", "/sections/"])
def test_a_section_that_is_not_there_is_not_found(client, paper, address):
    """A wrong address gets the page that says so."""
    page = client.get(address)
    assert page.status_code == 404
    assert words(only(parsed(page), "//h1")) == "Nothing at this address"


def test_the_bar_lists_sections_in_which_there_is_something_to_read(client, paper):
    """In the newsroom's order, on every page, once one of their stories has a post."""
    assert bar(parsed(client.get("/"))) == []
    post = paper.post()
    for address in ("/", "/stories/harbour", f"/posts/{post}", "/follow", "/none"):
        assert bar(parsed(client.get(address))) == [("World", "/sections/world")]
    paper.story("match", "The match")
    stories.amend_story("match", section="sport")
    paper.post(story="match")
    sections.move_section("sport", up=True)
    tree = parsed(client.get("/sections/world"))
    assert [title for title, _ in bar(tree)] == ["Sport", "World"]
    assert words(only(tree, "//nav//*[@aria-current]")) == "World"


def test_story_and_post_say_their_section(client, paper):
    """Each links to it, and a story in none says nothing of one."""
    post = paper.post()
    paper.story("ferry", "The morning boat")
    for address in ("/stories/harbour", f"/posts/{post}"):
        link = only(parsed(client.get(address)), "//a[@class='kicker-section']")
        assert link.get("href") == "/sections/world"
        assert words(link) == "Section: World"
    assert not parsed(client.get("/stories/ferry")).xpath(
        "//*[@class='kicker-section']"
    )


def test_a_storys_box_knows_by_which_section_it_may_come(client, paper):
    """The page's script finds there whether who follows the section can leave it out."""
    button = only(parsed(client.get("/stories/harbour")), "//button[@data-mute]")
    assert button.get("data-section") == "/sections/world"
    assert button.get("data-section-title") == "World"


def test_the_rail_is_of_the_section_and_names_its_stories(client, paper):
    """Key events and corrections of the section alone, each line with its story."""
    key = paper.post("The count begins.", headline="Count begins", key_event=True)
    wrong = paper.post("It is 51.", headline="Turnout")
    paper.correct(wrong, "It is 41.", "We wrote 51; it is 41.")
    paper.story("ferry", "The morning boat")
    paper.post(story="ferry", key_event=True)
    tree = parsed(client.get("/sections/world"))
    for name, post in (("key", key), ("corrections", wrong)):
        line = only(tree, f"//section[@data-outline='{name}']//li")
        assert int(line.get("data-outline-post")) == post
        assert words(only(line, ".//*[@class='outline-story']")) == "Harbour vote"


def test_a_renamed_section_is_another_page(client, paper):
    """Whoever has the page is sent it again; whoever has the new one is not."""
    tag = client.get("/sections/world").headers["ETag"]
    again = client.get("/sections/world", HTTP_IF_NONE_MATCH=tag)
    assert again.status_code == 304
    sections.rename_section("world", "The world")
    page = client.get("/sections/world", HTTP_IF_NONE_MATCH=tag)
    assert page.status_code == 200
    assert words(only(parsed(page), "//h1")) == "The world"


@pytest.mark.django_db(transaction=True)
async def test_a_sections_page_is_drawn_once_until_something_happens():
    """Before Django it is handed out from memory; renamed, it is drawn anew."""
    await sync_to_async(sections.make_section)("world", "World")
    site, wire = Site(), Wire("test-sections")
    door = FrontDoor(site, wire.head)
    pages = [await get(door, "/sections/world") for _ in range(2)]
    assert pages[0] == pages[1]
    assert site.paths == ["/sections/world"]
    await sync_to_async(sections.rename_section)("world", "The world")
    assert b"<h1>The world</h1>" in (await get(door, "/sections/world")).body
    wire.close()
