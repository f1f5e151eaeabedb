"""One push message as an HTTP request, and what the push service's answer means.

RFC 8030 (the Web Push protocol). A push service is at the far edge of the network, so its
answers are data, not accidents: `answer` gives one of four outcomes, and says whose fault
a failure is and how far it reaches, for those who send and for the operator.

    status               outcome    reach      fault
    2xx                  delivered  message
    404, 410             gone       message    the follower is no more
    429, 406             later      origin     we send too fast
    5xx                  later      origin/message (503 / others)   theirs
    408, 421, 425        later      message    not taken up (RFC 9110 15.5.9, 15.5.20)
    401, 403             refused    origin     our VAPID key or claims
    400, 413             refused    message    our request
    other 3xx and 4xx    refused    message    not understood

*Delivered* means that the service took the message, not that a browser showed it.
406 stands beside 429 because the Windows service uses it for its throttle limit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from stoppress.protocols import http_date
from stoppress.protocols.errors import ProtocolError
from stoppress.protocols.origin import origin
from stoppress.protocols.push_encryption import BODY_AT_MOST

# Stops a message from being kept longer than the services keep any: four weeks, seconds.
TTL_AT_MOST = 28 * 24 * 3600
# Stops one odd answer from silencing an origin for good: seconds.
RETRY_AFTER_AT_MOST = 24 * 3600

# Section 5.4: at most 32 characters of the base64url alphabet.
_TOPIC = re.compile(r"[A-Za-z0-9_-]{1,32}")
_HEADER_VALUE = re.compile("[ -~]+")
_DELAY = re.compile(r"[0-9]+")  # RFC 9110 section 10.2.3
_DIGITS_THAT_COUNT = 6  # one more than RETRY_AFTER_AT_MOST has


class PushRequestError(ProtocolError):
    """A push request cannot be made as asked."""


class BadTopicHeaderError(PushRequestError):
    """A Topic header is 1 to 32 characters out of A to Z, a to z, 0 to 9, `-` and `_`."""


class BadTtlError(PushRequestError):
    """A TTL is a number of seconds from 0 to TTL_AT_MOST."""


class BodyTooLongError(PushRequestError):
    """The sealed body is longer than every push service takes (section 7.2)."""


class BadAuthorizationError(PushRequestError):
    """The Authorization value holds what cannot stand in a header."""


class Urgency(StrEnum):
    """Section 5.3: what the message is worth to a device that saves its battery."""

    VERY_LOW = "very-low"
    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class PushRequest:
    """A POST, ready to be sent; `origin` is what VAPID and back-off go by."""

    url: str
    headers: dict[str, str]
    body: bytes
    origin: str


class Outcome(StrEnum):
    """What became of a message."""

    DELIVERED = "delivered"  # taken by the push service
    GONE = "gone"  # the subscription is no more: remove the follower
    LATER = "later"  # not now: send again, never remove the follower for it
    REFUSED = "refused"  # never repeated blindly: count it, show it


class Fault(StrEnum):
    """Whose fault it is when a message was not taken."""

    NOBODY = "nobody"
    FOLLOWER = "follower"  # the browser unsubscribed, or is no more
    VAPID = "vapid"  # our key or claims: no message to this origin will pass
    MESSAGE = "message"  # this request: too long, or malformed
    RATE = "rate"  # we send faster than the service allows
    SERVICE = "service"  # the push service, or the way to it


class Reach(StrEnum):
    """What the answer is about: only this message, or all to the same origin."""

    MESSAGE = "message"
    ORIGIN = "origin"


_SENTENCES = {
    Fault.NOBODY: "The push service took the message.",
    Fault.FOLLOWER: "The browser no longer follows; the follower is removed.",
    Fault.VAPID: (
        "The push service does not accept who we say we are. Check the contact address "
        "and the server's clock, and that keys/vapid.pem is the one followers signed up "
        "with."
    ),
    Fault.MESSAGE: "The push service finds fault with the message itself.",
    Fault.RATE: "The push service asks us to slow down.",
    Fault.SERVICE: "The push service did not do its part.",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a push service's answer means.

    `retry_after` is in seconds, None when the service named no time; it is only set for
    LATER. `status` 0 stands for no answer at all.
    """

    outcome: Outcome
    status: int
    fault: Fault = Fault.NOBODY
    reach: Reach = Reach.MESSAGE
    retry_after: int | None = None

    @property
    def sentence(self) -> str:
        """What an operator reads about it."""
        said = f"status {self.status}" if self.status else "no answer"
        return f"{_SENTENCES[self.fault]} ({said})"


