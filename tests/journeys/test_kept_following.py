"""What a reader follows is not forgotten, and what they stopped does not come back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, Route, expect

from tests.journeys.steps import (
    BUTTON,
    STATUS,
    Guest,
    Story,
    Watched,
    following,
    known,
    muted,
    not_following,
    subscription_of,
)
from tests.support.autopush import Autopush
from tests.support.browsers import Firefox
from tests.support.desktop import Desktop
from tests.support.fcm import FCM
from tests.support.loopthread import LoopThread
from tests.support.newsroom import Newsroom
from tests.support.waiting import until

LOSS = 45  # seconds: on a busy machine Firefox is slow to see that it was forgotten
WAITS_ITS_TURN = "navigator.locks.query().then(all => all.pending.length > 0)"
FAILED = "(?i)failed|abort|load|NetworkError|fetch|410|Gone"


@pytest.fixture(autouse=True)
def refused_requests(watching: dict[str, Watched]) -> None:
    """Browsers themselves report a request that is refused or fails."""
    for seen in watching.values():
        seen.forgiven.append(FAILED)


@pytest.fixture
def service(reader: Guest, autopush: Autopush, fcm: FCM) -> Autopush | FCM:
    """The push service of this reader's browser."""
    return autopush if reader.app == "Firefox" else fcm


@pytest.fixture
def ending(newsroom: Newsroom, slugs: Iterator[str]) -> Story:
    """A story that is closed while it is followed."""
    return Story(newsroom, next(slugs))


def remembered(page: Page) -> list[str]:
    """The topics that the browser has noted down as followed."""
    return list(page.evaluate("self.following.recall()")["follows"])


def dropped(service: Autopush | FCM, page: Page, story: Story) -> None:
    """The push service says that the address is gone; the server forgets the follower."""
    subscription = subscription_of(page)
    page.close()
    service.expire(subscription["endpoint"])
    story.post("Into the void.", headline="Void", push=True)
    until(lambda: not known(story.newsroom, subscription), "the follower is dropped")


def test_who_was_dropped_follows_again_on_the_next_visit(
    reader, service, ending, story, other_story, desktop
):
    """The push service answers 410 and the server drops the follower. On the next visit
    all is followed again under a living address, past a story that has closed since, and
    an alert arrives; the closed one is asked for no more."""
    for one in (ending, story):
        reader.follow(one.url).close()
    page = reader.follow(other_story.url)
    ending.close()
    dropped(service, page, story)
    page = reader.open(story.url)
    following(page)
    until(
        lambda: (
            {f"/stories/{one.slug}" for one in (story, other_story)}
            <= set(known(story.newsroom, subscription_of(page)))
        ),
        "both are followed again",
    )
    until(lambda: f"/stories/{ending.slug}" not in remembered(page), "the end is known")
    assert f"/stories/{other_story.slug}" in remembered(page)
    page.close()
    other_story.post("Here again.", headline="Again", push=True)
    desktop.see(reader.app, title="Again")


def test_who_was_dropped_is_still_spared(reader, service, own_story, own_newsroom):
    """A story that was left out of everything stays left out when the server has lost
    the follower and is told again."""
    own_newsroom.run("story", "second", "--title", "The ferry", "--json")
    reader.follow(own_newsroom.url).close()
    page = reader.open(own_story.url)
    page.get_by_role("button", name="Not this story").click()
    expect(page.locator("[data-mute-box]")).to_contain_text("but this story")
    dropped(service, page, Story(own_newsroom, "second"))
    page = reader.open(own_newsroom.url)
    following(page)
    topics = [f"/stories/{own_story.slug}"]
    until(
        lambda: muted(own_newsroom, subscription_of(page)) == topics,
        "the story is left out again",
    )


