"""What is done at the desk, in few words; and what is on a page, read as a browser does."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.test import Client

from stoppress.wire import reading
from stoppress.wire.models import Entry


def send(client: Client, path: str, **fields: Any) -> Any:
    """Sends a form of a page that was opened for it."""
    form = {"form": secrets.token_hex(8), **fields}
    return client.post(f"/desk/{path}", form)


def newest() -> Entry:
    """The last entry on the wire."""
    entry = reading.entry(reading.head())
    assert entry is not None
    return entry


def since(head: int) -> int:
    """How many entries came on the wire after this one."""
    return len(reading.after(head))


def words(response: Any) -> str:
    """The answer's text."""
    text: str = response.content.decode()
    return text


@dataclass
class Page(HTMLParser):
    """A page's controls and what is in them, ids, labels, links, headings."""

    html: str
    controls: list[dict[str, str]] = field(default_factory=list)
    labelled: set[str] = field(default_factory=set)
    ids: list[str] = field(default_factory=list)
    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__()
        self._in = ""
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = {name: value or "" for name, value in attrs}
        self.tags.append((tag, held))
        if "id" in held:
            self.ids.append(held["id"])
        if tag == "label":
            self.labelled.add(held.get("for", ""))
        if tag in {"input", "textarea"}:
            self.controls.append({"tag": tag, **held})
            self.values[held.get("id", held.get("name", ""))] = held.get("value", "")
        self._in = held.get("id", "") if tag == "textarea" else ""

    def handle_data(self, data: str) -> None:
        if self._in:
            self.values[self._in] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            # The first line break in a textarea is not part of what it holds.
            self.values[self._in] = self.values[self._in].removeprefix("\n")
            self._in = ""


def page(response: Any) -> Page:
    return Page(words(response))
