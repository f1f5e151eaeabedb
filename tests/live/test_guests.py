"""How many of each network are in the house."""

from __future__ import annotations

from stoppress.live.guests import Count


def test_count():
    """Each network has a bound of its own; who has left is forgotten."""
    count = Count(2)
    for _ in range(2):
        assert not count.full(7)
        count.enter(7)
    assert count.full(7)
    assert not count.full(8)
    assert len(count) == 1
    count.leave(7)
    assert not count.full(7)
    count.leave(7)
    assert len(count) == 0
