"""A reader presses the button, closes the page, and is told."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.journeys.steps import (
    BUTTON,
    STATUS,
    TITLE,
    Guest,
    Story,
    article,
    following,
    not_following,
    press,
    published,
)
from tests.support.autopush import Autopush
from tests.support.browsers import DENIED, Firefox
from tests.support.loopthread import LoopThread
from tests.support.pushfar import PushFar

ON_THE_DESKTOP = 2.0  # seconds from the post to the notification, page closed
SUBSCRIBE_LIMIT = 16_000  # milliseconds: a little more than the page's own
LOSS = 45  # seconds: on a busy machine Firefox is slow to see that it was forgotten


@pytest.fixture
def far(thread: LoopThread) -> Iterator[PushFar]:
    with PushFar(thread) as service:
        yield service


def follow_plainly(story: Story, far: PushFar) -> str:
    """Let a made-up browser follow; give back its name."""
    receiver = far.receiver()
    topic = f"/stories/{story.slug}"
    body = json.dumps({"subscription": receiver.subscription, "topic": topic})
    request = urllib.request.Request(  # noqa: S310
        f"{story.newsroom.url}/followers",
        body.encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
        assert answer.status == 201
    return receiver.name


def test_a_post_is_on_the_desktop_within_two_seconds(
    reader, story, desktop, record_property
):
    """Page closed, a post pushed from the command line: within two seconds the desktop
    shows it in the post's own words, and a click opens the post."""
    reader.follow(story.url).close()
    posted = story.post("It opens at *noon*.", headline="The bridge reopens", push=True)
    shown = desktop.see(reader.app, title="The bridge reopens")
    assert shown.body.endswith("It opens at noon.")
    assert not shown.silent
    with reader.context.expect_page() as opened:
        desktop.click(shown)
    opened.value.wait_for_url(story.address(posted))
    there = article(opened.value, posted)
    expect(there).to_contain_text("It opens at noon.")
    took = shown.at - published(there)
    record_property("seconds to the desktop", round(took, 3))
    assert took < ON_THE_DESKTOP


def test_a_click_finds_the_page_that_is_open(reader, story, desktop):
    """Where the post's page is open already, no second one is opened."""
    page = reader.follow(story.url)
    posted = story.post("It opens at noon.", push=True)
    page.goto(story.address(posted))
    before = len(reader.context.pages)
    desktop.click(desktop.see(reader.app, title=TITLE))
    # A click on a second notification is the proof that the first has been dealt with.
    other = story.post("It is noon.", headline="Noon", push=True)
    with reader.context.expect_page() as opened:
        desktop.click(desktop.see(reader.app, title="Noon"))
    opened.value.wait_for_url(story.address(other))
    assert len(reader.context.pages) == before + 1


def test_everyone_is_told_what_is_meant_for_them(firefox, own_story, desktop):
    """Who follows everything and the story as well is told once; of a post without
    --push, and of its correction, never."""
    firefox.follow(own_story.newsroom.url).close()
    firefox.follow(own_story.url).close()
    quiet = own_story.post("Nothing to see.", headline="Quiet")
    own_story.correct(quiet, "Nothing at all.", "There was less.")
    own_story.post("Once.", headline="Once", push=True)
    own_story.post("All is said.", headline="Marker", push=True)
    desktop.see("Firefox", title="Marker")
    assert [shown.title for shown in desktop.shown] == ["Once", "Marker"]


def test_who_stopped_is_told_no_more(reader, story, desktop, far):
    """On the next visit the button knows what is followed; pressed once more it ends
    that: a post reaches the others and not this desktop, until it is pressed again."""
    other = follow_plainly(story, far)
    reader.follow(story.url).close()
    page = reader.open(story.url)
    following(page)
    expect(page.locator(STATUS)).to_have_text("You follow this story.")
    page.locator(BUTTON).click()
    not_following(page)
    expect(page.locator(STATUS)).to_contain_text("Stopped")
    story.post("Unheard.", headline="Unheard", push=True)
    far.wait(lambda: far.of(other), "the other follower's alert")
    press(page)
    following(page)
    story.post("Heard.", headline="Marker", push=True)
    desktop.see(reader.app, title="Marker")
    assert [shown.title for shown in desktop.shown] == ["Marker"]


@pytest.mark.parametrize("kind", ["firefox_kind", "chromium_kind"])
def test_a_refusal_is_explained(request, kind, story, tmp_path):
    """Where the reader has blocked notices, the page says so and what to do."""
    browser = request.getfixturevalue(kind)
    if isinstance(browser, Firefox):
        closed = browser.start(DENIED)
        guest = Guest("Firefox", closed.new_context())
    else:
        closed = browser.start_with_profile(tmp_path / "profile", allowed=False)
        guest = Guest("Chromium", closed)
    page = guest.open(story.url)
    press(page)
    expect(page.locator(STATUS)).to_contain_text("blocked in this browser")
    expect(page.locator(f"{STATUS} a")).to_have_attribute("href", "/follow#blocked")
    expect(page.locator(BUTTON)).to_be_enabled()
    closed.close()


def test_a_private_window_is_explained(incognito, story, watching):
    """Chromium refuses push in a private window; the page says so."""
    watching["incognito"].forgiven.append("Push API in incognito mode")
    incognito.context.grant_permissions(["notifications"], origin=story.newsroom.url)
    page = incognito.open(story.url)
    press(page)
    expect(page.locator(STATUS)).to_contain_text("private window")


def test_a_service_that_never_answers_has_a_limit(chromium_kind, story, tmp_path):
    """Where the browser's delivery service is out of reach, subscribe() never
    settles: the page gives up after its limit and says so."""
    context = chromium_kind.start_with_profile(tmp_path / "profile", with_push=False)
    page = Guest("Chromium", context).open(story.url)
    page.clock.install()
    page.reload()
    press(page)
    expect(page.locator(STATUS)).to_contain_text("Setting up")
    page.wait_for_function("navigator.serviceWorker.ready")
    page.clock.fast_forward(SUBSCRIBE_LIMIT)
    expect(page.locator(STATUS)).to_contain_text("did not answer")
    not_following(page)
    context.close()


def test_a_server_that_is_away_is_explained(firefox, own_story, watching):
    """When our own server cannot be reached, the page says so; nothing is followed."""
    watching["firefox"].forgiven.append("(?i)refused|failed|fetch|connect|load")
    firefox.allow(own_story.url)
    page = firefox.read(own_story.url)
    own_story.newsroom.stop()
    press(page)
    expect(page.locator(STATUS)).to_contain_text("cannot be reached")
    not_following(page)


def test_a_follower_that_the_service_forgot_is_found_again(
    playwright, thread, screen, story, desktop, tmp_path
):
    """A push service that lost its browsers costs the reader nothing: the worker
    subscribes anew and the next post arrives."""
    service = Autopush(thread)
    context = Firefox(playwright, service, screen).start_with_profile(tmp_path / "p")
    try:
        Guest("Firefox", context).follow(story.url).close()
        service.forget()
        service.wait(lambda: service.channels, "a new subscription", timeout=LOSS)
        first = next(iter(service.channels.values()))
        story.post("Found again.", headline="Found again", push=True)
        desktop.see("Firefox", title="Found again")
        assert service.channels == {first.id: first}
    finally:
        context.close()
        service.close()
