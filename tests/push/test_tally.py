"""What the metrics say of push."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from stoppress.push import tally
from stoppress.push.models import Dispatcher
from stoppress.push.services import name_of
from tests.live.test_numbers import samples
from tests.push.conftest import Desk
from tests.support.pushfar import GONE, busy


def told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sender tells its numbers now."""
    monkeypatch.setattr(tally, "TELL_EVERY", 0.0)
    desk.settle()


def metrics(client: Client) -> dict[tuple[Any, ...], float]:
    return samples(client.get("/metrics").content.decode())


def value(found: dict[tuple[Any, ...], float], name: str, **labels: str) -> list[float]:
    wanted = set(labels.items())
    return [v for k, v in found.items() if k[0] == name and wanted <= set(k[1:])]


def test_letters_are_counted_by_service_and_answer(
    desk, client, live_server, settings, monkeypatch
):
    """What services answered, how fast, how the newest broadcast went; without the
    canary, which has seconds of its own."""
    settings.CANARY = str(live_server.url)
    for number in range(3):
        desk.reader(f"reader {number}")
    desk.far.always(GONE, to="reader 0")
    desk.publish()
    desk.settle()
    told(desk, monkeypatch)
    found = metrics(client)
    letters = "stoppress_push_letters_total"
    assert value(found, letters, service="other", answer="delivered") == [2]
    assert value(found, letters, service="other", answer="gone") == [1]
    assert len(value(found, letters)) == 2
    [rate] = value(found, "stoppress_push_rate")
    assert rate > 0
    assert value(found, "stoppress_push_told", answer="handed") == [2]
    assert value(found, "stoppress_push_told", answer="gone") == [1]
    assert value(found, "stoppress_push_followers") == [2]
    assert value(found, "stoppress_push_open") == [0]
    assert value(found, "stoppress_push_alarm") == [0]
    [ninety] = value(found, "stoppress_push_ninety_seconds")
    [heard] = value(found, "stoppress_push_canary_seconds")
    assert 0 < ninety < 30
    assert 0 < heard < 30


@pytest.mark.django_db
def test_before_the_first_broadcast(client):
    """A newsroom that has told nobody has no seconds yet, and no alarm."""
    found = metrics(client)
    assert value(found, "stoppress_push_followers") == [0]
    assert value(found, "stoppress_push_alarm") == [0]
    assert value(found, "stoppress_push_ninety_seconds") == []
    assert value(found, "stoppress_push_canary_seconds") == []


def test_a_service_that_is_left_alone_is_named(desk, client, monkeypatch):
    """Paused services stand in the metrics for as long as they are."""
    desk.reader("a")
    desk.far.always(busy(3600))
    desk.publish()
    desk.settle()
    told(desk, monkeypatch)
    assert value(metrics(client), "stoppress_push_paused", service="other") == [1]


def test_numbers_are_written_when_they_change(desk, monkeypatch):
    """A sender with nothing new writes nothing, for each write wakes it; now and then it
    says that it lives; at its end it is forgotten."""
    monkeypatch.setattr(tally, "TELL_EVERY", 0.0)
    mine = desk.tail._broadcasting.tally
    mine.tell()
    first = Dispatcher.objects.get().at
    for _ in range(tally.LOOKS_IN_SILENCE):
        mine.tell()
    assert Dispatcher.objects.get().at == first
    mine.tell()
    assert Dispatcher.objects.get().at > first
    mine.forget()
    assert not Dispatcher.objects.exists()


@pytest.mark.parametrize(
    ("service", "name"),
    [
        ("https://fcm.googleapis.com", "fcm.googleapis.com"),
        ("https://wns2-by3p.notify.windows.com", "*.notify.windows.com"),
        ("https://made-up-by-a-stranger.push.apple.com", "*.push.apple.com"),
        ("http://127.0.0.1:4711", "other"),
    ],
)
def test_strangers_make_no_names_in_the_metrics(service, name):
    """Hosts below one that is known are counted together: there is no end to them."""
    assert name_of(service) == name
