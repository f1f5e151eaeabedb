"""From `stoppress post` to a real browser's screen, while thousands of others read."""

from __future__ import annotations

import json
import shutil
import time
from statistics import median
from typing import TYPE_CHECKING

from bench.errors import Broke
from bench.going import full
from bench.newsroom import PATH, STORY

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from bench.going import Plan
    from bench.newsroom import House
    from bench.processes import Child, Workshop

INSTALL = "apt-get install -y --no-install-recommends chromium"
PATIENCE = 15_000  # milliseconds that the browser is waited for

# Every name but this machine's leads nowhere: the browser asks nothing of the network.
SWITCHES = [
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost , EXCLUDE 127.0.0.1",
    "--disable-gpu",
]

# Promises the time (milliseconds, wall clock) at which a button that says "1 new update"
# has a place on the page.
SEEN = """
() => {
  const button = () => [...document.querySelectorAll("button")].find(
    (one) => one.textContent.trim() === "1 new update" && one.getClientRects().length);
  window.benchSeen = new Promise((done) => {
    const look = () => button() && (watch.disconnect(), done(Date.now()));
    const watch = new MutationObserver(look);
    watch.observe(document.body,
      { attributes: true, childList: true, characterData: true, subtree: true });
    look();
  });
}
"""


def lacking() -> str:
    """The line that installs what is missing; empty when it can be measured."""
    if shutil.which("chromium") is None:
        return INSTALL
    try:
        import playwright.sync_api  # noqa: F401, PLC0415
    except ImportError:
        return "make setup"
    return ""


def post_to_screen(
    house: House, workshop: Workshop, plan: Plan, posts: int
) -> list[float]:
    """Milliseconds from each post's own moment on the wire. Raises BenchError."""
    # Playwright brings a browser's driver with it: only here.
    from playwright.sync_api import Error, sync_playwright  # noqa: PLC0415

    port = workshop.port()
    server = house.serve(port)
    crowd: Child | None = None
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"),
                chromium_sandbox=False,  # the bench may run as root, in a container
                args=SWITCHES,
            )
            page = browser.new_page()
            page.set_default_timeout(PATIENCE)
            page.goto(f"http://localhost:{port}/stories/{STORY}")
            # The first finds everything cold; and the browser is then there before the
            # crowd. The hub writes to the newest first: nobody waits longer than it.
            _once(page, house, server)
            crowd = full(workshop, plan, port, PATH)
            times = [_once(page, house, server) for _ in range(posts)]
            browser.close()
    except Error as error:
        raise Broke("The browser", str(error)) from error
    finally:
        for child in (crowd, server):
            if child is not None:
                workshop.stop(child)
    return times


def told(times: list[float], readers: int) -> str:
    """The sentence about it."""
    return (
        f"From `stoppress post` to the screen with {readers:,} others reading: median "
        f"{median(times):.0f} ms, slowest {max(times):.0f} ms of {len(times)} posts."
    )


def _once(page: Page, house: House, server: Child) -> float:
    page.evaluate(SEEN)
    copy = house.folder.with_name("copy.md")
    copy.write_text(f"Posted at {time.monotonic_ns()}.")
    posted = house.command("post", "--story", STORY, "--json", str(copy))
    seen = float(page.evaluate("window.benchSeen"))
    server.say(f"when {posted['seq']}")
    at = json.loads(server.hear('{"ns'))["wall_ms"]
    page.get_by_role("button", name="1 new update").click()
    return seen - float(at)
