"""The alarm: a canary that hears nothing is said, once, and only as long as it lasts."""

from __future__ import annotations

import json
import logging
from types import SimpleNamespace

import pytest
from aiohttp import web

from stoppress.posts import publishing
from stoppress.push import canary, hearing, queries, watch, webhook
from stoppress.push.models import Broadcast
from tests.push.conftest import STORY, Desk
from tests.support.loopthread import LoopThread
from tests.support.pushfar import Answer
from tests.support.waiting import until

NOBODY = "http://127.0.0.1:9"  # the discard port: nobody listens


@pytest.fixture
def deaf(settings):
    """Our own web server is away."""
    settings.CANARY = NOBODY


def look(desk: Desk) -> None:
    """The watch looks now, and the tail goes on."""
    desk.tail._watch._looked = -10.0
    desk.settle()


def alarms(caplog: pytest.LogCaptureFixture) -> int:
    return sum("The canary is silent" in line.getMessage() for line in caplog.records)


def test_a_silent_canary_is_said_once(desk, hands, deaf, caplog):
    """After a minute, not before, the log has one error; another look, another process
    and another start add none."""
    hands.set("2026-11-24T14:00:00+00:00")
    desk.reader("a")
    posted = desk.publish()
    look(desk)
    hands.set("2026-11-24T14:01:00+00:00")
    look(desk)
    assert alarms(caplog) == 0
    assert queries.alarm() is None
    hands.set("2026-11-24T14:01:01+00:00")
    look(desk)
    look(desk)
    desk.restart()
    look(desk)
    watch.judge()
    assert alarms(caplog) == 1
    found = queries.alarm()
    assert found is not None
    assert (found.post_id, found.nature, found.untaken) == (
        posted.post_id,
        "alert",
        False,
    )
    assert len(desk.far.of("a")) == 1


def test_a_broadcast_ends_without_its_canary(desk, hands, deaf):
    """Readers are told at once, and when the alarm is raised nobody waits any longer."""
    hands.set("2026-11-24T14:00:00+00:00")
    desk.reader("a")
    posted = desk.publish()
    desk.settle()
    assert len(desk.far.of("a")) == 1
    assert queries.open_broadcasts() == 1
    hands.set("2026-11-24T14:01:01+00:00")
    look(desk)
    [view] = queries.broadcast_of(posted.post_id)
    assert (view["done"], view["canary"], view["handed"]) == (True, "silent", 1)
    assert view["missed"] == view["unsure"] == view["refused"] == 0


def test_the_next_that_is_heard_ends_the_alarm(
    desk, hands, deaf, live_server, settings
):
    """Heard again, there is no alarm, and no pause of the last time delays it."""
    hands.set("2026-11-24T14:00:00+00:00")
    desk.publish()
    desk.settle()
    origins = desk.tail._broadcasting._origins
    origins[canary.service()]._leave(3600.0, "It gave no answer.")
    hands.set("2026-11-24T14:01:01+00:00")
    look(desk)
    assert queries.alarm() is not None
    settings.CANARY = str(live_server.url)
    desk.publish("And closes.")
    desk.settle()
    assert queries.alarm() is None
    assert [row.canary for row in Broadcast.objects.order_by("pk")] == [
        "silent",
        "heard",
    ]


def test_a_later_silence_is_not_hidden_by_an_earlier_hearing(
    desk, hands, live_server, settings
):
    """The newest verdict counts."""
    hands.set("2026-11-24T14:00:00+00:00")
    settings.CANARY = str(live_server.url)
    desk.publish()
    desk.settle()
    settings.CANARY = NOBODY
    posted = desk.publish("And closes.")
    desk.settle()
    hands.set("2026-11-24T14:01:01+00:00")
    look(desk)
    found = queries.alarm()
    assert found is not None
    assert found.post_id == posted.post_id


def test_heard_late_is_heard(desk, hands, live_server, settings):
    """While others are still being told the canary is tried again; what it hears after
    the alarm ends the alarm."""
    hands.set("2026-11-24T14:00:00+00:00")
    settings.CANARY = NOBODY
    desk.reader("a")
    desk.far.always(Answer(500))
    desk.publish()
    desk.settle()
    hands.set("2026-11-24T14:02:00+00:00")
    look(desk)
    assert queries.alarm() is not None
    settings.CANARY = str(live_server.url)
    desk.restart()
    look(desk)
    row = Broadcast.objects.get()
    assert (row.canary, row.canary_after, row.done_at) == ("heard", 120.0, None)
    assert queries.alarm() is None


