"""Transactions: inside and outside."""

from __future__ import annotations

import pytest

from stoppress.lib.transactions import atomic, in_transaction


@pytest.mark.django_db(transaction=True)
def test_inside_and_outside_are_told_apart():
    """in_transaction is true inside an atomic block and nowhere else."""
    assert not in_transaction()
    with atomic():
        assert in_transaction()
        with atomic():
            assert in_transaction()
        assert in_transaction()
    assert not in_transaction()
