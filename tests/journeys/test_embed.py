"""A story on another site has each post at once, and moves nothing there."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Request, expect

from tests.journeys.embedding import (
    NEW,
    element,
    embedded,
    line,
    posts,
    script,
    visit,
)
from tests.journeys.steps import top
from tests.support.hostsite import HostSite
from tests.support.loopthread import LoopThread


@pytest.fixture(scope="module")
def site(thread: LoopThread) -> Iterator[HostSite]:
    """Another site: 127.0.0.1 is another origin than localhost, and another site too."""
    with HostSite(thread) as made:
        yield made


def test_one_line_shows_the_story_and_what_is_new(visitor, site, story):
    """The first posts stand in the page; a new one waits behind the button, moves nothing,
    and is shown and focused at a press. No cookie is left, and a page loaded again, whose
    answers the browser has already, shows the same."""
    first, second = story.so_far(("Morning", "Boats *leave*."), ("Noon", "All back."))
    page = visit(visitor, story, site.page(line(story)))
    one = embedded(page)
    assert posts(one) == [second["id"], first["id"]]
    expect(one.locator("h2:not([aria-level])")).to_have_text("The harbour bridge")
    expect(one.locator("[aria-level='3']")).to_have_text(["Noon", "Morning"])
    link = one.get_by_role("link", name="Noon")
    assert link.get_attribute("href") == story.address(second)
    assert link.get_attribute("target") == "_top"
    stood = top(page.locator("#after"))
    third = story.post("Two boats are late.", headline="Evening")
    button = one.locator(NEW)
    expect(button).to_have_text("1 new update")
    expect(one.get_by_role("status")).to_have_text("1 new update")
    assert posts(one) == [second["id"], first["id"]]
    assert top(page.locator("#after")) == pytest.approx(stood, abs=0.5)
    button.click()
    shown = one.locator(f"article[data-post='{third['id']}']")
    expect(shown).to_be_focused()
    expect(shown).to_contain_text("Two boats are late.")
    expect(button).to_have_count(0)
    assert visitor.context.cookies(story.newsroom.url) == []
    page.reload()
    expect(one.locator("article")).to_have_count(3)
    assert posts(one) == [third["id"], second["id"], first["id"]]


def test_changes_take_place_where_a_post_stands(visitor, site, story):
    """A correction, a retraction and the story's end show by themselves, and whoever reads
    further down stays at the same line."""
    part = "A paragraph of the day.\n\n" * 9
    first, second, third = story.so_far(*[(f"Part {n}", part) for n in range(3)])
    page = visit(visitor, story, site.page(line(story)))
    one = embedded(page)
    being_read = one.locator(f"article[data-post='{first['id']}']")
    being_read.evaluate("one => one.scrollIntoView({block: 'start'})")
    stood = top(being_read)
    story.correct(third, "It was another day.", "We had the wrong day.")
    corrected = one.locator(f"article[data-post='{third['id']}']")
    expect(corrected).to_contain_text("We had the wrong day.")
    expect(one.get_by_role("status")).to_have_text("A post was corrected: Part 2")
    story.retract(second, "It did not happen.")
    expect(one).to_contain_text("It did not happen.")
    assert top(being_read) == pytest.approx(stood, abs=2)
    assert posts(one) == [third["id"], second["id"], first["id"]]
    expect(one.locator(NEW)).to_have_count(0)
    story.close()
    expect(one.get_by_text("Closed", exact=True)).to_be_visible()
    expect(one.get_by_role("link", name="Follow this story")).to_have_count(0)


@pytest.mark.usefixtures("broken_connections")
def test_a_server_that_was_away_costs_nothing(visitor, site, own_story):
    """The server is killed; meanwhile there are posts, a correction and a retraction. The
    page says that it reconnects, and then has all of it, nothing twice."""
    (first,) = own_story.so_far(("Morning", "Morning."))
    page = visit(visitor, own_story, site.page(line(own_story)))
    one = embedded(page)
    second = own_story.post("At noon.", headline="Bridge opens")
    expect(one.locator(NEW)).to_have_text("1 new update")
    own_story.newsroom.kill()
    expect(one.get_by_text("Reconnecting")).to_be_visible()
    third = own_story.post("Crowds.", headline="Crowds")
    own_story.correct(first, "Late morning.", "It was late morning.")
    own_story.retract(second, "It stays shut.")
    own_story.newsroom.start()
    expect(one.locator(NEW)).to_have_text("2 new updates", timeout=40_000)
    expect(one).to_contain_text("It was late morning.")
    expect(one.get_by_text("Live", exact=True)).to_be_visible()
    one.locator(NEW).click()
    expect(one).to_contain_text("It stays shut.")
    assert posts(one) == [third["id"], second["id"], first["id"]]


def test_two_stories_on_one_page_share_a_stream(incognito, site, story, other_story):
    """Each element has its own story's posts and none of the other's, by one stream for
    both; an element that comes later has its posts too."""
    streams: list[Request] = []
    body = script(story) + element(story) + element(other_story, "two")
    address = site.page(body)

    def note(sent: Request) -> None:
        if "/.well-known/" in sent.url:
            streams.append(sent)

    incognito.context.on("request", note)
    page = visit(incognito, story, address)
    one, two, late = (embedded(page, name) for name in ("one", "two", "late"))
    two.locator("section").wait_for()
    mine = story.post("At noon.", headline="Bridge opens")
    theirs = other_story.post("Cod is dear.", headline="Fish")
    for found, posted in ((one, mine), (two, theirs)):
        expect(found.locator(NEW)).to_have_text("1 new update")
        found.locator(NEW).click()
        assert posts(found) == [posted["id"]]
    asked = parse_qs(urlsplit(streams[-1].url).query)["topic"]
    assert sorted(asked) == sorted(
        f"/stories/{told.slug}" for told in (story, other_story)
    )
    page.evaluate(
        "html => document.querySelector('#after').insertAdjacentHTML('afterend', html)",
        element(story, "late"),
    )
    expect(late.locator("article")).to_have_count(1)
    story.post("Rain.", headline="Rain")
    expect(late.locator(NEW)).to_have_text("1 new update")
    expect(one.locator(NEW)).to_have_text("1 new update")
    expect(two.locator(NEW)).to_have_count(0)


def test_an_element_may_change_its_story_and_go(visitor, site, story, other_story):
    """Another `story` at run time shows that one and hears no more of the first; an
    element that is taken out and put in again goes on."""
    story.so_far(("Bridge", "At noon."))
    (fish,) = other_story.so_far(("Fish", "Cod is dear."))
    page = visit(visitor, story, site.page(line(story)))
    one = embedded(page)
    one.evaluate("(one, slug) => one.setAttribute('story', slug)", other_story.slug)
    expect(one).to_contain_text("Cod is dear.")
    story.post("Rain.", headline="Rain")
    other_story.post("Herring.", headline="More fish")
    expect(one.locator(NEW)).to_have_text("1 new update")
    one.evaluate(
        "one => { const to = one.parentElement; one.remove(); to.append(one); }"
    )
    expect(one.locator("article")).to_have_count(2)
    expect(one.locator(NEW)).to_have_count(0)
    assert posts(one)[-1] == fish["id"]
    other_story.post("Eel.", headline="Eel")
    expect(one.locator(NEW)).to_have_text("1 new update")
