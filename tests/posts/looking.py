"""Looking at what an act left behind, in rows and on the wire."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import Model

from stoppress.posts.models import (
    Naming,
    Person,
    Photo,
    Post,
    Revision,
    Section,
    Story,
)
from stoppress.wire import reading
from stoppress.wire.models import Entry


def last_entry() -> Entry:
    """The newest entry of the wire."""
    found = reading.entry(reading.head())
    assert found is not None
    return found


def all_rows() -> dict[str, list[dict[str, Any]]]:
    """Every row that publishing can write, and the whole wire."""
    kinds: tuple[type[Model], ...] = (
        Section,
        Story,
        Person,
        Post,
        Naming,
        Revision,
        Photo,
        Entry,
    )
    return {
        kind.__name__: list(kind._default_manager.order_by("pk").values())
        for kind in kinds
    }


def all_refused(error: type[Exception], *acts: Callable[[], object]) -> None:
    """Each of the acts is refused with this error, and nothing is left of it."""
    before = all_rows()
    for act in acts:
        with pytest.raises(error):
            act()
        assert all_rows() == before


def words_in(thing: object) -> str:
    """All text in a view or a payload, in one string."""
    if isinstance(thing, dict):
        return " ".join(words_in(value) for value in thing.values())
    if isinstance(thing, list):
        return " ".join(words_in(value) for value in thing)
    return thing if isinstance(thing, str) else ""
