"""Every page: whole without scripts, open to everyone, quiet, and our own alone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.journeys.steps import BUTTON, Guest, article, watched
from tests.support.browsers import patient
from tests.support.newsroom import Newsroom

NARROW: ViewportSize = {"width": 360, "height": 740}
WIDE: ViewportSize = {"width": 1280, "height": 900}
GAP = 40  # CSS px at most between two stories, one under the other
# Each scheme and each width once: what is wrong in one pair is wrong in another too.
LOOKS = [("light", WIDE), ("dark", NARROW)]
NAMED = ["light and wide", "dark and narrow"]
READERS_PAGES = ["/", "/stories/{story}", "/follow", "/nothing-here"]
DESK_PAGES = [
    "/desk/",
    "/desk/drafts",
    "/desk/stories",
    "/desk/stories/{story}",
    "/desk/posts/{post}",
    "/desk/people",
    "/desk/people/1",
]


@pytest.fixture(scope="session")
def demo_story(demo: Newsroom) -> str:
    """The demo's story."""
    (found,) = json.loads(demo.command("story", "--json").out)
    return str(found["slug"])


@pytest.fixture(scope="session")
def addresses(demo: Newsroom, demo_story: str) -> list[str]:
    """Each kind of page that a reader can come to, with the demo on it."""
    return [demo.url + path.format(story=demo_story) for path in READERS_PAGES]


def check(page: Page) -> None:
    """No violation of any rule that axe has."""
    found = Axe().run(page)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"


def fits(page: Page) -> None:
    """Nothing sticks out to the side: no scrolling in two directions (WCAG 1.4.10)."""
    width, room = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert width <= room, f"{page.url} is {width} px wide in {room}"


def posts_of(page: Page) -> list[str]:
    """The addresses of a few different posts on this page."""
    links = page.eval_on_selector_all(
        "article a[data-permalink]", "all => all.map(one => one.href)"
    )
    assert links, f"no post on {page.url}"
    return sorted(set(links))[:: max(1, len(set(links)) // 4)]


@pytest.mark.parametrize(("scheme", "size"), LOOKS, ids=NAMED)
def test_chromium_finds_no_barrier(chromium_browser, addresses, scheme, size):
    """Readers' pages pass axe in light and dark, narrow and wide, with a clean console
    and no request to anybody else."""
    context = patient(chromium_browser.new_context(color_scheme=scheme, viewport=size))
    guest = Guest("Chromium", context)
    with watched(guest) as seen:
        seen.forgiven.append("404")
        page = guest.open(addresses[1])
        for address in [*addresses, *posts_of(page)]:
            page.goto(address)
            check(page)
            fits(page)
    context.close()


def test_firefox_finds_no_barrier(firefox_browser, addresses):
    """The same in Firefox, which knows no emulated dark."""
    context = patient(firefox_browser.new_context(viewport=NARROW))
    guest = Guest("Firefox", context)
    with watched(guest) as seen:
        seen.forgiven.append("404")
        page = guest.open(addresses[0])
        for address in addresses:
            page.set_viewport_size(NARROW)
            page.goto(address)
            check(page)
            fits(page)
            page.set_viewport_size(WIDE)
            fits(page)
    context.close()


def test_the_desk_has_no_barrier(incognito, demo, demo_story):
    """The way in and the desk's pages pass axe in light and dark, narrow and wide."""
    check(incognito.open(f"{demo.url}/desk/sign-in"))
    link = demo.command("sign-in", "anna", "--new", "chief").out.strip()
    page = incognito.open(link)
    check(page)
    page.get_by_role("button").first.click()
    page.wait_for_url(re.compile(r"/desk/?$"))
    for path in DESK_PAGES:
        page.goto(demo.url + path.format(story=demo_story, post=1))
        for scheme, size in LOOKS:
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size(size)
            check(page)
            fits(page)


def test_the_stories_follow_the_lead(incognito, story, other_story):
    """On a wide front page the next story stands right under the lead, beside a rail
    that is longer than that."""
    post = ["post", "--story", other_story.slug, "--json", "--key-event", "--headline"]
    for number in range(6):
        story.newsroom.run(*post, f"Line {number}", "-", text="One.")
    story.post("Cod is dear.", headline="Fish")
    page = incognito.open(story.newsroom.url)
    page.set_viewport_size(WIDE)
    edge = "one => one.getBoundingClientRect()."
    under = page.locator(".front-story--lead .front-all").evaluate(f"{edge}bottom")
    following = page.locator(".front-story").nth(1)
    rail = page.locator(".front .side .outline:visible").last.evaluate(f"{edge}bottom")
    assert rail > under + GAP
    assert 0 < following.evaluate(f"{edge}top") - under <= GAP


@pytest.fixture
def without_scripts(chromium_browser: Browser) -> Iterator[Page]:
    """A page with JavaScript switched off; stock Firefox cannot be asked to."""
    context = patient(chromium_browser.new_context(java_script_enabled=False))
    yield context.new_page()
    context.close()


def test_a_page_is_whole_without_scripts(without_scripts, story):
    """Without JavaScript everything is there: posts, corrections, retractions; and the
    button that cannot work is not."""
    page = without_scripts
    first, second = story.so_far(
        ("Bridge opens", "At noon."), ("Crowds", "Crowds wait.")
    )
    story.correct(first, "At four.", "We said noon.")
    story.retract(second, "There were none.")
    for address in (story.newsroom.url, story.url):
        page.goto(address)
        expect(article(page, first)).to_contain_text("At four.")
        expect(article(page, first)).to_contain_text("We said noon.")
        expect(article(page, second)).to_contain_text("There were none.")
        expect(page.locator(BUTTON)).to_be_hidden()
        expect(page.get_by_text("This needs JavaScript")).to_be_visible()
    article(page, first).get_by_role("link", name="Bridge opens").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Bridge opens")


def test_nothing_hostile_runs(visitor, story):
    """A script in an editor's text is no script in the page, live or reloaded."""
    page = visitor.read(story.url)
    hostile = (
        "<img src=x onerror=\"document.title='gone'\"><script>alert(1)</script>Text."
    )
    posted = story.post(hostile, headline="<b>Bold</b>")
    page.get_by_role("button", name="1 new update").click()
    expect(article(page, posted)).to_contain_text("Text.")
    page.reload()
    expect(article(page, posted)).to_contain_text("<b>Bold</b>")
    assert page.locator("article script, article [onerror]").count() == 0
    assert "gone" not in page.title()