def test_an_endpoint_that_refuses_is_said_at_once(
    desk, live_server, settings, monkeypatch, caplog
):
    """Signed with a key that the web server does not have, the alarm waits for nothing."""
    settings.CANARY = str(live_server.url)
    monkeypatch.setattr(hearing, "vapid_key", SimpleNamespace(pairs=dict))
    desk.publish()
    desk.settle()
    look(desk)
    assert Broadcast.objects.get().canary == "silent"
    assert alarms(caplog) == 1
    assert "signed with no key of ours" in caplog.text
    assert "own address answers 403" in caplog.text


def test_what_was_stopped_before_it_was_heard_is_no_alarm(desk, hands, deaf, caplog):
    """An alert that a retraction stops in its first minute has no verdict."""
    hands.set("2026-11-24T14:00:00+00:00")
    posted = desk.publish()
    desk.settle()
    publishing.retract(posted.post_id, "It does not open.", push=False)
    desk.settle()
    hands.set("2026-11-24T14:05:00+00:00")
    look(desk)
    assert Broadcast.objects.get().canary == "off"
    assert alarms(caplog) == 0


def test_a_tail_that_stands_still_is_an_alarm(desk, hands):
    """An alert that nobody takes up for a minute is said, with a canary and without, and
    is over when the tail has it."""
    hands.set("2026-11-24T14:00:00+00:00")
    desk.reader("a", STORY)
    desk.publish("No alert.", push=False)
    posted = desk.publish()
    assert queries.alarm() is None
    hands.set("2026-11-24T14:01:01+00:00")
    found = queries.alarm()
    assert found is not None
    assert (found.post_id, found.untaken) == (posted.post_id, True)
    desk.settle()
    assert queries.alarm() is None


class Hook:
    """The far end of a webhook: what came, and what it answers."""

    def __init__(self, thread: LoopThread) -> None:
        self.came: list[dict[str, object]] = []
        self.status = 204
        app = web.Application()
        app.router.add_post("/hook", self._take)
        self._served = thread.serve(app)
        self.url = f"http://127.0.0.1:{self._served.port}/hook"

    async def _take(self, request: web.Request) -> web.Response:
        self.came.append(json.loads(await request.read()))
        headers = {"Location": self.url} if self.status == 307 else {}
        return web.Response(status=self.status, headers=headers)

    def stop(self) -> None:
        self._served.stop()


@pytest.fixture
def hook(settings):
    with LoopThread() as thread:
        made = Hook(thread)
        settings.ALARM_WEBHOOK = made.url
        yield made
        made.stop()


def sent(**said: object) -> None:
    thread = webhook.tell(said)
    assert thread is not None
    thread.join(20)
    assert not thread.is_alive()


def test_the_webhook_hears_of_the_alarm(desk, hands, deaf, hook):
    """One small object: which newsroom, which broadcast, since when; nobody's address."""
    hands.set("2026-11-24T14:00:00+00:00")
    posted = desk.publish()
    desk.settle()
    hands.set("2026-11-24T14:01:01+00:00")
    look(desk)
    until(lambda: hook.came, "the webhook")
    assert hook.came == [
        {
            "newsroom": "http://testserver",
            "alarm": "canary-silent",
            "nature": "alert",
            "post": posted.post_id,
            "asked_at": "2026-11-24T14:00:00.000Z",
            "seconds": 61,
        }
    ]


@pytest.mark.parametrize("status", [307, 404, 500])
def test_a_webhook_that_does_not_take_it_is_in_the_log(hook, caplog, status):
    """What it answers is said; no redirect is followed, and it is sent once."""
    hook.status = status
    sent(alarm="canary-silent")
    assert len(hook.came) == 1
    assert f"it answers {status}" in caplog.text
    assert "/hook" not in caplog.text


def test_the_webhook_leads_to_no_private_address(hook, settings, caplog):
    """As with push services: what a name leads to must be a public address, by https."""
    settings.PUSH_LOOPBACK = False
    sent(alarm="canary-silent")
    settings.ALARM_WEBHOOK = hook.url.replace("http:", "https:")
    sent(alarm="canary-silent")
    assert hook.came == []
    said = [
        line.getMessage() for line in caplog.records if line.levelno >= logging.ERROR
    ]
    assert len(said) == 2
    assert all("was not taken" in line for line in said)


def test_without_a_webhook_nobody_is_asked(settings):
    """Nothing is sent where the operator named nothing."""
    settings.ALARM_WEBHOOK = ""
    assert webhook.tell({"alarm": "canary-silent"}) is None
