"""One stream for all tabs of a browser; each tab has exactly what is its own."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys.steps import FRESH, Guest, article, live, order
from tests.support.cable import Cable
from tests.support.waiting import until

# What is missing in the browser, and so who holds the stream.
WITHOUT = {
    "worker": "",
    "leader": "delete window.SharedWorker;",
    "own": "delete window.SharedWorker; delete Navigator.prototype.locks;",
}
TABS = 7  # one more than the connections to one server that a browser allows


@pytest.fixture(params=["worker", "leader"])
def sharer(request: pytest.FixtureRequest, visitor: Guest) -> Guest:
    """A reader whose tabs share a stream, in either of the two ways."""
    visitor.context.add_init_script(WITHOUT[request.param])
    return visitor


def one_stream(cable: Cable) -> None:
    until(lambda: cable.streams == 1, "one stream for all tabs")


def offered(page: Page, count: int, within: float = 15_000) -> None:
    words = f"{count} new update{'' if count == 1 else 's'}"
    expect(page.locator(FRESH)).to_have_text(words, timeout=within)


def showing(page: Page, *posts: int) -> None:
    """Press the button; exactly these are there, from the top."""
    page.locator(FRESH).click()
    expect(page.locator(FRESH)).to_be_hidden()
    assert order(page) == list(posts)


def test_seven_tabs(sharer, story, other_story, cable):
    """Seven tabs of several pages are live over one connection; a post comes to each tab
    that is about it and to no other."""
    (first,) = story.so_far(("Morning", "Morning."))
    other_story.so_far(("Fish", "Cod is dear."))
    addresses = [story.url, other_story.url, story.front, story.address(first)]
    pages = [sharer.read(addresses[n % len(addresses)]) for n in range(TABS)]
    one_stream(cable)
    second = story.post("At noon.", headline="Bridge opens")
    for page in (pages[0], pages[2], pages[4], pages[6]):
        offered(page, 1)
    third = other_story.post("Plaice too.", headline="Plaice")
    offered(pages[1], 1)
    offered(pages[2], 2)
    story.correct(first, "Late morning.", "It was late.")
    for page in (pages[3], pages[0]):
        expect(article(page, first)).to_contain_text("Late morning.")
    showing(pages[0], second["id"], first["id"])
    offered(pages[4], 1)
    pages[1].locator(FRESH).click()
    expect(article(pages[1], third)).to_be_visible()
    one_stream(cable)


def test_the_tab_that_came_first_is_closed(sharer, story, other_story, cable):
    """Tabs of two stories go on when the first is closed: what was posted before, at and
    after that moment is in each once."""
    leader = sharer.read(story.url)
    page, other = sharer.read(story.url), sharer.read(other_story.url)
    one_stream(cable)
    first = story.post("One.", headline="One")
    fish = other_story.post("Cod.", headline="Cod")
    offered(page, 1)
    leader.close()
    second = story.post("Two.", headline="Two")
    plaice = other_story.post("Plaice.", headline="Plaice")
    offered(page, 2)
    offered(other, 2)
    third = story.post("Three.", headline="Three")
    offered(page, 3)
    showing(page, third["id"], second["id"], first["id"])
    showing(other, plaice["id"], fish["id"])
    one_stream(cable)


def test_a_tab_that_was_made_earlier_joins_late(sharer, story, cable):
    """A page that was made before posts which an open tab has already, and that joins
    its stream after them, has them too, and the first tab has none twice."""
    (first,) = story.so_far(("Morning", "Morning."))
    page = sharer.read(story.url)
    made = []

    def late(route: Route) -> None:
        made.append(story.post("At noon.", headline="Bridge opens"))
        made.append(story.post("At one.", headline="Crowds"))
        offered(page, 2)
        route.continue_()

    sharer.context.route("**/js/live*.js", late, times=1)
    other = sharer.open(story.url)
    offered(other, 2)
    third = story.post("Evening.", headline="Evening")
    offered(page, 3)
    offered(other, 3)
    for one in (page, other):
        showing(one, *[post["id"] for post in (third, *reversed(made), first)])
    one_stream(cable)


def test_the_shared_worker_dies(incognito, story, cable):
    """The tabs notice that the worker which holds their stream is gone, start another,
    and nothing is lost or doubled."""
    page, other = incognito.read(story.url), incognito.read(story.url)
    first = story.post("One.", headline="One")
    offered(other, 1)
    end_worker(incognito)
    until(lambda: cable.streams == 0, "the end of the stream")
    second = story.post("Two.", headline="Two")
    for one in (page, other):
        # They miss its sign of life, and then wait for an answer of what is left of it.
        offered(one, 2, within=40_000)
        showing(one, second["id"], first["id"])
    one_stream(cable)


def end_worker(guest: Guest) -> None:
    browser = guest.context.browser
    assert browser is not None
    devtools = browser.new_browser_cdp_session()
    found = devtools.send("Target.getTargets")["targetInfos"]
    (worker,) = [one for one in found if one["type"] == "shared_worker"]
    session = devtools.send(
        "Target.attachToTarget", {"targetId": worker["targetId"], "flatten": False}
    )
    message = (
        '{"id": 1, "method": "Runtime.evaluate", "params": {"expression": "close()"}}'
    )
    devtools.send(
        "Target.sendMessageToTarget",
        {"sessionId": session["sessionId"], "message": message},
    )


def test_a_tab_of_its_own_stream_gives_it_back_unseen(visitor, story, cable):
    """Where tabs cannot share, one that is out of sight has no stream, so that the
    seventh tab can have one; seen again, it has all that came meanwhile."""
    visitor.context.add_init_script(WITHOUT["own"])
    page = visitor.read(story.url)
    out_of_sight(page, "hidden")
    until(lambda: cable.streams == 0, "the end of the stream")
    first = story.post("One.", headline="One")
    out_of_sight(page, "visible")
    offered(page, 1)
    showing(page, first["id"])


def out_of_sight(page: Page, state: str) -> None:
    """As when another tab is brought to the front, or this one again."""
    page.evaluate(
        """(state) => {
          Object.defineProperty(document, "visibilityState", {value: state, configurable: true});
          Object.defineProperty(document, "hidden", {value: state === "hidden", configurable: true});
          document.dispatchEvent(new Event("visibilitychange"));
        }""",
        state,
    )


def test_back_and_forth(incognito, story, other_story, cable):
    """A page that is left and come back to with the browser's buttons has what came
    meanwhile, once, and is live."""
    (first,) = story.so_far(("Morning", "Morning."))
    page = incognito.read(story.url)
    page.goto(other_story.url)
    live(page)
    second = story.post("At noon.", headline="Bridge opens")
    page.go_back()
    live(page)
    expect(article(page, first)).to_be_visible()
    if not article(page, second).count():  # the browser had kept the page
        showing(page, second["id"], first["id"])
    assert order(page) == [second["id"], first["id"]]
    third = story.post("At one.", headline="Crowds")
    offered(page, 1)
    showing(page, third["id"], second["id"], first["id"])
    one_stream(cable)


def test_a_page_that_the_browser_puts_aside(sharer, story, cable):
    """Put aside for the back button, a page lets its stream go; brought back as it was,
    it has what came meanwhile, once."""
    page = sharer.read(story.url)
    passing(page, "pagehide")
    until(lambda: cable.streams == 0, "the end of the stream")
    first = story.post("One.", headline="One")
    passing(page, "pageshow")
    offered(page, 1)
    second = story.post("Two.", headline="Two")
    offered(page, 2)
    showing(page, second["id"], first["id"])
    one_stream(cable)


def passing(page: Page, event: str) -> None:
    """What a page is told then. Playwright loses sight of one that Firefox puts aside."""
    page.evaluate(
        "(name) => dispatchEvent(new PageTransitionEvent(name, {persisted: true}))",
        event,
    )
