"""The addresses that list who reads now (draft-dunglas-mercure-07 "Subscription API").

They are answered on the hub's own event loop, where the readers are, and in pieces: a list
of twenty thousand subscriptions must not keep readers waiting, nor be held in memory whole.
"""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from stoppress.live.answers import JSON_LD, refusal, started
from stoppress.protocols import mercure_subscriptions

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from stoppress.live.answers import Application
    from stoppress.live.presence import Presence
    from stoppress.live.room import Live

# Readers looked at before others get their turn.
READERS_AT_ONCE = 100


def answer(
    live: Live, path: str, *, head: bool, headers: dict[str, str]
) -> Application:
    """The application that answers for `path`; `headers` go with every answer."""
    named = mercure_subscriptions.parts(path)
    if named is None:
        return refusal(404, "There are no subscriptions at this address.", **headers)
    match named:
        case (selector, subscriber):
            return _one(live, selector, subscriber, head=head, headers=headers)
        case _:
            only = named[0] if named else None
            return _collection(live, path, only, head=head, headers=headers)


def _one(
    live: Live, selector: str, subscriber: str, *, head: bool, headers: dict[str, str]
) -> Application:
    async def application(scope: Any, receive: Any, send: Any) -> None:
        presence = live.presence
        async for each in _documents(live, selector):
            if each["subscriber"] == subscriber:
                shown = mercure_subscriptions.alone(
                    each, lastEventID=presence.last_event_id
                )
                await send(started(200, {**JSON_LD, **headers}))
                body = b"" if head else json.dumps(shown).encode()
                await send({"type": "http.response.body", "body": body})
                return
        await refusal(404, "There is no such subscription.", **headers)(
            scope, receive, send
        )

    return application


def _collection(
    live: Live,
    path: str,
    selector: str | None,
    *,
    head: bool,
    headers: dict[str, str],
) -> Application:
    async def application(_scope: Any, _receive: Any, send: Any) -> None:
        shown = mercure_subscriptions.collection(path, live.presence.last_event_id)
        await send(started(200, {**JSON_LD, **headers}))
        if not head:
            # Up to where the list, which is empty yet, would end.
            await _more(send, json.dumps(shown).removesuffix("]}"))
            between = ""
            async for each in _documents(live, selector):
                await _more(send, between + json.dumps(each))
                between = ","
            await _more(send, "]}")
        await send({"type": "http.response.body", "body": b""})

    return application


async def _documents(live: Live, selector: str | None) -> AsyncIterator[dict[str, Any]]:
    presence: Presence = live.presence
    there = list(live.hub.who())
    for begin in range(0, len(there), READERS_AT_ONCE):
        for reader, wish in there[begin : begin + READERS_AT_ONCE]:
            # Whoever left meanwhile has left; the number may be another's.
            if live.hub.wish(reader) is not wish:
                continue
            for each in presence.of(reader, wish):
                if selector is None or each["topic"] == selector:
                    yield each
        await asyncio.sleep(0)


async def _more(send: Any, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})
