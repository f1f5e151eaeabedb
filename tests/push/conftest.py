"""A push service on loopback, a story, and a tail that a test drives by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest

from stoppress.lib import clock
from stoppress.posts import publishing, stories
from stoppress.posts.copy import Copy
from stoppress.posts.publishing import Posted
from stoppress.push import campaign, following, origins, outbox, shares
from stoppress.push.rest import Rest
from stoppress.push.tail import PushTail
from stoppress.push.vapid_key import public
from stoppress.wire.tail import Follower as Along
from tests.support import pushrules
from tests.support.pushfar import PushFar
from tests.support.receivers import Receiver

STORY = "/stories/bridge"


class Desk:
    """The newsroom as these tests need it."""

    def __init__(self, far: PushFar) -> None:
        self.far = far
        self.tail = PushTail()
        self.along = Along(self.tail, "test", lambda _: None)

    def reader(self, name: str, *topics: str) -> Receiver:
        """A browser that follows the topics (everything, if none is named)."""
        receiver = self.far.receiver(name, key=public())
        sub = following.subscription(receiver.subscription)
        for topic in topics or ("*",):
            following.follow(sub, topic)
        return receiver

    def resting(self, name: str, rest: Rest, *topics: str) -> Receiver:
        """A browser that follows, and when it is not to be told."""
        receiver = self.reader(name, *topics)
        following.let_rest(following.subscription(receiver.subscription), rest)
        return receiver

    def publish(
        self, text: str = "It opens on Monday.", *, push: bool = True, **copy: Any
    ) -> Posted:
        copy = {"story": "bridge", "headline": "The bridge opens", **copy}
        return publishing.publish(Copy(text=text, **copy), push=push)

    def restart(self) -> None:
        """Forgets all that is in memory, as a killed process does."""
        self.tail.close()
        self.tail = PushTail()
        self.along = Along(self.tail, "test", lambda _: None)

    def settle(self) -> None:
        """Lets the tail work until there is nothing to do at once."""
        while self.along.step():
            pass


@pytest.fixture
def far() -> Iterator[PushFar]:
    with PushFar() as service:
        yield service


@pytest.fixture
def desk(transactional_db: None, far: PushFar) -> Iterator[Desk]:
    stories.open_story("bridge", "The bridge")
    desk = Desk(far)
    yield desk
    desk.tail.close()


# Followers to a share, and how many there are: a few followers are many shares.
SPAN = 4
READERS = 6 * SPAN


@pytest.fixture
def small_shares(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shares, "SPAN", SPAN)
    monkeypatch.setattr(shares, "LOOK", 0)


@pytest.fixture
def helper(desk: Desk, small_shares: None) -> Iterator[PushTail]:
    """A second process that sends."""
    made = PushTail()
    yield made
    made.close()


@pytest.fixture
def crowd(desk: Desk, helper: PushTail, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """So many readers, dealt out between two who have found each other. Each has time for
    its step, however busy the machine."""
    monkeypatch.setattr(campaign, "CALLING", 60.0)
    monkeypatch.setattr(outbox, "ROUND", 2.0)
    for number in range(READERS):
        desk.reader(f"reader {number}")
    for _ in range(3):
        desk.along.step()
        helper.help()
    return desk


class Hands:
    """The hands of the clock, to be set by a test."""

    moment: datetime

    def set(self, iso: str) -> datetime:
        """Sets the product's clock to this moment."""
        self.moment = datetime.fromisoformat(iso)
        return self.moment


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Hands:
    """The product's clock stands still, where the test sets it."""
    hands = Hands()

    class Standing(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
            return hands.moment.astimezone(tz)

    monkeypatch.setattr(clock, "datetime", Standing)
    # The push service looks at the same clock: it refuses signatures of another day.
    theirs = SimpleNamespace(time=lambda: clock.now().timestamp())
    monkeypatch.setattr(pushrules, "time", theirs)
    return hands


@pytest.fixture
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is to be tried again later is tried again at once."""
    monkeypatch.setattr(origins, "back_off", lambda _: 0.0)
