"""The update and its mark."""

from __future__ import annotations

from bench.inside import text
from bench.standing import MARK, Update


def test_an_update_has_its_length_and_its_mark():
    """So many characters, the mark the last word."""
    for characters in (40, 999, 1_000):
        made = text(12, characters)
        assert len(made) == characters
        assert made.endswith(" " + MARK.format(12))


def test_others_deliver_the_same_octets_with_another_mark():
    """Every place of the mark is changed, and nothing else."""
    update = Update(f"text {MARK.format(0)}, html {MARK.format(0)}")
    assert update.marked(7) == f"text {MARK.format(7)}, html {MARK.format(7)}"
