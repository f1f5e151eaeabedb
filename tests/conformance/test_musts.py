"""No MUST is without a test."""

from __future__ import annotations

import importlib
from pathlib import Path

from tests.conformance import musts


def test_every_must_is_shown_by_a_test():
    """Each MUST in the list is named by a test of this folder."""
    for file in Path(__file__).parent.glob("test_*.py"):
        importlib.import_module(f"tests.conformance.{file.stem}")
    assert {name for name, tests in musts.proofs().items() if not tests} == set()


def test_every_must_has_its_section():
    """Each says where it stands and what it asks, and what is left out says why."""
    assert all(section and asks for section, asks in musts.MUSTS.values())
    assert all(musts.NOT_OURS.values())
