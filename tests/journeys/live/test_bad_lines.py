"""Lines that die in silence, are cut, or hold everything back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.steps import FRESH, Posted, Story, article, live, order
from tests.support.waiting import until

SIGN = "[data-connection]"
pytestmark = pytest.mark.usefixtures("broken_connections")


def offered(page: Page, count: int) -> None:
    words = f"{count} new update{'' if count == 1 else 's'}"
    expect(page.locator(FRESH)).to_have_text(words, timeout=30_000)


def test_a_line_that_died_in_silence(visitor, story, cable):
    """The connection stands but nothing passes, as after a laptop's sleep: the page
    misses the heartbeat, opens another and has what it missed."""
    (first,) = story.so_far(("Morning", "Morning."))
    page = visitor.read(story.url)
    cable.deaden()
    second = story.post("At noon.", headline="Bridge opens")
    offered(page, 1)
    page.locator(FRESH).click()
    assert order(page) == [second["id"], first["id"]]


def test_offline_and_back(visitor, story, cable):
    """Without a connection the page says so; back again, it has everything once."""
    (first,) = story.so_far(("Morning", "Morning."))
    page = visitor.read(story.url)
    cable.cut()
    expect(page.locator(SIGN)).to_have_text("Connection lost, trying again")
    second = story.post("At noon.", headline="Bridge opens")
    story.correct(first, "Late morning.", "It was late.")
    cable.mend()
    offered(page, 1)
    expect(page.locator(SIGN)).to_have_text("Updates come in by themselves")
    expect(article(page, first)).to_contain_text("Late morning.")
    third = story.post("At one.", headline="Crowds")
    offered(page, 2)
    page.locator(FRESH).click()
    assert order(page) == [third["id"], second["id"], first["id"]]


def test_the_browser_says_that_it_is_offline(visitor, story):
    """The sign follows what the browser knows."""
    page = visitor.read(story.url)
    page.evaluate(
        """() => {
          Object.defineProperty(navigator, "onLine", {value: false, configurable: true});
          dispatchEvent(new Event("offline"));
        }"""
    )
    expect(page.locator(SIGN)).to_have_text("You are offline")
    page.evaluate(
        "() => { delete navigator.onLine; dispatchEvent(new Event('online')); }"
    )
    expect(page.locator(SIGN)).to_have_text("Updates come in by themselves")


@pytest.mark.parametrize("front_end", ["hold", "refuse"])
def test_a_front_end_that_lets_no_stream_pass(
    visitor, story, other_story, cable, front_end
):
    """Whether it holds back what a stream says or ends it at once: the page asks for
    itself now and then, and says so; when streams pass again it goes back to them, with
    nothing lost or doubled."""
    (first,) = story.so_far(("Morning", "Morning."))
    getattr(cable, front_end)()
    page = visitor.open(story.url)
    polled(page)
    second = story.post("At noon.", headline="Bridge opens")
    offered(page, 1)
    story.correct(first, "Late morning.", "It was late.")
    expect(article(page, first)).to_contain_text("Late morning.")
    expect(article(page, first)).to_contain_text("Corrected")
    other_story.post("Cod.", headline="Cod")
    cable.pass_on()
    live(page)
    third = story.post("At one.", headline="Crowds")
    offered(page, 2)
    page.locator(FRESH).click()
    assert order(page) == [third["id"], second["id"], first["id"]]


def test_a_page_that_asks_for_itself_is_answered_cheaply(incognito, story, cable):
    """While nothing changes the answer is 304."""
    story.so_far(("Morning", "Morning."))
    cable.hold()
    page = incognito.open(story.url)
    with page.expect_response(lambda answer: answer.status == 304, timeout=30_000):
        polled(page)


def test_more_news_than_a_page_holds_between_two_askings(visitor, story, cable):
    """The press fetches the page anew: there is no hole down to what was being read."""
    first = story.so_far(("Morning", "Morning."))
    cable.hold()
    page = visitor.open(story.url)
    polled(page)
    page.route(story.url, lambda route: route.abort())
    more = story.so_far(*[(f"Line {n}", f"Line {n}.") for n in range(9)])
    page.unroute(story.url)
    expect(page.locator(FRESH)).to_be_visible(timeout=30_000)
    page.locator(FRESH).click()
    expect(page.locator(FRESH)).to_be_hidden()
    expect(article(page, more[-1])).to_be_visible()
    assert order(page) == [one["id"] for one in reversed([*first, *more])]


def polled(page: Page) -> None:
    """Wait until the page says that it asks for itself."""
    expect(page.locator(SIGN)).to_have_attribute(
        "data-connection", "polling", timeout=30_000
    )


def test_a_bad_night(visitor, story, other_story, cable):
    """A line that fails in one way after the other, and tabs of two stories that come
    and go: in the end each tab has exactly what the wire holds."""
    pages = {one: [visitor.read(one.url)] for one in (story, other_story)}
    posts: dict[Story, list[Posted]] = {one: [] for one in pages}
    for number, failing in enumerate(["cut", "deaden", "refuse", "cut", "hold"]):
        getattr(cable, failing)()
        for one in pages:
            posts[one] += one.so_far((f"Late {number}", "Late."))
        cable.mend()
        cable.pass_on()
        for one in pages:
            posts[one] += one.so_far((f"Back {number}", "Back."))
        pages[story].append(visitor.open(story.url))
        if number == 2:
            pages[story].pop(0).close()
    for one, opened in pages.items():
        newest_first = [post["id"] for post in reversed(posts[one])]
        for page in opened:
            live(page)
            all_in(page, newest_first)


def all_in(page: Page, posts: list[int]) -> None:
    """Press the button and ask for earlier posts: exactly these are there."""
    until(lambda: _pressed(page, posts), "every post in the page", 30)
    assert order(page) == posts


def _pressed(page: Page, posts: list[int]) -> bool:
    page.evaluate(
        """() => {
          const button = document.querySelector("[data-new-updates]:not([hidden])");
          (button || document.querySelector("[data-older]"))?.click();
        }"""
    )
    return len(order(page)) >= len(posts)
