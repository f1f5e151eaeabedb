"""What readers and newsrooms do in a journey, in the words of the trade."""

from __future__ import annotations

import contextlib
import json
import re
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import (
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    WebError,
    expect,
)

from tests.support.newsroom import Newsroom

BUTTON = "button[data-follow]"
STATUS = "[data-follow-status]"
FRESH = "button[data-new-updates]"
TROUBLE = "[data-trouble]"
SPOKEN = "[data-live-status]"
TITLE = "The harbour bridge"  # every story's

expect.set_options(timeout=15_000)

# Promises the time (ms) at which the button of new updates comes into sight.
FRESH_SEEN = f"""
() => {{
  const button = document.querySelector("{FRESH}");
  window.freshSeen = new Promise((done) => {{
    const look = () => button.hidden || done(Date.now());
    new MutationObserver(look).observe(button, {{ attributes: true }});
    look();
  }});
}}
"""


@dataclass
class Guest:
    """A reader: a browser, and what they do with it."""

    app: str  # how the browser signs its notifications
    context: BrowserContext
    homes: set[str] = field(default_factory=set)  # the origins they went to

    def open(self, address: str) -> Page:
        self.homes.add(origin(address))
        page = self.context.new_page()
        page.goto(address)
        return page

    def allow(self, address: str) -> None:
        """Say yes before the browser asks; a Chromium profile has said so for good."""
        if self.app == "Firefox":
            self.context.grant_permissions(["notifications"], origin=origin(address))

    def follow(self, address: str) -> Page:
        """Open a page, press its button, wait until the page says that it is done."""
        self.allow(address)
        page = self.open(address)
        press(page)
        following(page)
        return page

    def read(self, address: str) -> Page:
        """Open a page and wait until it is live."""
        page = self.open(address)
        live(page)
        return page


@dataclass
class Watched:
    """What a reader's browser asked for, and complained of."""

    guest: Guest
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    forgiven: list[str] = field(default_factory=list)  # patterns

    def request(self, request: Request) -> None:
        self.asked.append(request.url)

    def console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(message.text)

    def error(self, error: WebError) -> None:
        self.complaints.append(str(error.error))

    def check(self) -> None:
        """Raise AssertionError for a foreign request or an unforgiven complaint."""
        foreign = [url for url in self.asked if not self._at_home(url)]
        assert foreign == [], f"asked of others: {foreign}"
        bad = [
            text
            for text in self.complaints
            if not any(re.search(pattern, text) for pattern in self.forgiven)
        ]
        assert bad == [], f"the browser complained: {bad}"

    def _at_home(self, url: str) -> bool:
        inside = urlsplit(url).scheme in {"data", "blob", "about"}
        return inside or origin(url) in self.guest.homes


def origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


@contextlib.contextmanager
def watched(guest: Guest) -> Iterator[Watched]:
    """Watch a reader; raise AssertionError at the end for what must not be."""
    seen = Watched(guest)
    told = [
        ("request", seen.request),
        ("console", seen.console),
        ("weberror", seen.error),
    ]
    for event, hear in told:
        guest.context.on(event, hear)  # type: ignore[call-overload]
    yield seen
    for event, hear in told:
        guest.context.remove_listener(event, hear)
    seen.check()


# The newsroom's part --------------------------------------------------------------------

Posted = dict[str, Any]  # {"id", "url", "seq"}, as the command line prints it


