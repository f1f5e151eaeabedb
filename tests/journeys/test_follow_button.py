"""The follow button ends with a sentence, whoever does not answer, and speaks plainly."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from tests.journeys.steps import (
    BUTTON,
    STATUS,
    following,
    known,
    not_following,
    press,
    subscription_of,
)

# A little more than the page's own limits, in milliseconds.
ANSWER_LIMIT = 16_000
QUESTION_LIMIT = 31_000


def with_clock(page: Page) -> Page:
    """Load the page again under a clock that the journey moves."""
    page.clock.install()
    page.reload()
    return page


def silent(page: Page, address: str) -> None:
    """The server takes requests at this address and never answers them."""

    def hold(_: Route) -> None:
        pass

    page.route(address, hold)


def test_a_server_that_never_answers_has_a_limit(reader, story):
    """The request to follow is taken and never answered: the button comes back and says
    so; pressed again it works."""
    reader.allow(story.url)
    page = with_clock(reader.open(story.url))
    silent(page, "**/followers")
    with page.expect_request("**/followers"):
        press(page)
    expect(page.locator(BUTTON)).to_have_attribute("aria-disabled", "true")
    page.clock.fast_forward(ANSWER_LIMIT)
    expect(page.locator(STATUS)).to_contain_text("did not answer within 15 seconds")
    expect(page.locator(BUTTON)).not_to_have_attribute("aria-disabled", "true")
    not_following(page)
    page.unroute("**/followers")
    press(page)
    following(page)


def test_a_stop_that_is_never_answered_has_a_limit(reader, story, other_story):
    """The same for the request to stop: the reader has stopped all the same."""
    reader.follow(other_story.url).close()
    page = with_clock(reader.follow(story.url))
    following(page)
    silent(page, "**/followers/unfollow")
    with page.expect_request("**/followers/unfollow"):
        page.locator(BUTTON).click()
    page.clock.fast_forward(ANSWER_LIMIT)
    expect(page.locator(STATUS)).to_contain_text("could not be told yet")
    not_following(page)
    page.close()
    page = reader.open(other_story.url)
    following(page)
    assert f"/stories/{story.slug}" not in known(story.newsroom, subscription_of(page))


def test_an_answer_that_is_not_ours_changes_nothing(reader, story):
    """A hotel's sign-in page comes back for what is followed: nothing is forgotten."""
    reader.follow(story.url).close()
    page = reader.context.new_page()
    page.route(
        "**/followers/state",
        lambda route: route.fulfill(body="<h1>Welcome</h1>", content_type="text/html"),
    )
    with page.expect_response("**/followers/state"):
        page.goto(story.url)
    page.close()
    following(reader.open(story.url))


def test_the_button_says_what_a_press_does(reader, story):
    """Its name changes and it is no toggle; the state is said in the status line; the
    keyboard's focus stays; axe finds nothing in either state."""
    reader.allow(story.url)
    page = reader.open(story.url)
    button = page.locator(BUTTON)
    for name, wait, words in (
        ("Get the latest updates", following, "You are following."),
        ("Stop following", not_following, "Stopped."),
    ):
        expect(button).to_have_accessible_name(name)
        button.focus()
        page.keyboard.press("Enter")
        wait(page)
        expect(page.locator(STATUS)).to_contain_text(words)
        expect(button).to_be_focused()
        expect(button).not_to_have_attribute("aria-pressed", "true")
        expect(button).not_to_have_attribute("aria-pressed", "false")
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()


def test_a_question_that_is_never_answered_has_a_limit(firefox, story):
    """The browser's question is left open: the button comes back with its sentence. The
    reader allows it after all: the next press follows. (Chromium, without a screen, puts
    no question to anybody on our pages.)"""
    page = with_clock(firefox.open(story.url))
    press(page)
    expect(page.locator(STATUS)).to_contain_text("Asking")
    page.clock.fast_forward(QUESTION_LIMIT)
    expect(page.locator(STATUS)).to_contain_text("not answered within 30 seconds")
    not_following(page)
    firefox.allow(story.url)
    press(page)
    following(page)
