"""How fast one network may ask."""

from __future__ import annotations

import pytest

from stoppress.lib import pace
from stoppress.lib.pace import Pace


class Clock:
    """Stands where a test sets it."""

    tick = 1000.0

    def monotonic(self) -> float:
        return self.tick


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(pace, "time", made)
    return made


def test_so_many_at_once_and_so_many_a_minute(clock):
    """A network may ask a few times at once; then only as time goes by. Others have a
    bound of their own, and who cannot be told apart has none."""
    asked = Pace(at_once=3, a_minute=60)
    assert [asked.allows(7) for _ in range(4)] == [True, True, True, False]
    assert asked.allows(8)
    clock.tick += 1
    assert [asked.allows(7), asked.allows(7)] == [True, False]
    clock.tick += 3600
    assert [asked.allows(7) for _ in range(4)] == [True, True, True, False]
    assert all(asked.allows(0) for _ in range(10))


def test_who_asks_on_and_on_is_let_in_again(clock):
    """A refusal costs nothing: whoever keeps asking gets their share all the same."""
    asked = Pace(at_once=1, a_minute=60)
    assert asked.allows(1)
    found = []
    for _ in range(8):
        clock.tick += 0.25
        found.append(asked.allows(1))
    assert found == [False, False, False, True] * 2


def test_nobody_is_remembered(clock):
    """Who may ask as if for the first time is forgotten."""
    asked = Pace(at_once=2, a_minute=60)
    for network in range(1, 50):
        asked.allows(network)
    clock.tick += 2
    asked.allows(99)
    assert len(asked) == 1


def test_many_networks_do_not_fill_the_memory(clock, monkeypatch):
    """However many ask, so many are kept: the latest."""
    monkeypatch.setattr(pace, "KEPT_AT_MOST", 10)
    asked = Pace(at_once=1, a_minute=1)
    for network in range(1, 100):
        asked.allows(network)
    assert len(asked) == 10
    assert not asked.allows(99)
