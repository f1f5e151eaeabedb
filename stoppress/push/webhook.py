"""The webhook: an address of the operator's that hears of an alarm, by one small POST.

It goes out in a thread of its own, so that no alert waits for it, over the line that
letters take: https alone, no redirect, no address in a private network, a bound on time
and on what is answered. It is sent once; what must not be missed is in the metrics.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from typing import TYPE_CHECKING, Any

from django.conf import settings

from stoppress.protocols.origin import origin
from stoppress.protocols.push_request import Outcome
from stoppress.push import sending
from stoppress.push.webpush.line import Line

if TYPE_CHECKING:
    from stoppress.protocols.push_request import Answer

log = logging.getLogger(__name__)

# The line gives up a request before (TIMEOUT there): this stops the thread whatever it does.
AT_MOST = 30.0  # seconds

HEAD = ("Content-Type: application/json", "User-Agent: stoppress")


def tell(said: dict[str, Any]) -> threading.Thread | None:
    """Sends it, if there is an address. Returns at once, with the thread that sends."""
    if not settings.ALARM_WEBHOOK:
        return None
    body = json.dumps({"newsroom": settings.SITE_URL, **said}).encode()
    thread = threading.Thread(target=_send, args=(body,), name="webhook", daemon=True)
    thread.start()
    return thread


def _send(body: bytes) -> None:
    # The address may hold a secret of the operator's: the log has the origin alone.
    where = origin(settings.ALARM_WEBHOOK)
    try:
        answer = _answer(body)
    except Exception:
        log.exception("The alarm could not be sent to %s.", where)
        return
    if answer is None or answer.outcome is not Outcome.DELIVERED:
        why = f"it answers {answer.status}" if answer and answer.status else "no answer"
        log.error("The alarm was not taken at %s: %s.", where, why)


def _answer(body: bytes) -> Answer | None:
    line: Line[None] = Line(sending.ways())
    try:
        line.start(settings.ALARM_WEBHOOK, HEAD, body, None)
        until = time.monotonic() + AT_MOST
        while (left := until - time.monotonic()) > 0:
            for _, reply in line.turn(left):
                return reply.answer
        return None
    finally:
        line.close()
