"""What is learned of a push service, letter by letter."""

from __future__ import annotations

import pytest

from stoppress.protocols.push_request import NO_ANSWER, answer
from stoppress.push import origins
from stoppress.push.origins import FAILURES, MOST, REFUSALS, TRIAL, Origin, Reply

TAKEN = Reply(answer(201, now=0), multiplexed=True)
SILENCE = Reply(NO_ANSWER)


def said(status: int, retry_after: str | None = None) -> Reply:
    return Reply(answer(status, retry_after, now=0), multiplexed=True)


def paused(origin: Origin) -> bool:
    return origin.paused


class Clock:
    """The one clock of a test."""

    now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(origins, "time", clock)
    monkeypatch.setattr("random.uniform", lambda *_: 1.0)
    return clock


@pytest.fixture
def origin(clock: Clock) -> Origin:
    return Origin("https://push.example")


def hear(origin: Origin, *replies: Reply) -> Origin:
    for reply in replies:
        origin.heard(reply)
    return origin


@pytest.mark.parametrize("reply", [SILENCE, said(500), said(408)])
def test_failures_in_a_row_pause_a_service(origin: Origin, reply: Reply) -> None:
    """One trial's worth of letters without an answer, or with a bad one, is enough."""
    hear(origin, TAKEN, *[reply] * (FAILURES - 1))
    assert not paused(origin)
    hear(origin, reply)
    assert paused(origin)
    assert origin.on_trial


def test_failures_between_answers_pause_nothing(origin: Origin) -> None:
    """A letter that fails alone is its own affair."""
    hear(origin, *[SILENCE, TAKEN] * (FAILURES + 1))
    assert not paused(origin)


def test_each_pause_is_longer_until_a_letter_is_taken(
    origin: Origin, clock: Clock
) -> None:
    """After a pause one more failure begins the next, twice as long, up to a bound; a
    letter that is taken ends the trial and the doubling."""
    pauses = []
    hear(origin, *[SILENCE] * (FAILURES - 1))
    for _ in range(12):
        hear(origin, SILENCE)
        began = clock.now
        while paused(origin):
            clock.now += 0.5
        pauses.append(clock.now - began)
    assert pauses[:4] == [0.5, 1.0, 2.0, 4.0]
    assert pauses[-1] == origins.LONGEST_PAUSE
    assert origin.window == TRIAL
    hear(origin, TAKEN)
    assert (origin.on_trial, origin.troubles) == (False, 0)


def test_letters_that_fail_late_do_not_lengthen_the_pause(
    origin: Origin, clock: Clock
) -> None:
    """What was under way when the pause began is one trouble, not many."""
    hear(origin, *[SILENCE] * (FAILURES + 50))
    assert origin.troubles == 1


def test_retry_after_is_honoured(origin: Origin, clock: Clock) -> None:
    """A service that names a time is left alone until then, and on trial after."""
    hear(origin, TAKEN, said(429, "90"), said(503, "30"))
    clock.now += 89
    assert paused(origin)
    clock.now += 2
    assert not paused(origin)
    assert origin.window == TRIAL


def test_our_key_is_at_fault_when_nobody_is_accepted(origin: Origin) -> None:
    """So many refusals with none accepted between them pause a service; one accepted
    letter between them, or after them, shows that the key is good; one that is gone shows
    nothing."""
    refused = [said(403)] * (REFUSALS - 1)
    hear(origin, *refused, TAKEN, *refused)
    assert not paused(origin)
    hear(origin, said(410), said(401))
    assert paused(origin)
    hear(origin, TAKEN)
    assert not paused(origin)


def test_more_fly_with_each_answer(origin: Origin) -> None:
    """A service that answers at once is given more at once, up to a bound."""
    assert origin.window == TRIAL
    hear(origin, TAKEN, TAKEN)
    assert origin.window == TRIAL + 2
    hear(origin, *[TAKEN] * MOST)
    assert origin.window == MOST


def test_no_more_fly_than_gains(origin: Origin) -> None:
    """Once answers take much longer than the quickest, more at once would only wait; a
    distant service, whose answers all take long, is given more all the same."""
    slow = Reply(TAKEN.answer, multiplexed=True, took=0.2)
    hear(origin, *[slow] * 50)
    assert origin.window == TRIAL + 50
    quick = Reply(TAKEN.answer, multiplexed=True, took=0.01)
    hear(origin, quick, *[slow] * 50)
    assert origin.window == TRIAL + 51


def test_fewer_fly_when_letters_queue(origin: Origin) -> None:
    """Letters that waited inside libcurl halve what flies: there they would be timed
    out before the service has seen them."""
    hear(origin, *[TAKEN] * MOST)
    hear(origin, Reply(TAKEN.answer, multiplexed=True, queued=origins.QUEUED * 2))
    assert origin.window == MOST // 2


def test_a_connection_for_each_without_multiplexing(origin: Origin) -> None:
    """Over HTTP/1.1 no more fly than there are connections."""
    hear(origin, *[Reply(TAKEN.answer)] * 50)
    assert origin.window == TRIAL
