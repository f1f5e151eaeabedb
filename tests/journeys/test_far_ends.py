"""The far ends are true: both browsers follow through them without our product.

When a journey fails and these pass, the fault is in the product.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from aiohttp import web
from playwright.sync_api import Page

from tests.journeys.steps import Guest
from tests.support.autopush import DELIVERED, NOT_DECRYPTED, REPEATED
from tests.support.browsers import Chromium, Firefox
from tests.support.fcm import FCM
from tests.support.loopthread import LoopThread
from tests.support.sender import Sender, encrypt
from tests.support.waiting import Noticeboard, until

PAGE = """<!doctype html><html lang="en"><title>Far ends</title>
<link rel="icon" href="data:,"><button>Follow</button><script src="/page.js"></script>
"""
SCRIPT = """
const say = (what) => fetch("/said", {method: "POST", body: JSON.stringify(what)});
document.querySelector("button").onclick = async () => {
  try {
    await Notification.requestPermission();
    await navigator.serviceWorker.register("/worker.js");
    const worker = await navigator.serviceWorker.ready;
    const key = document.cookie.split("=")[1];
    say(await worker.pushManager.subscribe(
      {userVisibleOnly: true, applicationServerKey: key}));
  } catch (error) { say({error: `${error.name}: ${error.message}`}); }
};
"""
WORKER = """
const say = (what) => fetch("/said", {method: "POST", body: JSON.stringify(what)});
self.oninstall = () => self.skipWaiting();
self.onpush = (event) => event.waitUntil((async () => {
  const got = event.data.json();
  await self.registration.showNotification(got.title, got);
  await say({pushed: got.title});
})());
self.onnotificationclick = (event) => event.waitUntil(say({clicked: event.action}));
"""
MESSAGE = {"title": "Bridge reopens", "body": "At noon and ünïcode", "tag": "post-1"}


class Site(Noticeboard):
    """A page with a button and a worker, and what they said."""

    def __init__(self, thread: LoopThread, key: str) -> None:
        super().__init__()
        self.said: list[dict[str, Any]] = []
        self._key = key
        app = web.Application()
        app.router.add_get("/", self._page)
        app.router.add_get("/page.js", self._script(SCRIPT))
        app.router.add_get("/worker.js", self._script(WORKER))
        app.router.add_post("/said", self._hear)
        self._served = thread.serve(app)
        self.url = f"http://localhost:{self._served.port}"

    def hear(self, key: str, times: int = 1, timeout: float = 20) -> dict[str, Any]:
        """Wait for the last of so many things said under this key."""

        def look() -> list[dict[str, Any]]:
            found = [said for said in self.said if key in said]
            return found[times - 1 : times]

        return self.wait(look, f"{key} {times}x", timeout)[0]

    def describe(self) -> str:
        return str(self.said)

    def close(self) -> None:
        self._served.stop()

    async def _page(self, request: web.Request) -> web.Response:
        answer = web.Response(text=PAGE, content_type="text/html")
        answer.set_cookie("key", self._key)
        return answer

    def _script(self, text: str) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def answer(request: web.Request) -> web.Response:
            return web.Response(text=text, content_type="text/javascript")

        return answer

    async def _hear(self, request: web.Request) -> web.Response:
        self.said.append(await request.json())
        self.changed()
        return web.Response(status=204)


@pytest.fixture
def sender(fcm: FCM) -> Sender:
    return Sender(fcm.routes)


@pytest.fixture
def site(thread: LoopThread, sender: Sender) -> Iterator[Site]:
    made = Site(thread, sender.public)
    yield made
    made.close()


def follow(guest: Guest, site: Site) -> tuple[Page, dict[str, Any]]:
    guest.allow(site.url)
    page = guest.open(site.url)
    page.get_by_role("button").click()
    return page, site.hear("endpoint")


def sent(sender: Sender, subscription: dict[str, Any], **more: object) -> int:
    return sender.post(subscription, json.dumps({**MESSAGE, **more}).encode())


def test_a_notification_reaches_the_desktop(reader, site, sender, desktop):
    """Page closed, message sent: the desktop shows it, a second one under the same tag
    takes its place, and a click is heard."""
    page, subscription = follow(reader, site)
    page.close()
    assert sent(sender, subscription) == 201
    first = desktop.see(reader.app, title="Bridge reopens")
    assert first.body.endswith("At noon and ünïcode")
    assert sent(sender, subscription, title="Bridge stays shut") == 201
    second = desktop.see(reader.app, title="Bridge stays shut")
    desktop.wait(lambda: list(desktop.open) == [second.id], "one left")
    assert second.replaces == (first.id if reader.app == "Chromium" else 0)
    desktop.click(second)
    assert site.hear("clicked") == {"clicked": ""}


def test_an_endpoint_has_its_limits(reader, site, sender, fcm):
    """Only the key that the reader subscribed with may send; 3,993 bytes go through and
    one more is refused; after unsubscribe() the endpoint is gone."""
    page, subscription = follow(reader, site)
    assert sent(Sender(fcm.routes), subscription) == 403
    frame = len(json.dumps({**MESSAGE, "body": ""}))
    body = "x" * (3993 - frame)
    assert sent(sender, subscription, body=body) == 201
    site.hear("pushed")
    assert sent(sender, subscription, body=body + "x") == 413
    page.evaluate(
        "navigator.serviceWorker.ready.then(ready => ready.pushManager"
        ".getSubscription()).then(found => found.unsubscribe())"
    )
    until(lambda: sent(sender, subscription) == 410, "the endpoint is gone")


def test_firefox_keeps_to_its_protocol(firefox, site, sender, desktop, autopush):
    """A message delivered again under its id is shown once; one that cannot be read is
    reported; what is sent while the browser is cut off comes when it is back."""
    page, subscription = follow(firefox, site)
    page.close()
    sent(sender, subscription)
    autopush.wait(lambda: autopush.acked(DELIVERED), "the ack")
    autopush.redeliver()
    autopush.wait(lambda: autopush.acked(REPEATED), "the second ack")
    secret = {**subscription["keys"], "auth": "A" * 22}
    body = encrypt({**subscription, "keys": secret}, b"{}")
    endpoint = subscription["endpoint"]
    assert sender.send(endpoint, body, sender.headers(endpoint, body)) == 201
    autopush.wait(lambda: autopush.acked(NOT_DECRYPTED), "the ack")
    autopush.disconnect()
    sent(sender, subscription, title="Meanwhile")
    desktop.see("Firefox", title="Meanwhile")
    assert [s.title for s in desktop.shown] == ["Bridge reopens", "Meanwhile"]


@pytest.mark.parametrize("kind", ["firefox_kind", "chromium_kind"])
def test_a_closed_browser_catches_up(request, kind, site, sender, desktop, tmp_path):
    """Browser closed, message sent, browser started: it is shown, with no page open."""
    browser: Firefox | Chromium = request.getfixturevalue(kind)
    profile = tmp_path / "profile"
    context = browser.start_with_profile(profile)
    _, subscription = follow(Guest(browser.name, context), site)
    context.close()
    assert sent(sender, subscription) == 201
    context = browser.start_with_profile(profile)
    try:
        desktop.see(browser.name, title="Bridge reopens", timeout=30)
    finally:
        context.close()
