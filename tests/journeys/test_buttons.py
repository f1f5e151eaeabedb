"""The buttons of a notification, its picture, and that a press on it is counted."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Response, expect

from tests.builders import a_picture
from tests.journeys.steps import (
    Guest,
    Posted,
    Story,
    article,
    known,
    muted,
    subscription_of,
)
from tests.journeys.test_desk import signed_in
from tests.journeys.test_following import follow_plainly
from tests.support.desktop import Desktop, Shown
from tests.support.newsroom import Newsroom
from tests.support.pushfar import PushFar
from tests.support.waiting import until

MUTE, FOLLOW = "Not this story", "Follow story"
SAID = "[data-mine-status]"
NO_CONTENT = 204


@pytest.fixture
def other_of_own(own_newsroom: Newsroom) -> Story:
    """A second story in the reader's own newsroom."""
    own_newsroom.run("story", "second", "--title", "The ferry", "--json")
    return Story(own_newsroom, "second")


def labels(shown: Shown) -> list[str]:
    """What can be chosen on a notification."""
    return [one for one in shown.actions.values() if one in {MUTE, FOLLOW}]


def press(desktop: Desktop, shown: Shown, label: str) -> None:
    desktop.click(shown, {said: key for key, said in shown.actions.items()}[label])


def rights(reader: Guest, newsroom: Newsroom) -> Page:
    return reader.open(f"{newsroom.url}/follow")


def test_not_this_story(reader, own_story, other_of_own, own_newsroom, desktop):
    """Who follows everything presses "Not this story": a silent answer says what that
    means, the next alert of this story does not come, another story's does; the page
    about following shows it, and takes it back."""
    reader.follow(own_newsroom.url).close()
    own_story.post("At noon.", headline="Bridge opens", push=True)
    shown = desktop.see(reader.app, title="Bridge opens")
    assert labels(shown) == [FOLLOW, MUTE]
    press(desktop, shown, MUTE)
    answer = desktop.see(reader.app, title="No more alerts about “The harbour bridge”")
    assert answer.silent
    assert labels(answer) == []
    own_story.post("Unheard.", headline="Unheard", push=True)
    other_of_own.post("It sails.", headline="Ferry sails", push=True)
    desktop.see(reader.app, title="Ferry sails")
    assert "Unheard" not in [one.title for one in desktop.shown]
    page = rights(reader, own_newsroom)
    expect(page.locator("[data-mine-muted-list] li")).to_contain_text(
        ["The harbour bridge"]
    )
    assert Axe().run(page).violations_count == 0
    page.get_by_role("button", name="Tell me again of: The harbour bridge").click()
    expect(page.locator(SAID)).to_contain_text("You are told of this story again.")
    expect(page.locator("[data-mine-muted]")).to_be_hidden()
    page.close()
    own_story.post("Heard.", headline="Heard", push=True)
    desktop.see(reader.app, title="Heard")


def test_follow_story(reader, own_story, own_newsroom, desktop):
    """Who follows everything presses "Follow story", and follows it: an open page shows
    it, and the next notification does not offer it again. Then "Not this story" ends
    both."""
    page = reader.follow(own_newsroom.url)
    own_story.post("At noon.", headline="Bridge opens", push=True)
    press(desktop, desktop.see(reader.app, title="Bridge opens"), FOLLOW)
    desktop.see(reader.app, title="You follow “The harbour bridge”")
    topic = f"/stories/{own_story.slug}"
    subscription = subscription_of(page)
    assert known(own_newsroom, subscription) == ["*", topic]
    own_story.post("Crowds.", headline="Crowds", push=True)
    shown = desktop.see(reader.app, title="Crowds")
    assert labels(shown) == [MUTE]
    press(desktop, shown, MUTE)
    desktop.see(reader.app, title="No more alerts about “The harbour bridge”")
    assert known(own_newsroom, subscription) == ["*"]


def test_the_last_follow_ends_with_the_button(reader, own_story, own_newsroom, desktop):
    """Who follows this story alone and wants no more of it is forgotten: the server
    knows nothing, the browser has given its address up."""
    page = reader.follow(own_story.url)
    subscription = subscription_of(page)
    own_story.post("At noon.", headline="Bridge opens", push=True)
    shown = desktop.see(reader.app, title="Bridge opens")
    assert labels(shown) == [MUTE]
    press(desktop, shown, MUTE)
    desktop.see(reader.app, title="No more alerts about “The harbour bridge”")
    assert known(own_newsroom, subscription) == []
    page.wait_for_function(
        "navigator.serviceWorker.ready.then(ready => ready.pushManager"
        ".getSubscription()).then(found => found === null)"
    )
    expect(page.locator("button[data-follow]")).to_have_text("Get the latest updates")


