"""The newsroom shares its address with a site that has a service worker of its own."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Protocol

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from playwright.sync_api import Page, expect

from tests.journeys.steps import (
    BUTTON,
    STATUS,
    Guest,
    Story,
    article,
    following,
    press,
    subscription_of,
)
from tests.support.desktop import Desktop
from tests.support.fcm import FCM
from tests.support.loopthread import LoopThread
from tests.support.newsroom import Newsroom
from tests.support.pushrules import b64u
from tests.support.sender import Sender, point
from tests.support.sharedsite import SharedSite
from tests.support.waiting import until

# Names of its own that ours uses as well, and a handler for all that ours has; it notes
# what it hears where it outlives the worker.
WORKER = """
const SHOWN = "the host's", KEPT = 7;
let turn = "the host's";
const following = "the host's";
function show() { return "the host's"; }
self.addEventListener("install", () => self.skipWaiting());
async function heard(what) {
  const store = await caches.open("host");
  const before = await store.match("/heard");
  const all = before ? await before.json() : [];
  await store.put("/heard", new Response(JSON.stringify([...all, what])));
}
self.addEventListener("push", (event) => {
  const { title } = event.data.json();
  // First noted, then shown: whoever clicks at once is noted after it.
  event.waitUntil(heard(`push ${title}`).then(() => self.registration.showNotification(title)));
});
self.addEventListener("notificationclick", (event) => {
  event.waitUntil(heard(`click ${event.notification.title}`));
});
self.addEventListener("fetch", (event) => {
  if (!event.request.url.endsWith("/what-the-host-has")) return;
  const mine = [SHOWN, KEPT, turn, following, show(), typeof self.following];
  event.respondWith(new Response(JSON.stringify(mine)));
});
"""
IMPORTING = """try {
  importScripts("/push-worker.js");
} catch (error) {
  console.error(error);
}
"""
HEARD = (
    "caches.open('host').then(store => store.match('/heard'))"
    ".then(found => found ? found.json() : [])"
)
OWN = {"/host.js": WORKER, "/host-with-us.js": IMPORTING + WORKER}


class Made(Protocol):
    """Makes a newsroom at the shared address, with these settings."""

    def __call__(self, **settings: str) -> Story: ...


@pytest.fixture
def at_one_address(
    thread: LoopThread, pattern: Path, tmp_path: Path, fcm: FCM
) -> Iterator[Made]:
    with ExitStack() as stack:

        def made(**settings: str) -> Story:
            site = stack.enter_context(SharedSite(thread, OWN))
            data = tmp_path / "data"
            shutil.copytree(pattern, data)
            own = {f"STOPPRESS_{name}": is_ for name, is_ in settings.items()}
            address = {"STOPPRESS_URL": site.url}
            newsroom = Newsroom(data, settings={**fcm.settings, **address, **own})
            site.newsroom = newsroom.port
            stack.enter_context(newsroom)
            return Story(newsroom, "story-0", site.url)

        yield made


def host_worker(page: Page, script: str) -> None:
    """The site registers its worker, which rules over the page from then on."""
    page.evaluate(
        """script => navigator.serviceWorker.register(script)
        .then(() => navigator.serviceWorker.ready)""",
        script,
    )
    page.reload()


def from_the_host(
    story: Story, fcm: FCM, subscription: dict[str, Any], title: str
) -> None:
    """The site's own system sends to a subscription, signed with the newsroom's key."""
    sender = Sender(fcm.routes)
    key = load_pem_private_key(
        (story.newsroom.data / "keys" / "vapid.pem").read_bytes(), None
    )
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    sender._private, sender.public = key, b64u(point(key.public_key()))
    status = sender.post(subscription, json.dumps({"title": title}).encode())
    assert status == 201


def test_inside_the_sites_worker_each_hears_what_is_theirs(
    reader: Guest, at_one_address: Made, fcm: FCM, desktop: Desktop
) -> None:
    """The site's worker imports ours. An alert is shown once, by us, and a click on it
    opens the post; the site's own message and its click reach the site's handlers and
    not ours; no name of the site's is touched."""
    story = at_one_address(WORKER="/host-with-us.js")
    page = reader.open(story.url)
    host_worker(page, "/host-with-us.js")
    reader.allow(story.url)
    press(page)
    following(page)
    subscription = subscription_of(page)
    mine = page.evaluate("fetch('/what-the-host-has').then(found => found.json())")
    theirs = "the host's"
    assert mine == [theirs, 7, theirs, theirs, theirs, "undefined"]
    posted = story.post("It opens at noon.", headline="Ours", push=True)
    with reader.context.expect_page() as opened:
        desktop.click(desktop.see(reader.app, title="Ours"))
    expect(article(opened.value, posted)).to_contain_text("It opens at noon.")
    before = len(reader.context.pages)
    from_the_host(story, fcm, subscription, "Theirs")
    desktop.click(desktop.see(reader.app, title="Theirs"))
    until(
        lambda: page.evaluate(HEARD) == ["push Theirs", "click Theirs"],
        "what the site's own handlers heard",
    )
    assert len(reader.context.pages) == before
    assert [one.title for one in desktop.shown] == ["Ours", "Theirs"]


