"""How the two stock browsers are started: preferences, switches, profiles.

Firefox ESR and Chromium are the distribution's own; nothing is downloaded. Both are
cut off from the network: every host name leads Firefox to this machine and Chromium
nowhere, and their push services are the far ends in this folder.

Playwright's synchronous half must not share a process with asyncio tests that run
after it, so these are used only in the journeys' own pytest process.
"""

from __future__ import annotations

import ctypes.util
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Playwright

from tests.support.autopush import Autopush
from tests.support.desktop import Desktop
from tests.support.fcm import FCM

PATIENCE = 15_000  # milliseconds that Playwright waits for anything
APT = "apt-get install -y --no-install-recommends"
PROGRAMS = ("firefox-esr", "chromium", "dbus-daemon")  # by their packages' names too
DENIED = {"permissions.default.desktop-notification": 2}

# Nothing in this list is asked of the network: every name is this machine, and the
# services that Firefox calls by itself are off (the look-ups were watched for).
QUIET: dict[str, Any] = {
    "network.dns.forceResolve": "127.0.0.1",
    "network.trr.mode": 5,
    "network.dns.disablePrefetch": True,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "app.normandy.enabled": False,
    "browser.topsites.contile.enabled": False,
    "toolkit.telemetry.server": "",
}
CUT_OFF = [
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost , EXCLUDE 127.0.0.1",
    "--disable-gpu",
]


def missing() -> str:
    """What the journeys need and this machine lacks, in one line that says how to get
    it; nothing when all is there."""
    wanted = [name for name in PROGRAMS if shutil.which(name) is None]
    if ctypes.util.find_library("notify") is None:
        wanted.append("libnotify4")  # Firefox shows notifications through it
    if not any(Path("/usr/share/fonts").glob("**/*.[ot]tf")):
        wanted.append("fonts-dejavu-core")
    if not wanted:
        return ""
    return f"not installed here: {APT} {' '.join(wanted)}"


def firefox_preferences(push: Autopush) -> dict[str, Any]:
    """What leads Firefox to our push service and to nothing else."""
    return {
        **QUIET,
        # Firefox's default is on, but Playwright's remote agent turns it off.
        "dom.push.connection.enabled": True,
        "dom.push.serverURL": push.address,
        "dom.push.testing.allowInsecureServerURL": True,
        "dom.push.retryBaseInterval": 200,  # ms until it comes back; 5000 by default
    }


class Firefox:
    """Firefox ESR on this desktop, with this push service."""

    name = "Firefox"

    def __init__(
        self, playwright: Playwright, push: Autopush, desktop: Desktop
    ) -> None:
        self._type = playwright.firefox
        self._push = push
        self._desktop = desktop

    def start(self, preferences: Mapping[str, Any] | None = None) -> Browser:
        """A browser whose contexts are readers that know nothing of each other."""
        return self._type.launch(**self._how(preferences))

    def start_with_profile(self, profile: Path) -> BrowserContext:
        """A browser that remembers: it can be closed and started again."""
        return patient(
            self._type.launch_persistent_context(str(profile), **self._how(None))
        )

    def _how(self, preferences: Mapping[str, Any] | None) -> dict[str, Any]:
        return {
            "channel": "moz-firefox",  # stock Firefox, over WebDriver BiDi
            "executable_path": shutil.which("firefox-esr"),
            "headless": True,
            "firefox_user_prefs": {
                **firefox_preferences(self._push),
                **(preferences or {}),
            },
            "env": self._desktop.environment,
        }


class Chromium:
    """Chromium on this desktop, with this push service."""

    name = "Chromium"

    def __init__(self, playwright: Playwright, push: FCM, desktop: Desktop) -> None:
        self._type = playwright.chromium
        self._push = push
        self._desktop = desktop

    def start(self, *, with_push: bool = True) -> Browser:
        """A browser whose contexts are incognito: these refuse push."""
        return self._type.launch(**self._how(with_push=with_push))

    def start_with_profile(
        self, profile: Path, *, allowed: bool = True, with_push: bool = True
    ) -> BrowserContext:
        """A browser with a profile, which push needs; `allowed`: notifications are.

        Without `with_push` there is no service behind it, and subscribe() never
        settles: neither a subscription nor an error.
        """
        seed(profile, allowed=allowed)
        how = self._how(with_push=with_push)
        return patient(self._type.launch_persistent_context(str(profile), **how))

    def _how(self, *, with_push: bool) -> dict[str, Any]:
        return {
            "executable_path": shutil.which("chromium"),
            "headless": True,
            "chromium_sandbox": False,  # the tests may run as root, in a container
            "args": [*CUT_OFF, *(self._push.switches if with_push else [])],
            "env": self._desktop.environment,
        }


def seed(profile: Path, *, allowed: bool) -> None:
    """Allow or deny notifications for good in a new Chromium profile.

    What DevTools grants is not written to the profile, and Chromium drops a
    subscription without permission when a message comes for it.
    """
    file = profile / "Default" / "Preferences"
    if file.exists():
        return
    file.parent.mkdir(parents=True)
    answer = 1 if allowed else 2
    settings = {"default_content_setting_values": {"notifications": answer}}
    file.write_text(json.dumps({"profile": settings}))


def patient(context: BrowserContext) -> BrowserContext:
    context.set_default_timeout(PATIENCE)
    return context
