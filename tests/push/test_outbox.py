"""Letters on their way, to push services that speak HTTP/2 as the real ones do."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from stoppress.lib.clock import now
from stoppress.protocols.push_request import Outcome
from stoppress.push import origins, vapid_key, vault
from stoppress.push.keyring import Keyring
from stoppress.push.models import Follower
from stoppress.push.origins import TRIAL, Origins
from stoppress.push.outbox import Dispatch, Outbox, Words
from stoppress.push.vault import Subscription
from stoppress.push.webpush import line
from tests.support.certificates import Certificate, certify
from tests.support.http2far import Http2Far
from tests.support.pushfar import PushFar


@pytest.fixture
def certificate(tmp_path: Path, settings: Any) -> Certificate:
    found = certify(tmp_path, ["push.example"])
    settings.PUSH_CA = str(found.ca)
    return found


def letters(service: str, count: int, far: PushFar) -> list[Dispatch]:
    keys = far.receiver("anyone").subscription["keys"]
    sub = Subscription(f"{service}/x", keys["p256dh"], keys["auth"])
    Follower.objects.bulk_create(
        Follower(
            pk=number,
            address=str(number),
            sealed=vault.seal(sub),
            service=service,
            vapid=vapid_key.current().id,
            since=now(),
            seen_at=now(),
        )
        for number in range(1, count + 1)
    )
    words = Words(1, b"{}", "post-1", "normal", 60)
    return [Dispatch(words, number, service) for number in range(1, count + 1)]


def send(far: Http2Far, people: PushFar, count: int, *, well: int) -> Counter[Outcome]:
    """Sends so many letters, as rounds go, until none is left; `well`: letters that the
    service has answered before, and so the most that it is given at once."""
    services = Origins()
    services[far.origin].on_trial = not well
    services[far.origin]._window = max(TRIAL, well)
    outbox = Outbox(services, Keyring())
    outcomes: Counter[Outcome] = Counter()
    left = letters(far.origin, count, people)
    try:
        while left or outbox.followers:
            answers, left = outbox.round(left)
            outcomes.update(answer.outcome for _, answer in answers)
            left += [one for one, answer in answers if answer.outcome is Outcome.LATER]
    finally:
        outbox.close()
    return outcomes


def test_more_fly_over_one_connection(
    db: None, certificate: Certificate, far: PushFar
) -> None:
    """A service on trial has a few letters at first, then many at once."""
    with Http2Far(certificate, after=0.05) as service:
        outcomes = send(service, far, 150, well=0)
    assert outcomes == {Outcome.DELIVERED: 150}
    assert service.most_at_once > 8 * TRIAL


def test_a_goodbye_in_the_middle_loses_and_repeats_nothing(
    db: None, certificate: Certificate, far: PushFar
) -> None:
    """GOAWAY while more streams are under way: what the service has not looked at is
    sent again on another connection, and what it has is not."""
    with Http2Far(certificate, after=0.05, leaves_after=5) as service:
        outcomes = send(service, far, 60, well=60)
    assert outcomes == {Outcome.DELIVERED: 60}
    assert service.answered == 60
    assert service.connections > 1


def test_few_streams_and_slow_answers_look_like_no_silence(
    db: None,
    certificate: Certificate,
    far: PushFar,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A service that allows few streams and answers late is given fewer at once, as
    soon as letters queue: all arrive, and hardly one comes back and has to go again."""
    monkeypatch.setattr(line, "CONNECT_TIMEOUT", 2)
    monkeypatch.setattr(origins, "QUEUED", 0.1)
    with Http2Far(certificate, streams=2, after=0.15) as service:
        outcomes = send(service, far, 240, well=0)
    assert outcomes[Outcome.DELIVERED] == 240
    assert outcomes[Outcome.LATER] < 12
    assert service.most_at_once <= line.CONNECTIONS_AT_FIRST * 2
