"""The reader's desktop: a private D-Bus with a notification daemon that sees and clicks.

Firefox (through libnotify) and Chromium (by itself) hand their notifications to
org.freedesktop.Notifications on the session bus. This bus is ours alone and starts
nothing else, so a test sees exactly what the reader's desktop would be given, and can
click it, press an action or dismiss it. Without a daemon, showNotification() rejects.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from dbus_fast import Variant
from dbus_fast.aio import MessageBus
from dbus_fast.annotations import DBusInt32, DBusSignature, DBusStr, DBusUInt32
from dbus_fast.service import ServiceInterface, dbus_method, dbus_signal

from tests.support.loopthread import LoopThread
from tests.support.waiting import Noticeboard, until

NAME = "org.freedesktop.Notifications"
BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>{address}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/>
<allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>
"""
SILENT = "suppress-sound"  # the hint that asks for no sound
BY_READER, BY_APPLICATION = 2, 3  # why a notification closed, by the specification

Texts = Annotated[list[str], DBusSignature("as")]
Hints = Annotated[dict[str, Variant], DBusSignature("a{sv}")]
FourTexts = Annotated[list[str], DBusSignature("ssss")]
Closed = Annotated[list[int], DBusSignature("uu")]
Pressed = Annotated[list[Any], DBusSignature("us")]
Nothing = Annotated[None, DBusSignature("")]


@dataclass(frozen=True)
class Shown:
    """One notification as the desktop was asked to show it."""

    id: int
    replaces: int  # the id of the one whose place it takes; 0: none
    app: str  # "Firefox" or "Chromium"
    title: str
    body: str  # Chromium puts the site's address before it
    actions: dict[str, str]
    silent: bool
    at: float  # time.time()


class Desktop(Noticeboard):
    """What is and was shown, and the reader's hand."""

    def __init__(self, thread: LoopThread) -> None:
        super().__init__()
        self.shown: list[Shown] = []  # every one, in order
        self.open: dict[int, Shown] = {}
        self.closed: list[int] = []  # taken away by the application
        self._thread = thread
        self._folder = tempfile.mkdtemp(prefix="stoppress-bus-")
        self._address = f"unix:path={self._folder}/bus"
        self._bus_process = self._start_bus()
        self._bus, self._daemon = thread.run(self._connect())

    @property
    def environment(self) -> dict[str, str]:
        """What a browser must be started with to be on this desktop."""
        return {**os.environ, "DBUS_SESSION_BUS_ADDRESS": self._address}

    def clear(self) -> None:
        """Forget everything: the desktop of a new test."""
        self.shown.clear()
        self.open.clear()
        self.closed.clear()

    def by(self, app: str) -> list[Shown]:
        """What this browser showed, in order."""
        return [shown for shown in list(self.shown) if shown.app == app]

    def see(self, app: str, *, title: str = "", timeout: float = 10) -> Shown:
        """Wait for a notification of this browser (with this title); the last such."""

        def look() -> list[Shown]:
            return [s for s in self.by(app) if title in ("", s.title)]

        what = f"a notification of {app} {title!r}".strip()
        return self.wait(look, what, timeout)[-1]

    def click(self, shown: Shown, action: str = "default") -> None:
        """Press the notification, or one of its buttons."""

        async def press() -> None:
            self._daemon.ActionInvoked(shown.id, action)

        self._thread.run(press())

    def dismiss(self, shown: Shown) -> None:
        """Wave it away."""

        async def close() -> None:
            self.open.pop(shown.id, None)
            self._daemon.NotificationClosed(shown.id, BY_READER)

        self._thread.run(close())

    def describe(self) -> str:
        return "\n".join(["shown:", *map(str, self.shown[-10:])])

    def close(self) -> None:
        async def leave() -> None:
            self._bus.disconnect()

        self._thread.run(leave())
        self._bus_process.terminate()
        self._bus_process.wait(5)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _start_bus(self) -> subprocess.Popen[bytes]:
        folder = Path(self._folder)
        settings = folder / "bus.conf"
        settings.write_text(BUS.format(address=self._address))
        daemon = shutil.which("dbus-daemon")
        if daemon is None:
            raise RuntimeError("dbus-daemon is missing: apt-get install dbus-daemon")
        started = subprocess.Popen(  # noqa: S603
            [daemon, f"--config-file={settings}", "--nofork", "--nopidfile"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until((folder / "bus").exists, "the private bus")
        return started

    async def _connect(self) -> tuple[MessageBus, Daemon]:
        bus = await MessageBus(bus_address=self._address).connect()
        daemon = Daemon(self)
        bus.export("/org/freedesktop/Notifications", daemon)
        await bus.request_name(NAME)
        return bus, daemon


class Daemon(ServiceInterface):
    """The desktop notifications specification, version 1.2, as far as it is used."""

    def __init__(self, desktop: Desktop) -> None:
        super().__init__(NAME)
        self._desktop = desktop
        self._last = 0

    @dbus_method()
    def GetCapabilities(self) -> Texts:  # noqa: N802
        return ["actions", "body", "body-markup", "body-hyperlinks", "persistence"]

    @dbus_method()
    def GetServerInformation(self) -> FourTexts:  # noqa: N802
        return ["stoppress tests", "stoppress", "1", "1.2"]

    @dbus_method()
    def Notify(  # noqa: N802, PLR0913, PLR0917
        self,
        app: DBusStr,
        replaces: DBusUInt32,
        icon: DBusStr,
        summary: DBusStr,
        body: DBusStr,
        actions: Texts,
        hints: Hints,
        timeout: DBusInt32,
    ) -> DBusUInt32:
        self._last += not replaces
        shown = Shown(
            replaces or self._last,
            replaces,
            app,
            summary,
            body,
            dict(zip(actions[::2], actions[1::2], strict=True)),
            SILENT in hints and bool(hints[SILENT].value),
            time.time(),
        )
        self._desktop.shown.append(shown)
        self._desktop.open[shown.id] = shown
        self._desktop.changed()
        return shown.id

    @dbus_method()
    def CloseNotification(self, number: DBusUInt32) -> Nothing:  # noqa: N802
        if self._desktop.open.pop(number, None):
            self._desktop.closed.append(number)
        self.NotificationClosed(number, BY_APPLICATION)
        self._desktop.changed()

    @dbus_signal()
    def NotificationClosed(self, number: int, reason: int) -> Closed:  # noqa: N802
        return [number, reason]

    @dbus_signal()
    def ActionInvoked(self, number: int, action: str) -> Pressed:  # noqa: N802
        return [number, action]
