"""What the desk says when alerts may not be arriving, and how fast they did."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from pyroaring import BitMap

from stoppress.lib.clock import now
from stoppress.posts import publishing
from stoppress.posts.copy import Copy
from stoppress.push import canary
from stoppress.push.ledger import enter, stored
from stoppress.push.models import Broadcast
from tests.desk.steps import newest, words

ALARM = "Alerts may not be reaching followers"


def broadcast(post_id: int, state: str, **more: object) -> Broadcast:
    row = Broadcast.objects.create(
        seq=newest().seq,
        post_id=post_id,
        nature=Broadcast.Nature.ALERT,
        message={},
        asked_at=now(),
        done_at=now(),
        canary=state,
        **more,
    )
    enter(row.pk, "us", handed=stored(BitMap([canary.NUMBER, 1, 2])))
    return row


@pytest.fixture(autouse=True)
def there(settings):
    """There is a canary."""
    settings.CANARY = "http://127.0.0.1:9"


@pytest.mark.parametrize("who", ["editor", "reporter", "chief"])
def test_everybody_at_the_desk_sees_the_alarm(
    request: pytest.FixtureRequest, post_id: int, who: str
) -> None:
    """A silent canary is said on each page of the desk, to all who work here, with the
    post that it did not hear of."""
    browser: Client = request.getfixturevalue(who)
    broadcast(post_id, "silent")
    for path in ("", "stories", "drafts", "stories/harbour-vote", f"posts/{post_id}"):
        seen = browser.get(f"/desk/{path}").content.decode()
        assert ALARM in seen, path
        assert f'<a href="/desk/posts/{post_id}">post {post_id}</a>' in seen


def test_strangers_see_none(stranger: Client, post_id: int) -> None:
    """How the newsroom does is not said before the door, nor to readers."""
    broadcast(post_id, "silent")
    for path in ("/desk/sign-in", "/", f"/posts/{post_id}"):
        assert ALARM not in stranger.get(path).content.decode()


@pytest.mark.parametrize("state", ["heard", "off", "awaited"])
def test_no_alarm_without_silence(editor: Client, post_id: int, state: str) -> None:
    """What is heard, not heard yet, or not listened for is no alarm."""
    broadcast(post_id, state)
    assert ALARM not in editor.get("/desk/").content.decode()


def test_switched_off_the_canary_alarms_nobody(
    editor: Client, post_id: int, settings: Any
) -> None:
    """Whoever does without a canary is not shown its last silence for ever."""
    broadcast(post_id, "silent")
    settings.CANARY = "no"
    assert ALARM not in editor.get("/desk/").content.decode()


def test_an_alert_that_nobody_takes_up_is_said(
    editor: Client, story: str, time_machine: Any
) -> None:
    """Where the process that sends is away, the desk says it by itself."""
    publishing.publish(Copy(story, "Turnout at noon."), push=True)
    assert ALARM not in editor.get("/desk/").content.decode()
    time_machine.move_to(now() + timedelta(seconds=61))
    seen = words(editor.get("/desk/"))
    assert ALARM in seen
    assert "is not running" in seen


def test_beside_a_broadcast_its_pace_is_said(editor: Client, post_id: int) -> None:
    """Handed, ninety per cent and canary in seconds; the canary is not among the
    handed."""
    broadcast(post_id, "heard", ninety_after=123.4, canary_after=0.26)
    seen = words(editor.get(f"/desk/posts/{post_id}"))
    assert "Alert: 2 handed to the delivery services." in seen
    assert "90 % in 123 s; canary after 0.3 s." in seen


def test_a_broadcast_that_was_not_heard_says_so(editor: Client, post_id: int) -> None:
    """The post's own page says that the canary heard nothing, for good."""
    broadcast(post_id, "silent", ninety_after=2.0)
    seen = words(editor.get(f"/desk/posts/{post_id}"))
    assert "90 % in 2.0 s; the canary heard nothing." in seen
