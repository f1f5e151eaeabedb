"""A sample notice: one in a minute, to whom asks and nobody else."""

from __future__ import annotations

import contextlib
import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from stoppress.lib.clock import now
from stoppress.push import sample
from stoppress.push.models import Follower
from tests.push.conftest import STORY
from tests.support.pushfar import GONE, busy
from tests.support.receivers import Receiver


def ask(client: Client, reader: Receiver) -> Any:
    body = json.dumps({"subscription": reader.subscription})
    return client.post("/followers/sample", body, content_type="application/json")


def test_a_sample_goes_to_whom_asks(client, desk, far):
    """The browser that asked gets a notice that says what it is; no other does."""
    reader, _ = desk.reader("Anna", STORY), desk.reader("Ben", STORY)
    answer = ask(client, reader)
    assert (answer.status_code, answer.json()) == (200, {"follows": [STORY]})
    [delivery] = far.deliveries
    assert delivery.receiver == reader.name
    notification = delivery.message["notification"]
    assert notification["title"] == "A sample from Stop Press"
    assert notification["tag"] == delivery.headers["Topic"] == sample.TAG


def test_one_sample_in_a_minute(client, desk, far):
    """A second one at once is refused with a sentence; after a minute it is sent."""
    reader = desk.reader("Anna", STORY)
    begun = now()
    ask(client, reader)
    again = ask(client, reader)
    assert (again.status_code, "last minute" in again.json()["error"]) == (429, True)
    with time_machine.travel(begun + sample.EVERY + timedelta(seconds=1)):
        assert ask(client, reader).status_code == 200
    assert len(far.deliveries) == 2


def test_who_follows_nothing_gets_none(client, desk, far):
    """A subscription that we do not know is sent nothing, and kept nowhere."""
    assert ask(client, far.receiver("Eve")).status_code == 400
    assert not far.requests
    assert not Follower.objects.exists()


def test_few_are_sent_at_once(client, desk, far):
    """While as many as may are on their way, another is refused and not sent."""
    with contextlib.ExitStack() as others:
        for _ in range(sample.AT_ONCE):
            others.enter_context(sample._gate)
        assert ask(client, desk.reader("Anna", STORY)).status_code == 429
    assert not far.requests
    assert ask(client, desk.reader("Ben", STORY)).status_code == 200


@pytest.mark.parametrize(("said", "left"), [(GONE, 0), (busy(9), 1)])
def test_a_service_that_does_not_take_it_is_explained(client, desk, far, said, left):
    """The reader is told; who is gone is forgotten, so that the next visit renews them."""
    reader = desk.reader("Anna", STORY)
    far.always(said)
    answer = ask(client, reader)
    assert answer.status_code == 502
    assert f"({said.status})" in answer.json()["error"]
    assert Follower.objects.count() == left