@dataclass(frozen=True)
class Story:
    """A story, told from the command line."""

    newsroom: Newsroom
    slug: str
    door: str = ""  # where readers go, when not to the newsroom's own address

    @property
    def front(self) -> str:
        return self.door or self.newsroom.url

    @property
    def url(self) -> str:
        return f"{self.front}/stories/{self.slug}"

    def post(self, text: str, *, headline: str = "", push: bool = False) -> Posted:
        more = ["--push"] if push else []
        words = ["post", "--story", self.slug, "--json", "--headline", headline]
        return self.newsroom.run(*words, *more, "-", text=text)

    def so_far(self, *posts: tuple[str, str]) -> list[Posted]:
        """What was posted before the journey begins: headlines and texts."""
        folder = self.newsroom.data.with_name("copy")
        folder.mkdir(exist_ok=True)
        words = []
        for number, (headline, text) in enumerate(posts):
            file = folder / f"{self.slug}-{number}.md"
            file.write_text(text)
            into = ["post", "--story", self.slug, "--json", "--headline", headline]
            words.append([*into, str(file)])
        return self.newsroom.run_all(words)

    def correct(self, posted: Posted, text: str, reason: str) -> Posted:
        words = ["correct", str(posted["id"]), "--reason", reason, "--json", "-"]
        return self.newsroom.run(*words, text=text)

    def retract(self, posted: Posted, reason: str) -> Posted:
        words = ["retract", str(posted["id"]), "--reason", reason, "--json"]
        return self.newsroom.run(*words)

    def pin(self, posted: Posted, *words: str) -> Posted:
        return self.newsroom.run("pin", str(posted["id"]), "--json", *words)

    def close(self) -> None:
        self.newsroom.run("story", self.slug, "--close", "--json")

    def address(self, posted: Posted) -> str:
        """Where the post stands for good."""
        return self.front + urlsplit(str(posted["url"])).path


# The reader's part ----------------------------------------------------------------------


def press(page: Page) -> None:
    """Press "Get the latest updates"."""
    page.get_by_role("button", name="Get the latest updates").click()


def following(page: Page) -> None:
    """Wait until the page's button offers to stop, as it does where one follows."""
    expect(page.locator(BUTTON)).to_have_text("Stop following")


def not_following(page: Page) -> None:
    """Wait until the page's button offers to follow."""
    expect(page.locator(BUTTON)).to_have_text("Get the latest updates")


def subscription_of(page: Page) -> dict[str, Any]:
    """The browser's push subscription, as it gives it to a server."""
    found = page.evaluate(
        "navigator.serviceWorker.ready.then(ready => ready.pushManager"
        ".getSubscription()).then(found => found.toJSON())"
    )
    return dict(found)


def known(newsroom: Newsroom, subscription: dict[str, Any]) -> list[str]:
    """What the server says that this subscription follows."""
    return list(_state(newsroom, subscription)["follows"])


def muted(newsroom: Newsroom, subscription: dict[str, Any]) -> list[str]:
    """The stories that the server says this subscription left out."""
    return list(_state(newsroom, subscription)["muted"])


def _state(newsroom: Newsroom, subscription: dict[str, Any]) -> dict[str, Any]:
    request = urllib.request.Request(  # noqa: S310
        f"{newsroom.url}/followers/state",
        json.dumps({"subscription": subscription}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
        return dict(json.load(answer))


def live(page: Page) -> None:
    """Wait until the page's event stream is open."""
    page.wait_for_selector("[data-live=open]", state="attached")


def article(page: Page, posted: Posted) -> Locator:
    return page.locator(f'article[data-post="{posted["id"]}"]')


def order(page: Page) -> list[int]:
    """The posts in the page, from the top."""
    found = page.eval_on_selector_all(
        "article[data-post]", "all => all.map(one => Number(one.dataset.post))"
    )
    return list(found)


def top(found: Locator) -> float:
    """Where something stands in the window, in CSS pixels from its top edge."""
    return float(found.evaluate("one => one.getBoundingClientRect().top"))


def await_fresh(page: Page) -> None:
    """Have the page note when its button of new updates comes into sight."""
    page.evaluate(FRESH_SEEN)


def fresh_after(page: Page, shown: Locator) -> float:
    """Seconds from a post's publication until the page offered it."""
    return float(page.evaluate("window.freshSeen")) / 1000 - published(shown)


def published(shown: Locator) -> float:
    """When a post that stands in a page was published, as time.time() counts."""
    at = shown.evaluate("one => Date.parse(one.dataset.published)")
    return float(at) / 1000
