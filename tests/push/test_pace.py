"""One network cannot fill the table; and what is known of readers is in no log."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from django.test import Client

from stoppress.lib.pace import Pace
from stoppress.push import requests
from stoppress.push.models import Follower
from tests.push.conftest import Desk
from tests.support.pushfar import Answer, PushFar
from tests.support.receivers import Receiver

ONE, OTHER = "8.8.8.8", "9.9.9.9"


def follow(client: Client, reader: Receiver, peer: str, **headers: str) -> Any:
    body = json.dumps({"subscription": reader.subscription, "topic": "*"})
    return client.post(
        "/followers",
        body,
        content_type="application/json",
        REMOTE_ADDR=peer,
        headers=headers,
    )


def test_one_network_is_stopped_and_no_other(
    client: Client, desk: Desk, far: PushFar, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond its share a network is answered 429 with a sentence and nothing is kept;
    others follow meanwhile, and behind a proxy it is the reader's own network."""
    monkeypatch.setattr(requests, "FOLLOWS", Pace(at_once=2, a_minute=1))
    answers = [follow(client, far.receiver(), ONE) for _ in range(3)]
    assert [each.status_code for each in answers] == [201, 201, 429]
    assert "Try again in a minute" in answers[-1].json()["error"]
    assert Follower.objects.count() == 2
    assert follow(client, far.receiver(), OTHER).status_code == 201
    forwarded = {"X-Forwarded-For": ONE}
    assert follow(client, far.receiver(), "127.0.0.1", **forwarded).status_code == 429
    assert follow(client, far.receiver(), "127.0.0.1").status_code == 201


def test_questions_have_a_pace_of_their_own(
    client: Client, desk: Desk, far: PushFar, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asking what is followed is bounded as well, and does not use up the follows."""
    monkeypatch.setattr(requests, "QUESTIONS", Pace(at_once=1, a_minute=1))
    reader = far.receiver()
    body = json.dumps({"subscription": reader.subscription})
    asked = [
        client.post(
            "/followers/state", body, content_type="application/json", REMOTE_ADDR=ONE
        ).status_code
        for _ in range(2)
    ]
    assert asked == [200, 429]
    assert follow(client, reader, ONE).status_code == 201


def test_nothing_about_readers_is_in_the_log(
    client: Client,
    desk: Desk,
    far: PushFar,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    no_pauses: None,
) -> None:
    """Through following, being told, refused, lost, gone, damaged and turned away, no
    line has an endpoint, a key, a digest or a network address, at any level."""
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(requests, "FOLLOWS", Pace(at_once=4, a_minute=1))
    readers = [far.receiver(name) for name in ("told", "refused", "gone", "damaged")]
    for reader in readers:
        assert follow(client, reader, ONE).status_code == 201
    assert follow(client, far.receiver("late"), ONE).status_code == 429
    digests = list(Follower.objects.values_list("address", flat=True))
    last = Follower.objects.latest("pk")
    Follower.objects.filter(pk=last.pk).update(sealed=b"x" * 64)
    far.always(Answer(400), to="refused")
    far.answers(Answer(breaks=True, delivers=False), to="told")
    readers[2].gone = True
    desk.publish()
    desk.settle()
    assert {row.pk for row in Follower.objects.all()} >= {last.pk}
    assert Follower.objects.count() == 3
    said = "\n".join(
        record.getMessage()
        for record in caplog.records
        if record.name.startswith("stoppress")
    )
    assert "Told followers" in said
    secrets = [ONE, *digests]
    for reader in readers:
        secrets += [
            reader.endpoint.rpartition("/")[2],
            *reader.subscription["keys"].values(),
        ]
    assert [one for one in secrets if one in said] == []
