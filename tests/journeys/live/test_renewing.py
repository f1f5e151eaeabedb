"""A page that is made anew in place: nothing that comes meanwhile is lost, what is shown
has no hole, and what could not be fetched is still to be had."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys.steps import FRESH, TROUBLE, Posted, article, live, order, top

COLUMN = 6


def offered(page: Page, count: int) -> None:
    words = f"{count} new update{'' if count == 1 else 's'}"
    expect(page.locator(FRESH)).to_have_text(words)


def test_a_post_that_comes_while_the_front_page_is_fetched(visitor, story):
    """It is offered after the fetch, and shown by the next press."""
    page, witness = visitor.read(story.front), visitor.read(story.url)
    first = story.post("One.", headline="One")
    offered(page, 1)
    offered(witness, 1)
    late: list[Posted] = []

    def slow(route: Route) -> None:
        made = route.fetch()
        late.append(story.post("Two.", headline="Two"))
        offered(witness, 2)
        route.fulfill(response=made)

    page.route(f"{story.front}/", slow, times=1)
    page.locator(FRESH).click()
    expect(article(page, first)).to_be_visible()
    offered(page, 1)
    page.locator(FRESH).click()
    expect(article(page, late[0])).to_be_visible()
    expect(page.locator(FRESH)).to_be_hidden()


def test_a_correction_that_comes_while_the_page_is_fetched(visitor, story):
    """It is not undone by the page that was made just before it."""
    (first,) = story.so_far(("Bridge opens", "At noon."))
    page, witness = visitor.read(story.front), visitor.read(story.url)
    story.post("One.", headline="One")
    offered(page, 1)

    def slow(route: Route) -> None:
        made = route.fetch()
        story.correct(first, "At four.", "We said noon.")
        expect(article(witness, first)).to_contain_text("At four.")
        route.fulfill(response=made)

    page.route(f"{story.front}/", slow, times=1)
    page.locator(FRESH).click()
    expect(page.locator(FRESH)).to_be_hidden()
    expect(article(page, first)).to_contain_text("At four.")


@pytest.mark.usefixtures("broken_connections")
def test_a_fetch_that_fails_takes_nothing_away(visitor, story):
    """The button stays, a sentence that can be seen says what to do, and the next press
    shows what waited."""
    page = visitor.read(story.front)
    posted = story.post("One.", headline="One")
    offered(page, 1)
    page.route(f"{story.front}/", lambda route: route.abort(), times=1)
    page.locator(FRESH).click()
    expect(page.locator(TROUBLE)).to_contain_text("could not be fetched")
    offered(page, 1)
    expect(page.locator(FRESH)).to_be_visible()
    page.locator(FRESH).click()
    expect(article(page, posted)).to_be_visible()
    expect(page.locator(TROUBLE)).to_be_hidden()
    expect(page.locator(FRESH)).to_be_hidden()


@pytest.mark.usefixtures("broken_connections")
def test_away_for_too_long_with_earlier_posts_open(visitor, story, cable):
    """More came than a stream tells again, while the reader is among earlier posts: the
    page is made anew without a hole down to where they read, and their line stays."""
    text = "A paragraph of the day.\n\n" * 6
    posts = story.so_far(*[(f"Part {n}", text) for n in range(3 * COLUMN)])
    page = visitor.read(story.url)
    page.get_by_role("link", name="Show earlier posts").click()
    being_read = article(page, posts[COLUMN + 2])
    being_read.evaluate(
        "one => one.scrollIntoView({block: 'start', behavior: 'instant'})"
    )
    stood = top(being_read)
    cable.cut()
    more = story.so_far(*[(f"Late {n}", text) for n in range(2 * COLUMN)])
    cable.mend()
    expect(article(page, more[-1])).to_be_attached()
    live(page)
    newest_first = [one["id"] for one in reversed([*posts, *more])]
    seen = order(page)
    assert seen == newest_first[: len(seen)]
    assert top(being_read) == pytest.approx(stood, abs=1)
    page.get_by_role("link", name="Show earlier posts").click()
    expect(article(page, posts[0])).to_be_attached()
    assert order(page) == newest_first


def test_a_correction_that_comes_while_earlier_posts_are_fetched(visitor, story):
    """The earlier post stands there corrected, though its page was made just before."""
    posts = story.so_far(*[(f"Part {n}", f"Part {n}.") for n in range(COLUMN + 2)])
    page, witness = visitor.read(story.url), visitor.read(story.address(posts[0]))

    def slow(route: Route) -> None:
        made = route.fetch()
        story.correct(posts[0], "Put right.", "It was wrong.")
        expect(article(witness, posts[0])).to_contain_text("Put right.")
        route.fulfill(response=made)

    page.route("**/stories/*before=*", slow, times=1)
    page.get_by_role("link", name="Show earlier posts").click()
    expect(article(page, posts[0])).to_contain_text("Put right.")
    assert len(order(page)) == COLUMN + 2


def test_a_page_beyond_the_end_of_the_wire(visitor, story):
    """A page whose number the wire does not have, as after a backup was put back, is made
    anew and has what is posted and corrected from then on."""

    def beyond(route: Route) -> None:
        made = route.fetch()
        named = r'(name="stoppress-seq" content=")\d+'
        route.fulfill(response=made, body=re.sub(named, r"\g<1>999999999", made.text()))

    (first,) = story.so_far(("Bridge opens", "At noon."))
    visitor.context.route(story.url, beyond, times=1)
    page = visitor.read(story.url)
    expect(page.locator('[data-connection="open"]').first).to_be_attached()
    story.correct(first, "At four.", "We said noon.")
    expect(article(page, first)).to_contain_text("At four.")
    second = story.post("Two.", headline="Two")
    offered(page, 1)
    page.locator(FRESH).click()
    expect(article(page, second)).to_be_visible()


def test_a_link_with_a_campaign_in_it_is_the_latest_page(visitor, story):
    """An unknown query does not make the button leave the page."""
    (first,) = story.so_far(("Morning", "Morning."))
    page = visitor.read(f"{story.url}?utm_source=x")
    posted = story.post("One.", headline="One")
    page.evaluate("window.same = true")
    offered(page, 1)
    page.locator(FRESH).click()
    expect(article(page, posted)).to_be_focused()
    assert order(page) == [posted["id"], first["id"]]
    assert page.evaluate("window.same")
