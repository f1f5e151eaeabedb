"""A whole newsroom at a real socket: Django, the hub and the wire in a database."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import httpx

from stoppress.asgi import built
from stoppress.lib.clock import now
from stoppress.live import tokens
from stoppress.live.source import Wire
from stoppress.protocols import mercure_token
from stoppress.protocols.sse import Event
from stoppress.wire import reading
from tests.live.reader import HUB, Reader
from tests.live.stand import Stand
from tests.support.waiting import PATIENCE

# What another system publishes on, in these tests.
SCORES = "https://scores.example/7"
SITE = "http://testserver"  # tests/settings.py

Form = Mapping[str, Any] | Sequence[tuple[str, str]]


def a_token(
    *, publish: Any = None, subscribe: Any = None, key: Any = None, **claims: Any
) -> str:
    """A token of the newsroom's own making, unless it is another key's."""
    mercure = {"publish": publish, "subscribe": subscribe, **claims.pop("mercure", {})}
    said = {name: value for name, value in mercure.items() if value is not None}
    return mercure_token.sign({"mercure": said, **claims}, key or tokens.own())


def in_seconds(seconds: float) -> float:
    """A moment as a token says it."""
    return now().timestamp() + seconds


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def on_the_wire() -> list[str]:
    """What happened, by its kinds."""
    return [entry.kind for entry in reading.after(0)]


class House(Stand):
    """The newsroom, and those who ask things of it."""

    def __init__(self) -> None:
        self._pages = Wire("house-pages")
        live = (Wire("house-tail"), Wire("house-past"))
        super().__init__(*live, site=built(self._pages))

    def stop(self) -> None:
        """As SIGTERM does; nobody keeps the database open."""
        super().stop()
        self._pages.close()

    def ask(
        self,
        method: str = "GET",
        path: str = HUB,
        *,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> httpx.Response:
        """One request that is answered and done."""
        named = {**(bearer(token) if token else {}), **(headers or {})}
        with httpx.Client(
            base_url=f"http://127.0.0.1:{self.port}", trust_env=False, timeout=PATIENCE
        ) as client:
            return client.request(method, path, headers=named, **more)

    def post(
        self, form: Form, *, token: str | None = None, **more: Any
    ) -> httpx.Response:
        """Publishes; with a token for everything unless another is given."""
        fields = list(form.items()) if isinstance(form, Mapping) else list(form)
        named = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.ask(
            "POST",
            token=a_token(publish=["*"]) if token is None else token,
            headers={**named, **more.pop("headers", {})},
            content=urlencode(fields).encode(),
            **more,
        )

    def publish(self, data: str = "", topic: str = SCORES, **fields: str) -> str:
        """Publishes what is good; gives the id."""
        answer = self.post({"topic": topic, "data": data, **fields})
        assert answer.status_code == 200, answer.text
        return answer.text

    def read(self, *topics: str, token: str | None = None, **asked: Any) -> Reader:
        """A reader whose stream is open."""
        also = {**(bearer(token) if token else {}), **asked.pop("also", {})}
        return self.reader(*(topics or (SCORES,)), also=also, **asked)

    def refused(self, *topics: str, query: str = "", **asked: Any) -> httpx.Response:
        """What is answered to a stream that is not opened."""
        pairs = [("topic", topic) for topic in topics]
        address = f"{HUB}?{urlencode(pairs)}{query}"
        return self.ask(path=address, **asked)


def heard(reader: Reader, *, until: str) -> list[Event]:
    """The events that a reader gets up to this id, without the hub's own."""
    reader.until(lambda one: any(e.last_event_id == until for e in one.events))
    return [event for event in reader.events if event.type not in {"beat", "resync"}]


def datas(reader: Reader, *, until: str) -> list[str]:
    return [event.data for event in heard(reader, until=until)]


def documents(events: Iterable[Event]) -> list[dict[str, Any]]:
    return [json.loads(event.data) for event in events]
