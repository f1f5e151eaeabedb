"""A rehearsal does all of an alert but send it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stoppress.cli import main, rehearsing
from stoppress.cli.arguments import parser
from stoppress.posts import publishing, queries
from stoppress.posts.copy import Copy
from stoppress.push import rehearsal
from stoppress.push.models import Broadcast, Follower
from stoppress.push.rest import Rest
from tests.push.conftest import STORY

ALL_DAY = Rest("UTC", 15, 0)  # from a quarter past midnight to midnight


@pytest.fixture
def crowd(desk, hands):
    """Three who follow the story, one of them asleep, and one who follows another."""
    hands.set("2026-11-24T14:00:00+00:00")
    desk.reader("all")
    desk.reader("story", STORY)
    desk.resting("asleep", ALL_DAY, STORY)
    return desk


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, Any]]:
    code = rehearsing.rehearse(parser().parse_args(["rehearse", *words, "--json"]))
    return code, json.loads(capsys.readouterr().out)


def test_it_says_whom_an_alert_would_reach_and_sends_nothing(crowd, capsys):
    """Meant, asleep, keyed and sealed by service, with the seconds; no letter goes and no
    row is written."""
    posted = crowd.publish(push=False)
    code, said = run(capsys, str(posted.post_id))
    assert code == 0
    assert (said["meant"], said["asleep"], said["sealed"]) == (3, 1, 2)
    assert said["services"] == {crowd.far.origin: {"sealed": 2, "unusable": 0}}
    assert set(said["seconds"]) == {"found", "opened", "keyed", "sealed"}
    assert said["canary"] is None
    assert crowd.far.requests == []
    assert not Broadcast.objects.exists()


def test_its_letters_are_as_long_as_the_alerts(crowd, capsys):
    """What it says of a letter's octets is what an alert's letter has."""
    crowd.publish("The one before.")
    crowd.settle()
    posted = crowd.publish()
    _, said = run(capsys, str(posted.post_id))
    crowd.settle()
    [_, got] = crowd.far.of("all")
    assert said["octets"] == int(got.headers["Content-Length"])


def test_without_a_post_it_takes_a_sample_to_all(crowd, capsys):
    """Whoever follows anything is meant by a sample."""
    code, said = run(capsys)
    assert (code, said["meant"], said["sealed"]) == (0, 3, 2)


def test_a_draft_can_be_rehearsed(crowd, capsys):
    """Before it is published, an editor may know what it would take."""
    draft = publishing.save_draft(Copy("bridge", "It opens."))
    code, said = run(capsys, str(draft.post_id))
    assert (code, said["meant"]) == (0, 3)


def test_the_canary_gets_its_letter(crowd, capsys, live_server, settings):
    """Only our own push service is asked, and says that it could read it."""
    settings.CANARY = str(live_server.url)
    _, said = run(capsys)
    assert 0 < said["canary"] < 30
    assert crowd.far.requests == []


def test_a_canary_that_hears_nothing_fails_it(crowd, capsys, settings):
    """The exit code says that an alert would not be heard."""
    settings.CANARY = "http://127.0.0.1:9"
    code, said = run(capsys)
    assert (code, said["canary"]) == (1, None)


def test_a_subscription_that_cannot_be_used_fails_it(crowd, capsys):
    """What does not open with the vault's key is counted, and the rest goes on."""
    Follower.objects.filter(pk=Follower.objects.earliest("pk").pk).update(
        sealed=b"damaged" * 20
    )
    code, said = run(capsys)
    assert (code, said["unusable"], said["sealed"]) == (1, 1, 1)


def test_what_cannot_be_alerted_is_not_rehearsed(crowd, capsys):
    """A post that is not there, or was taken back, has no alert."""
    posted = crowd.publish(push=False)
    publishing.retract(posted.post_id, "It does not open.")
    assert main(["rehearse", str(posted.post_id)]) == 5
    assert main(["rehearse", "999999"]) == 4
    assert "retracted" in capsys.readouterr().err


def test_it_is_told_in_words(crowd, capsys):
    """A line for each thing that is worth knowing."""
    rehearsing.rehearse(parser().parse_args(["rehearse"]))
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == [
        *("meant", "letters", "took", "ahead", "service", "canary")
    ]


def test_a_million_do_not_lie_in_memory_together(crowd, monkeypatch):
    """It goes on chunk by chunk, and counts all."""
    monkeypatch.setattr(rehearsal, "CHUNK", 1)
    posted = crowd.publish(push=False)
    assert rehearsal.rehearse(queries.any_post(posted.post_id)).sealed == 2
