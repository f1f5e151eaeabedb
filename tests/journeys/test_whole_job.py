"""The main job, whole: one page open, one closed; a post, a correction; a kill."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.steps import (
    FRESH,
    Guest,
    Posted,
    Story,
    article,
    await_fresh,
    fresh_after,
    order,
    published,
)
from tests.support.desktop import Desktop

IN_THE_PAGE, ON_THE_DESKTOP = 1.0, 2.0  # seconds from the post
AGAIN = 30  # seconds until an open page has found its server again
REASON = "They are sold from four."
SAVED = """\
Weather
Subscribe
The Harbour Gazette

Ferry and Bridge to Share One Ticket

By Our Reporter
Last updated 03/04/2016

Photo: AP
The ferry leaves the old quay.

The town council agreed on a single ticket for ferry and bridge after two years of
argument over who is to pay for the machines.

Under the plan the first tickets are sold in spring. The harbour office keeps the list
of stops and the prices, and a joint board meets each month.

Critics said that the price had not been named. The council promised a figure before
the summer.

Related stories
Privacy policy
"""


@pytest.fixture
def imported(own_story: Story) -> Posted:
    """A saved page that was imported into the story."""
    saved = own_story.newsroom.data.with_name("page.txt")
    saved.write_text(SAVED)
    into = ["--published", "2006-01-25", "--story", own_story.slug, "--json"]
    return own_story.newsroom.run("import", str(saved), *into)


def offered(page: Page, posted: Posted) -> None:
    """See the post behind its button, and show it."""
    expect(page.locator(FRESH)).to_have_text("1 new update", timeout=AGAIN * 1000)
    page.locator(FRESH).click()
    expect(article(page, posted)).to_contain_text("Sold from noon.")


def put_right(story: Story, posted: Posted, page: Page) -> None:
    """Correct the post, and see the correction in the open page."""
    story.correct(posted, "Sold from four.", REASON)
    fresh = article(page, posted)
    expect(fresh).to_contain_text("Sold from four.")
    expect(fresh).to_contain_text(REASON)
    expect(fresh).not_to_contain_text("Sold from noon.")


def replaced(desktop: Desktop, app: str, headline: str) -> None:
    """See the correction on the desktop, in the place of what it corrects."""
    right = desktop.see(app, title=f"Correction: {headline}")
    assert right.body.endswith(REASON)
    gone = f"{headline!r} taken away"
    desktop.wait(lambda: headline not in {s.title for s in desktop.open.values()}, gone)


@pytest.mark.usefixtures("broken_connections")
@pytest.mark.parametrize(
    ("open_in", "closed_in"), [("incognito", "firefox"), ("firefox", "chromium")]
)
def test_the_whole_job(request, open_in, closed_in, imported, own_story, desktop):
    """An imported page is open in one browser, closed in the other. A post is in the one
    within a second and on the other's desktop within two; its correction replaces both.
    So it goes with the next, after the server was killed and started again."""
    reader: Guest = request.getfixturevalue(open_in)
    follower: Guest = request.getfixturevalue(closed_in)
    page = reader.read(own_story.url)
    expect(article(page, imported)).to_contain_text("single ticket")
    follower.follow(own_story.url).close()

    await_fresh(page)
    posted = own_story.post("Sold from noon.", headline="First tickets", push=True)
    shown = desktop.see(follower.app, title="First tickets")
    offered(page, posted)
    assert shown.at - published(article(page, posted)) < ON_THE_DESKTOP
    assert fresh_after(page, article(page, posted)) < IN_THE_PAGE
    put_right(own_story, posted, page)
    replaced(desktop, follower.app, "First tickets")

    own_story.newsroom.kill()
    second = own_story.post("Sold from noon.", headline="More tickets", push=True)
    own_story.newsroom.start()
    offered(page, second)
    desktop.see(follower.app, title="More tickets")
    put_right(own_story, second, page)
    replaced(desktop, follower.app, "More tickets")

    assert order(page) == [second["id"], posted["id"], imported["id"]]
    assert [shown.title for shown in desktop.shown] == [
        *("First tickets", "Correction: First tickets"),
        *("More tickets", "Correction: More tickets"),
    ]
