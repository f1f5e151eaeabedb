"""A push service that says nothing, or little, beside one that is well."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from stoppress.posts import publishing
from stoppress.posts.copy import Change
from stoppress.push import origins, queries
from stoppress.push.ledger import Ledger
from stoppress.push.models import Broadcast
from stoppress.push.origins import TRIAL
from stoppress.push.webpush import line
from tests.push.conftest import Desk
from tests.support.pushfar import Answer, PushFar

# More than a silent service and a good one could be handed in one round.
EACH = 150

A_FEW = 40  # rounds


@pytest.fixture
def silent() -> Iterator[PushFar]:
    """A push service beside the desk's own."""
    with PushFar() as service:
        yield service


def follow(desk: Desk, silent: PushFar, count: int) -> PushFar:
    """So many readers at each of the two services. Returns the one that is well."""
    well = desk.far
    for far, name in ((well, "well"), (silent, "ill")):
        desk.far = far
        for number in range(count):
            desk.reader(f"{name} {number}")
    desk.far = well
    return well


def steps(desk: Desk, count: int) -> None:
    for _ in range(count):
        desk.along.step()


@pytest.mark.parametrize("since", ["ever", "the second alert"])
def test_one_services_silence_does_not_hold_up_the_others(
    desk: Desk, silent: PushFar, caplog: pytest.LogCaptureFixture, since: str
) -> None:
    """Everybody at the service that is well is told before the first letter to the
    silent one is given up, also when that was well before."""
    well = follow(desk, silent, EACH)
    if since != "ever":
        desk.publish("First.")
        desk.settle()
    before = len(well.deliveries)
    silent.hold()
    desk.publish("Second.")
    for _ in range(A_FEW):
        if len(well.deliveries) < before + EACH:
            desk.along.step()
    assert len(well.deliveries) == before + EACH
    assert "gave no answer" not in caplog.text
    assert silent.most_at_once <= TRIAL


def test_a_silent_service_is_left_alone_and_found_again(
    desk: Desk, silent: PushFar, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After one trial's worth of letters without an answer it gets no more for a while;
    nobody is missed for it, and once it answers everybody is told."""
    monkeypatch.setattr(line, "TIMEOUT", 1)
    monkeypatch.setattr(origins, "back_off", lambda _: 3600.0)
    follow(desk, silent, 10)
    silent.hold()
    post = desk.publish()
    desk.settle()
    [counts] = queries.broadcast_of(post.post_id)
    assert (counts["handed"], counts["unsure"], counts["missed"]) == (10, TRIAL, 0)
    assert not desk.along.step(), "there is nothing to do at once"
    silent.release()
    for origin in desk.tail._broadcasting._origins.values():
        origin._until = 0
    desk.settle()
    [counts] = queries.broadcast_of(post.post_id)
    assert (counts["handed"], counts["unsure"], counts["done"]) == (20, 0, True)


def test_a_slow_service_is_not_taken_for_a_silent_one(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """With few connections and slow answers, letters wait for longer than a connection
    may take to be made; none is given up for it."""
    monkeypatch.setattr(line, "CONNECT_TIMEOUT", 1)
    desk.far.always(Answer(after=0.3))
    for number in range(6 * TRIAL):
        desk.reader(f"reader {number}")
    desk.publish()
    desk.settle()
    assert len(desk.far.requests) == len(desk.far.deliveries) == 6 * TRIAL
    assert "gave no answer" not in caplog.text


def test_only_what_flies_is_unsure(desk: Desk) -> None:
    """After a round the ledger names those as unsure whose letters a service may have,
    and nobody whose letter was kept back."""
    for number in range(2 * TRIAL):
        desk.reader(f"reader {number}")
    desk.publish("First.")
    desk.settle()
    desk.far.hold()
    desk.publish("Second.")
    desk.along.step()
    assert len(Ledger.of(Broadcast.objects.get(done_at=None)).unsure) == TRIAL
    assert desk.far.most_at_once <= TRIAL


def test_an_alert_under_way_is_not_overtaken_by_its_retraction(desk: Desk) -> None:
    """While a service has an alert and has not answered, its reader gets no retraction,
    which the alert could replace; then both arrive in their order, and are booked."""
    desk.reader("a")
    desk.far.hold()
    post = desk.publish()
    desk.along.step()
    publishing.retract(post.post_id, "It was a rumour.")
    steps(desk, 3)
    assert desk.far.most_at_once == 1
    desk.far.release()
    desk.settle()
    assert [each.kind for each in desk.far.of("a")] == ["alert", "retraction"]
    views = queries.broadcast_of(post.post_id)
    assert [(each["handed"], each["unsure"], each["done"]) for each in views] == [
        (1, 0, True),
        (1, 0, True),
    ]


def test_letters_that_were_kept_back_have_the_corrected_words(desk: Desk) -> None:
    """Who was still waiting when the alert was corrected never sees the error."""
    for number in range(2 * TRIAL):
        desk.reader(f"reader {number}")
    desk.publish("First.")
    desk.settle()
    desk.far.hold()
    post = desk.publish("It opens on Monday.")
    desk.along.step()
    publishing.correct(post.post_id, Change(text="On Tuesday."), "It is Tuesday.")
    desk.far.release()
    desk.settle()
    alerts = [
        each.notification["body"]
        for each in desk.far.deliveries
        if (each.kind, each.tag) == ("alert", f"post-{post.post_id}")
    ]
    assert sorted(alerts) == ["It opens on Monday."] * TRIAL + ["On Tuesday."] * TRIAL
    kinds = [each.kind for each in desk.far.deliveries]
    assert kinds.count("correction") == TRIAL