def test_a_choice_that_the_server_did_not_hear(
    reader, own_story, other_of_own, own_newsroom, desktop
):
    """The newsroom cannot be reached: the answer says so, and the server is told as soon
    as the next notice comes."""
    page = reader.follow(own_newsroom.url)
    subscription = subscription_of(page)
    page.close()
    own_story.post("At noon.", headline="Bridge opens", push=True)
    shown = desktop.see(reader.app, title="Bridge opens")
    own_newsroom.stop()
    press(desktop, shown, MUTE)
    desktop.see(reader.app, title="Noted: no more alerts about “The harbour bridge”")
    own_newsroom.start()
    other_of_own.post("It sails.", headline="Ferry sails", push=True)
    desktop.see(reader.app, title="Ferry sails")
    until(lambda: muted(own_newsroom, subscription), "the mute at the server")
    own_story.post("Unheard.", headline="Unheard", push=True)
    other_of_own.post("It is back.", headline="Ferry is back", push=True)
    desktop.see(reader.app, title="Ferry is back")
    assert "Unheard" not in [one.title for one in desktop.shown]


def test_a_choice_that_is_refused_opens_its_page(
    reader, own_story, own_newsroom, desktop, watching
):
    """The newsroom refuses (it knows the reader's delivery service no more): the story's
    page opens at the choice, where whatever is wrong can be said."""
    for seen in watching.values():
        seen.forgiven.append("403")
    reader.follow(own_newsroom.url).close()
    own_story.post("At noon.", headline="Bridge opens", push=True)
    shown = desktop.see(reader.app, title="Bridge opens")
    own_newsroom.stop()
    strict = {
        "STOPPRESS_PUSH_SERVICES": "push.example.org",
        "STOPPRESS_PUSH_LOOPBACK": "no",
    }
    with Newsroom(own_newsroom.data, port=own_newsroom.port, settings=strict):
        with reader.context.expect_page() as opened:
            press(desktop, shown, FOLLOW)
        opened.value.wait_for_url(f"{own_story.url}#follow-title")
        expect(opened.value.locator("#follow-title")).to_be_in_viewport()
        opened.value.close()


def test_the_same_choice_is_on_the_storys_page(reader, own_story, own_newsroom):
    """Where everything is followed, the story's page has the button as well, and the way
    back; that is where a browser leads that shows the notification by itself."""
    reader.follow(own_newsroom.url).close()
    page = reader.open(f"{own_story.url}#follow-title")
    box = page.locator("[data-mute-box]")
    box.get_by_role("button", name=MUTE).click()
    expect(box).to_contain_text("You follow everything but this story.")
    assert muted(own_newsroom, subscription_of(page))
    page.reload()
    box.get_by_role("button", name="Tell me of this story again").click()
    expect(box).to_contain_text("You follow everything, and this story with it.")
    assert not muted(own_newsroom, subscription_of(page))


def test_a_press_is_counted(reader, incognito, own_story, own_newsroom, desktop):
    """The worker says that a notice was pressed, and the desk how often; a press on a
    button is none, and the page that opens has its plain address."""
    reader.follow(own_story.url).close()
    posted = own_story.post("At noon.", headline="Bridge opens", push=True)
    shown = desktop.see(reader.app, title="Bridge opens")
    with reader.context.expect_page() as opened:
        desktop.click(shown)
    opened.value.wait_for_url(own_story.address(posted))
    said_at_the_desk(signed_in(incognito, own_story), posted, "about 1 press")


def test_a_browser_that_shows_notices_itself(visitor, own_story, thread):
    """It opens the message's own address: the page counts the press, once, and has its
    plain address and all that it shows."""
    with PushFar(thread) as far:
        name = follow_plainly(own_story, far)
        posted = own_story.post("At noon.", headline="Bridge opens", push=True)
        got = far.wait(lambda: far.of(name), "the alert")[0].notification
    with visitor.context.expect_event("response", counted) as said:
        page = visitor.open(got["navigate"])
    assert said.value.status == NO_CONTENT
    assert page.url == own_story.address(posted)
    page.reload()
    expect(article(page, posted)).to_be_visible()
    said_at_the_desk(signed_in(visitor, own_story), posted, "about 1 press")


def test_the_photo_is_in_the_notification(chromium, own_story, desktop, tmp_path):
    """The worker shows the post's photo. (Stock Firefox shows none and does not say.)"""
    file = Path(tmp_path / "bridge.jpg")
    file.write_bytes(a_picture())
    page = chromium.follow(own_story.url)
    words = ["post", "--story", own_story.slug, "--headline", "Bridge opens", "--json"]
    photo = ["--photo", str(file), "--photo-alt", "The bridge", "--push", "-"]
    own_story.newsroom.run(*words, *photo, text="At noon.")
    desktop.see("Chromium", title="Bridge opens")
    image = page.evaluate(
        "navigator.serviceWorker.ready.then(ready => ready.getNotifications())"
        ".then(all => all[0].image)"
    )
    assert image.startswith(f"{own_story.newsroom.url}/photos/")


def counted(response: Response) -> bool:
    return urlsplit(response.url).path.endswith("/clicks")


def said_at_the_desk(page: Page, posted: Posted, words: str) -> None:
    """Load the post's page at the desk until it says so: clicks are written together."""
    told = page.locator("section.told")

    def look() -> bool:
        page.goto(urljoin(page.url, f"/desk/posts/{posted['id']}"))
        return words in told.inner_text()

    until(look, f"the desk to say {words!r}")