# A lost connection or a time-out: whether the message was taken is not known. Sending it
# again is safe when Topic and the notification's tag are set.
NO_ANSWER = Answer(Outcome.LATER, 0, Fault.SERVICE)

_ANSWERS = {
    400: (Outcome.REFUSED, Fault.MESSAGE, Reach.MESSAGE),
    401: (Outcome.REFUSED, Fault.VAPID, Reach.ORIGIN),  # RFC 8292 section 4.2
    403: (Outcome.REFUSED, Fault.VAPID, Reach.ORIGIN),
    404: (Outcome.GONE, Fault.FOLLOWER, Reach.MESSAGE),  # RFC 8030 section 7.3
    406: (Outcome.LATER, Fault.RATE, Reach.ORIGIN),
    408: (Outcome.LATER, Fault.SERVICE, Reach.MESSAGE),
    410: (Outcome.GONE, Fault.FOLLOWER, Reach.MESSAGE),
    413: (Outcome.REFUSED, Fault.MESSAGE, Reach.MESSAGE),  # RFC 8030 section 7.2
    421: (Outcome.LATER, Fault.SERVICE, Reach.MESSAGE),
    425: (Outcome.LATER, Fault.SERVICE, Reach.MESSAGE),
    429: (Outcome.LATER, Fault.RATE, Reach.ORIGIN),  # RFC 8030 section 8.4
    503: (Outcome.LATER, Fault.SERVICE, Reach.ORIGIN),
}
_TAKEN = (Outcome.DELIVERED, Fault.NOBODY, Reach.MESSAGE)
_REFUSED = (Outcome.REFUSED, Fault.SERVICE, Reach.MESSAGE)
_FAILED = (Outcome.LATER, Fault.SERVICE, Reach.MESSAGE)


def request(
    endpoint: str,
    body: bytes,
    *,
    authorization: str,
    ttl: int,
    urgency: Urgency = Urgency.NORMAL,
    topic: str | None = None,
) -> PushRequest:
    """The request that hands `body` (sealed) to the endpoint's push service (section 5).

    `ttl` is how many seconds the service keeps the message for a browser that is away.
    A later message with the same `topic` replaces one still waiting. Raises BadUrlError or a
    PushRequestError.
    """
    if len(body) > BODY_AT_MOST:
        raise BodyTooLongError(f"{len(body)} octets; at most {BODY_AT_MOST}")
    head = headers(authorization, ttl=ttl, urgency=urgency, topic=topic)
    return PushRequest(endpoint, head, body, origin(endpoint))


def headers(
    authorization: str, *, ttl: int, urgency: Urgency, topic: str | None = None
) -> dict[str, str]:
    """The header of each request that carries the same message to the same origin: made
    once for all of them. Raises a PushRequestError."""
    if not 0 <= ttl <= TTL_AT_MOST:
        raise BadTtlError(f"a TTL of {ttl} s; 0 to {TTL_AT_MOST}")
    if not _HEADER_VALUE.fullmatch(authorization):
        raise BadAuthorizationError("the Authorization value is not printable ASCII")
    found = {
        "Authorization": authorization,
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(ttl),
        "Urgency": Urgency(urgency).value,
    }
    if topic is not None:
        if not _TOPIC.fullmatch(topic):
            raise BadTopicHeaderError(f"{topic[:80]!r} is not a Topic")
        found["Topic"] = topic
    return found


def answer(status: int, retry_after: str | None = None, *, now: int) -> Answer:
    """What the answer with this status and Retry-After header means.

    `now` is in seconds since 1970.
    """
    outcome, fault, reach = _ANSWERS.get(status) or _by_class(status)
    wait = None
    if outcome is Outcome.LATER and retry_after is not None:
        wait = _delay(retry_after, now)
    return Answer(outcome, status, fault, reach, wait)


def _by_class(status: int) -> tuple[Outcome, Fault, Reach]:
    if 200 <= status <= 299:  # noqa: PLR2004
        return _TAKEN
    if 300 <= status <= 499:  # noqa: PLR2004 - a redirect is not followed: SSRF
        return _REFUSED
    # RFC 9110 section 15: what is no valid final status counts as 5xx.
    return _FAILED


def _delay(text: str, now: int) -> int | None:
    bare = text.strip(" \t")
    if _DELAY.fullmatch(bare):
        wait = int((bare.lstrip("0") or "0")[:_DIGITS_THAT_COUNT])
    elif (date := http_date.seconds(bare, now)) is not None:
        wait = date - now
    else:
        return None
    return min(max(wait, 0), RETRY_AFTER_AT_MOST)
