"""The newsroom for each test that asks for one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conformance.house import House


@pytest.fixture
def house(transactional_db: None) -> Iterator[House]:
    house = House()
    with house:
        yield house