def test_a_subscription_of_the_sites_own_is_not_taken_away(
    reader: Guest, at_one_address: Made
) -> None:
    """Where the site has subscribed under a key of its own, the reader who presses is
    told so, and the site's subscription is as it was."""
    story = at_one_address(WORKER="/host-with-us.js")
    page = reader.open(story.url)
    host_worker(page, "/host-with-us.js")
    reader.allow(story.url)
    page.evaluate(
        """key => navigator.serviceWorker.ready.then(({ pushManager }) =>
        pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }))""",
        Sender().public,
    )
    before = subscription_of(page)
    press(page)
    expect(page.locator(STATUS)).to_contain_text("by another way")
    expect(page.locator(BUTTON)).to_have_text("Get the latest updates")
    assert subscription_of(page) == before


def scopes(page: Page) -> dict[str, str]:
    """The endpoints of this address's workers, by their scopes."""
    found: dict[str, str] = page.evaluate(
        """async () => {
          const all = {};
          for (const one of await navigator.serviceWorker.getRegistrations()) {
            const found = await one.pushManager.getSubscription();
            all[new URL(one.scope).pathname] = found ? found.endpoint : "";
          }
          return all;
        }"""
    )
    return found


def test_beside_the_sites_worker_under_a_scope_of_its_own(
    reader: Guest, at_one_address: Made, desktop: Desktop
) -> None:
    """The site's worker rules over the pages and is left alone; ours has a scope and a
    subscription of its own, and an alert arrives. One that was made under another scope
    before is given up: the same follower, told once."""
    story = at_one_address(WORKER_SCOPE="/follow")
    page = reader.follow(story.url)
    first = scopes(page)
    assert first.keys() == {"/follow"}
    assert first["/follow"]
    host_worker(page, "/host.js")
    following(page)
    assert scopes(page) == {**first, "/": ""}
    page.close()
    story.newsroom._settings["STOPPRESS_WORKER_SCOPE"] = "/stories/"
    story.newsroom.restart()
    page = reader.open(story.url)
    following(page)
    until(lambda: scopes(page).get("/stories/"), "a subscription under the new scope")
    assert {**scopes(page), "/stories/": ""} == {
        "/": "",
        "/follow": "",
        "/stories/": "",
    }
    counted = story.newsroom.command("keys", "--json")
    assert [one["followers"] for one in json.loads(counted.out)] == [1]
    posted = story.post("It opens at noon.", headline="Ours", push=True)
    page.close()
    with reader.context.expect_page() as opened:
        desktop.click(desktop.see(reader.app, title="Ours"))
    expect(article(opened.value, posted)).to_contain_text("It opens at noon.")
    assert [one.title for one in desktop.shown] == ["Ours"]
