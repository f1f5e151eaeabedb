"""The one clock: everything that asks for the time asks here, so tests can move it."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def parse(text: str) -> datetime:
    """An ISO 8601 moment as `iso` writes it. ValueError when it is not one."""
    return datetime.fromisoformat(text)


def iso(moment: datetime) -> str:
    """ISO 8601 in UTC, milliseconds, with a `Z`: `2026-11-24T12:00:00.000Z`."""
    utc = moment.astimezone(UTC)
    return utc.isoformat(timespec="milliseconds").replace("+00:00", "Z")
