"""What another system publishes through the hub, on the wire like all else."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from stoppress.lib.transactions import atomic
from stoppress.protocols.mercure_publication import Update
from stoppress.wire.append import append

if TYPE_CHECKING:
    from stoppress.wire.models import Entry

KIND = "hub.update"


def publish(update: Update) -> int:
    """Puts the update on the wire and returns its number."""
    payload: dict[str, Any] = {
        **_carried(update.data),
        "type": update.event,
        "retry": update.retry,
        "private": update.private,
    }
    with atomic():
        return append(KIND, update.topics, payload).seq


def published(entry: Entry) -> Update:
    """The update that an entry of this kind holds."""
    held = entry.payload
    octets = held.get("base64")
    data = held["data"] if octets is None else base64.b64decode(octets).decode()
    return Update(
        tuple(entry.topics), data, held["type"], held["retry"], private=held["private"]
    )


def _carried(data: str) -> dict[str, str]:
    # PostgreSQL's JSON cannot hold NUL, which an event stream can.
    if "\0" in data:
        return {"base64": base64.b64encode(data.encode()).decode()}
    return {"data": data}