def test_what_could_not_be_followed_again_is_kept_for_the_next_visit(
    reader, service, story, other_story
):
    """The server is lost while it is told again: nothing is struck from the browser's
    memory, and the visit after that puts all of it right."""
    reader.follow(story.url).close()
    page = reader.follow(other_story.url)
    dropped(service, page, story)
    page = reader.context.new_page()
    page.route("**/followers", lambda route: route.abort())
    for visit in (lambda: page.goto(story.url), page.reload):
        with page.expect_event(
            "requestfailed", lambda request: request.url.endswith("/followers")
        ):
            visit()
    not_following(page)
    assert f"/stories/{story.slug}" in remembered(page)
    page.close()
    following(reader.open(story.url))
    following(reader.open(other_story.url))


@pytest.fixture
def own_push(thread: LoopThread) -> Iterator[Autopush]:
    """A push service of the journey's own, which may lose its browsers."""
    made = Autopush(thread)
    yield made
    made.close()


@pytest.fixture
def loser(
    playwright: Playwright, own_push: Autopush, screen: Desktop, tmp_path: Path
) -> Iterator[Guest]:
    """A reader with Firefox, at that service."""
    browser = Firefox(playwright, own_push, screen)
    context = browser.start_with_profile(tmp_path / "profile")
    yield Guest("Firefox", context)
    context.close()


def test_a_changed_address_keeps_all_that_is_followed(
    loser, own_push, story, other_story, desktop
):
    """Page closed, the follower dropped by the server, then the browser's address
    changes: the worker follows all of it again, and the next alert arrives."""
    loser.follow(story.url).close()
    dropped(own_push, loser.follow(other_story.url), story)
    own_push.forget()
    own_push.wait(lambda: own_push.channels, "a new subscription", timeout=LOSS)
    page = loser.open(f"{story.newsroom.url}/sw.js")  # as text: it does nothing there
    fresh = subscription_of(page)
    topics = {f"/stories/{one.slug}" for one in (story, other_story)}
    until(lambda: set(known(story.newsroom, fresh)) == topics, "followed again")
    page.close()
    other_story.post("Still told.", headline="Still told", push=True)
    desktop.see("Firefox", title="Still told")


def test_a_stop_holds_against_another_tab(reader, story, other_story):
    """One tab has heard that the story is followed and is slow to note it down; the
    reader stops in another: the story stays unfollowed, and both tabs say so."""
    reader.follow(other_story.url).close()
    stopping = reader.follow(story.url)
    heard = {"follows": known(story.newsroom, subscription_of(stopping))}
    held: list[Route] = []
    slow = reader.context.new_page()

    def hold(route: Route) -> None:
        held.append(route)

    slow.route("**/followers/state", hold)
    with slow.expect_request("**/followers/state"):
        slow.goto(story.url)
    slow.wait_for_function("self.following")
    stopping.locator(BUTTON).click()
    stopping.wait_for_function(WAITS_ITS_TURN)
    held.pop().fulfill(json=heard)
    expect(stopping.locator(STATUS)).to_contain_text("Stopped")
    not_following(slow)
    for page in (slow, stopping):
        page.close()
    page = reader.open(other_story.url)
    following(page)
    assert f"/stories/{story.slug}" not in known(story.newsroom, subscription_of(page))
    not_following(reader.open(story.url))


def test_a_stop_that_the_server_did_not_hear_is_told_later(reader, story, other_story):
    """The server cannot be reached when the reader stops: the page says what that means;
    on the next visit the server is told, and the story is not taken up again."""
    reader.follow(other_story.url).close()
    page = reader.follow(story.url)
    subscription = subscription_of(page)
    page.route("**/followers/unfollow", lambda route: route.abort())
    page.locator(BUTTON).click()
    expect(page.locator(STATUS)).to_contain_text("could not be told yet")
    not_following(page)
    assert f"/stories/{story.slug}" in known(story.newsroom, subscription)
    page.close()
    page = reader.open(other_story.url)
    following(page)
    assert f"/stories/{story.slug}" not in known(story.newsroom, subscription)
    not_following(reader.open(story.url))
