"""The page about following: what this browser follows, what is kept, and the end of it."""

from __future__ import annotations

import json
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.journeys.steps import (
    STATUS,
    Guest,
    Story,
    following,
    known,
    not_following,
    press,
    subscription_of,
)

SAID = "[data-mine-status]"


def rights(reader: Guest, story: Story) -> Page:
    return reader.open(f"{story.newsroom.url}/follow")


def lines(page: Page) -> Locator:
    return page.locator("[data-mine-list] li")


def test_everything_that_is_followed_can_be_stopped_in_one_place(
    reader, own_story, own_newsroom
):
    """The page lists what this browser follows and follows the button beside it; each
    line has a button that ends it, and the keyboard goes on from the heading."""
    reader.follow(own_story.url).close()
    page = rights(reader, own_story)
    expect(lines(page)).to_have_count(1)
    press(page)
    following(page)
    expect(lines(page)).to_have_count(2)
    expect(page.locator(STATUS)).to_contain_text("You are following.")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    page.get_by_role("button", name="Stop following: Everything").click()
    expect(page.locator(SAID)).to_contain_text("Stopped.")
    expect(lines(page)).to_have_count(1)
    expect(page.locator("#mine")).to_be_focused()
    not_following(page)
    assert known(own_newsroom, subscription_of(page)) == [f"/stories/{own_story.slug}"]


def test_a_sample_comes_when_it_is_asked_for(reader, own_story, desktop, watching):
    """One press, and the desktop shows a notice that says what it is; a second press in
    the same minute is told to wait."""
    for seen in watching.values():
        seen.forgiven.append("429")
    reader.follow(own_story.url).close()
    page = rights(reader, own_story)
    button = page.get_by_role("button", name="Send me a sample")
    button.click()
    expect(page.locator(SAID)).to_contain_text("Sent.")
    shown = desktop.see(reader.app, title="A sample from Stop Press")
    assert not shown.silent
    button.click()
    expect(page.locator(SAID)).to_contain_text("within the last minute")
    expect(button).to_be_focused()
    assert len(desktop.by(reader.app)) == 1


def test_what_is_kept_is_handed_over_as_a_file(chromium, own_story, tmp_path):
    """One press saves a file with all that the newsroom keeps about this browser. (Of
    a download in stock Firefox nobody hears.)"""
    chromium.follow(own_story.url).close()
    page = rights(chromium, own_story)
    with page.expect_download() as saved:
        page.get_by_role("button", name="Download what is kept").click()
    file = Path(tmp_path / "kept.json")
    saved.value.save_as(file)
    about = json.loads(file.read_text())
    subscription = subscription_of(page)
    assert about["delivery_address"] == subscription["endpoint"]
    assert about["keys"] == subscription["keys"]
    assert [row["topic"] for row in about["follows"]] == [f"/stories/{own_story.slug}"]
    expect(page.locator(SAID)).to_contain_text(saved.value.suggested_filename)


def test_one_press_erases_all(reader, own_story, own_newsroom):
    """After it the server knows nothing, the browser has given its address up, and no
    visit brings anything back."""
    reader.follow(own_newsroom.url).close()
    page = reader.follow(own_story.url)
    subscription = subscription_of(page)
    page.close()
    page = rights(reader, own_story)
    expect(lines(page)).to_have_count(2)
    page.get_by_role("button", name="Erase it all and stop").click()
    expect(page.locator(SAID)).to_contain_text("Erased.")
    expect(page.locator("[data-mine-words]")).to_contain_text("nothing is kept")
    assert known(own_newsroom, subscription) == []
    page.close()
    for address in (own_newsroom.url, own_story.url):
        page = reader.open(address)
        not_following(page)
        page.wait_for_function(
            "navigator.serviceWorker.ready.then(ready => ready.pushManager"
            ".getSubscription()).then(found => found === null)"
        )
    assert known(own_newsroom, subscription) == []


def test_an_erasure_that_the_server_did_not_hear_is_told_later(
    reader, own_story, own_newsroom, watching
):
    """The server cannot be reached: the page says what that means; the next visit
    erases, and nothing is taken up again."""
    for seen in watching.values():
        seen.forgiven.append("(?i)failed|abort|NetworkError|fetch")
    page = reader.follow(own_story.url)
    subscription = subscription_of(page)
    page.close()
    page = rights(reader, own_story)
    page.route("**/followers/erase", lambda route: route.abort())
    page.get_by_role("button", name="Erase it all and stop").click()
    expect(page.locator(SAID)).to_contain_text("could not be told yet")
    page.close()
    page = reader.context.new_page()
    with page.expect_response("**/followers/unfollow"):
        page.goto(own_story.url)
    assert known(own_newsroom, subscription) == []
    not_following(page)
