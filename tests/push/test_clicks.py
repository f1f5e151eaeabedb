"""A click on a notice is counted, and nobody's name with it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from stoppress.desk import alerting
from stoppress.lib.pace import Pace
from stoppress.push import clicks, queries, requests
from stoppress.push.models import Broadcast, Clicks
from tests.push.conftest import Desk


class Waiting:
    """A timer that a test winds up by hand."""

    started = 0

    def __init__(self, after: float, _act: object) -> None:
        assert after == clicks.WRITE_AFTER

    def start(self) -> None:
        type(self).started += 1


@pytest.fixture
def counter(monkeypatch: pytest.MonkeyPatch) -> clicks.Adding:
    """The counter of a process that has just begun; it writes when the test says so."""
    Waiting.started = 0
    monkeypatch.setattr("threading.Timer", Waiting)
    made = clicks.Adding()
    monkeypatch.setattr(clicks, "COUNTER", made)
    return made


@pytest.fixture
def alert(desk: Desk) -> int:
    """A broadcast that three browsers were told of; its number."""
    for name in ("a", "b", "c"):
        desk.reader(name)
    desk.publish()
    desk.settle()
    return Broadcast.objects.get().pk


def press(client: Client, broadcast: int, **more: Any) -> int:
    more.setdefault("REMOTE_ADDR", "8.8.8.8")
    return int(client.post(f"/broadcasts/{broadcast}/clicks", **more).status_code)


def shown(post_id: int | None) -> int:
    assert post_id is not None
    [alert] = queries.broadcast_of(post_id)
    return alert["clicks"]


def test_a_click_is_one_more_and_nothing_else(client, alert, counter):
    """The number goes up; no cookie is set and nothing but the number is kept; the desk
    says it beside the broadcast's other numbers."""
    answer = client.post(f"/broadcasts/{alert}/clicks")
    assert (answer.status_code, answer.content) == (204, b"")
    assert not answer.cookies
    press(client, alert)
    counter.write()
    row = Clicks.objects.get()
    assert (row.broadcast_id, row.count) == (alert, 2)
    assert {field.name for field in Clicks._meta.concrete_fields} == {
        "broadcast",
        "count",
    }
    post = Broadcast.objects.get().post_id
    assert shown(post) == 2
    assert post is not None
    [said] = alerting.books(post)
    told = "Alert: 3 handed to the delivery services; about 2 presses."
    assert said.startswith(told)


def test_many_clicks_are_one_write(
    client, alert, counter, django_assert_max_num_queries
):
    """However many come within a moment, the database is written once."""
    for _ in range(2):
        press(client, alert)
    assert (Waiting.started, Clicks.objects.count()) == (1, 0)
    counter.write()
    with django_assert_max_num_queries(0):
        assert press(client, alert) == 204
    assert Waiting.started == 2


def test_no_more_press_than_were_told(client, alert, counter):
    """A stranger who presses without end makes the number no larger than it can be."""
    for _ in range(50):
        press(client, alert)
    counter.write()
    assert shown(Broadcast.objects.get().post_id) == 3


def test_one_network_counts_only_so_often(client, alert, counter, monkeypatch):
    """Beyond its bound a network's clicks are not counted; another's are."""
    monkeypatch.setattr(requests, "CLICKS", Pace(at_once=1, a_minute=1))
    assert [press(client, alert) for _ in range(2)] == [204, 429]
    assert press(client, alert, REMOTE_ADDR="9.9.9.9") == 204
    counter.write()
    assert shown(Broadcast.objects.get().post_id) == 2


def test_other_sites_cannot_press(client, alert, counter):
    """Another site's page counts nothing, nor does a link that is followed."""
    assert press(client, alert, HTTP_ORIGIN="https://evil.example") == 400
    assert client.get(f"/broadcasts/{alert}/clicks").status_code == 405
    counter.write()
    assert not Clicks.objects.exists()


def test_numbers_that_nobody_has_cost_nothing(client, alert, counter, monkeypatch):
    """A made-up broadcast leaves no row, and so many are added up at once at most."""
    monkeypatch.setattr(clicks, "AT_ONCE", 2)
    for number in (alert + 1, 10**17, alert):
        assert press(client, number) == 204
    assert client.post("/broadcasts/0/clicks").status_code == 404
    assert client.post(f"/broadcasts/{10**18}/clicks").status_code == 404
    counter.write()
    assert not Clicks.objects.exists()


def test_an_old_notice_counts_no_more(client, alert, counter):
    """After some days nobody's click is about the news; a stranger's neither."""
    row = Broadcast.objects.get()
    row.asked_at -= clicks.COUNTED_FOR
    row.save(update_fields=["asked_at"])
    press(client, alert)
    counter.write()
    assert not Clicks.objects.exists()
