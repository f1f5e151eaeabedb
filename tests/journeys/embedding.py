"""A story on another site, in the words of a reader of that site."""

from __future__ import annotations

from playwright.sync_api import Locator, Page

from tests.journeys.steps import Guest, Story

NEW = "button:not([hidden])"


def script(story: Story) -> str:
    """The line's first half, needed once a page."""
    return f'<script type="module" src="{story.newsroom.url}/embed.js"></script>'


def element(story: Story, name: str = "one") -> str:
    """The line's second half."""
    inside = f'<a href="{story.url}">The story</a>'
    return f'<stop-press id="{name}" story="{story.slug}">{inside}</stop-press>'


def line(story: Story) -> str:
    """The one line of HTML."""
    return script(story) + element(story)


def visit(guest: Guest, story: Story, address: str, *, wait: bool = True) -> Page:
    """Open a page of the other site; wait until the story stands in it."""
    guest.homes.add(story.newsroom.url)
    page = guest.open(address)
    if wait:
        embedded(page).locator("section").wait_for()
    return page


def embedded(page: Page, name: str = "one") -> Locator:
    """The element; what is looked for in it is found in its shadow."""
    return page.locator(f"#{name}")


def posts(found: Locator) -> list[int]:
    """The posts that stand in an element, from the top."""
    ids = found.locator("article").evaluate_all(
        "all => all.map(one => Number(one.dataset.post))"
    )
    return [int(one) for one in ids]
