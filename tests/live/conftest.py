"""A newsstand, or a hub alone, for each test that asks for one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.live.hall import hall, no_descriptor_is_left, slow_turns
from tests.live.stand import Stand

__all__ = ["hall", "no_descriptor_is_left", "slow_turns"]


@pytest.fixture
def stand() -> Iterator[Stand]:
    with Stand() as stand:
        yield stand
