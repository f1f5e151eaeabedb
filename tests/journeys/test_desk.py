"""The desk with scripts: a form that was stopped, a picture that is too large, and what an
open page has of a new title."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Dialog, Locator, Page, expect

from stoppress.posts.photos import MAX_BYTES
from tests.journeys.steps import Guest, Story

POSTS = "**/desk/stories/*/posts"
SHUT = 10_000  # ms that a form which was sent stays shut, as in desk.js
BUSY = re.compile("true")


def signed_in(guest: Guest, story: Story) -> Page:
    """The guest at the desk."""
    link = story.newsroom.command("sign-in", "anna", "--new", "chief").out.strip()
    page = guest.open(link)
    page.get_by_role("button").first.click()
    page.wait_for_url(re.compile(r"/desk/?$"))
    return page


@pytest.fixture
def writing(visitor: Guest, story: Story) -> Page:
    """A story's page at the desk, with an update that is written and not yet sent."""
    page = signed_in(visitor, story)
    page.clock.install()
    page.goto(f"{story.newsroom.url}/desk/stories/{story.slug}")
    page.locator("#update-text").fill("The bridge opens at noon.")
    return page


def form(page: Page) -> Locator:
    return page.locator("form.composer:has(#update-text)")


def press(page: Page) -> None:
    page.get_by_role("button", name="Publish", exact=True).click(no_wait_after=True)


def sent_and_stopped(page: Page) -> None:
    """Press, and stop the browser while the form is on its way; a second press sends
    nothing."""
    sent: list[str] = []
    page.route(POSTS, lambda route: route.abort("aborted"))
    with page.expect_event("requestfailed"):
        press(page)
    page.on("request", lambda request: sent.append(request.url))
    expect(form(page)).to_have_attribute("aria-busy", BUSY)
    press(page)
    expect(form(page)).to_have_attribute("aria-busy", BUSY)
    assert sent == []
    page.unroute(POSTS)


def published_once(page: Page, story: Story) -> None:
    press(page)
    expect(page.get_by_role("status")).to_contain_text("Published.")
    page.goto(story.url)
    expect(page.locator("article[data-post]")).to_have_count(1)


@pytest.mark.parametrize("width", [360, 1280])
def test_a_long_word_stays_in_its_field(writing: Page, width: int) -> None:
    """A pasted address as long as they come wraps in its field, which stays as wide as
    its column."""
    writing.set_viewport_size({"width": width, "height": 900})
    field = writing.locator("#update-text")
    wide = field.evaluate("one => one.offsetWidth")
    field.fill("x" * 300)
    assert field.evaluate("one => one.offsetWidth") == wide
    assert field.evaluate("one => one.scrollWidth <= one.clientWidth")
    assert writing.evaluate("document.documentElement.scrollWidth") <= width


def test_stopped_by_escape(writing, story):
    """Who stops a form with Escape finds it as it was, and can send it at once."""
    sent_and_stopped(writing)
    writing.keyboard.press("Escape")
    expect(form(writing)).not_to_have_attribute("aria-busy", BUSY)
    expect(writing.locator("#update-text")).to_have_value("The bridge opens at noon.")
    published_once(writing, story)


def test_stopped_by_the_browsers_button(writing, story):
    """Of the browser's own button the page hears nothing: the form opens by itself."""
    sent_and_stopped(writing)
    writing.clock.fast_forward(SHUT)
    expect(form(writing)).not_to_have_attribute("aria-busy", BUSY)
    published_once(writing, story)


def test_back_and_forward(writing, story):
    """A form that was sent is open again for who comes back to its page."""
    press(writing)
    expect(writing.get_by_role("status")).to_contain_text("Published.")
    writing.go_back()
    expect(form(writing)).not_to_have_attribute("aria-busy", BUSY)
    writing.locator("#update-text").fill("And closes at two.")
    press(writing)
    expect(writing.get_by_role("status")).to_contain_text("Published.")
    writing.goto(story.url)
    expect(writing.locator("article[data-post]")).to_have_count(2)


def test_what_was_stopped_is_not_left_behind(writing: Page, story: Story) -> None:
    """Closing the page after a form was stopped asks first: its words are nowhere else."""
    sent_and_stopped(writing)
    writing.keyboard.press("Escape")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    writing.on("dialog", stay)
    writing.goto(story.url)
    assert asked == ["beforeunload"]


def test_a_picture_that_is_too_large_is_not_sent(writing: Page, tmp_path: Path) -> None:
    """It is said at once beside the field, and the words stay; another picture is taken."""
    picture = tmp_path / "large.jpg"
    with picture.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    sent: list[str] = []
    writing.on("request", lambda request: sent.append(request.method))
    writing.locator("summary", has_text="Photo").first.click()
    field = writing.locator("#update-image")
    field.set_input_files(picture)
    press(writing)
    message = "one => one.validationMessage"
    assert "too large" in field.evaluate(message)
    assert "POST" not in sent
    field.set_input_files([])
    assert field.evaluate(message) == ""


def test_an_open_page_has_a_new_title(visitor, story):
    """A story that gets another title and summary at the desk shows them in pages that
    are open, also where it had none before."""
    reading = visitor.read(story.url)
    desk = signed_in(visitor, story)
    for title, summary in (("The bridge stays", "By 12 votes."), ("Bridge", "")):
        desk.goto(f"{story.newsroom.url}/desk/stories/{story.slug}")
        desk.locator("summary", has_text="Title, summary and section").click()
        desk.get_by_label("Title").fill(title)
        desk.get_by_label("Summary").fill(summary)
        desk.get_by_role("button", name="Change them").click()
        head = reading.locator(".masthead")
        expect(head.locator("h1")).to_have_text(title)
        expect(head.locator(".standfirst")).to_have_text([summary] if summary else [])
