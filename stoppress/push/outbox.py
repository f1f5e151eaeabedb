"""The outbox: letters on their way to all push services, each at its own pace.

What a service does must not be felt by the others, so nothing here waits for the slowest
answer. A round starts what may fly, lets answers come in for a moment, and ends with some
letters answered, some kept back, which no service has seen, and some still flying. Those
are left alone: their answers come in a later round, and until then their followers get no
other letter, or an alert could overtake its own correction.

A letter is a number until it is about to fly. Then the next OPENED subscriptions of its
service are read in one look and opened, and each is sealed for as it starts: so a million
followers' addresses are never in memory together.
"""

from __future__ import annotations

import logging
import time
from collections import Counter, defaultdict, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from pyroaring import BitMap

from stoppress.lib.clock import now
from stoppress.protocols import push_encryption
from stoppress.protocols.errors import ProtocolError
from stoppress.protocols.origin import origin
from stoppress.protocols.push_request import Answer, Fault, Outcome
from stoppress.push import canary, directory, sending, vault
from stoppress.push.errors import VaultError
from stoppress.push.webpush.line import Line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from stoppress.push.keyring import Keyring
    from stoppress.push.origins import Origins
    from stoppress.push.vault import Subscription
    from stoppress.push.webpush.sender import Heads

log = logging.getLogger(__name__)

# The longest round. What it brings is entered into the ledger then, and the tail looks
# after its lease and after news.
ROUND = 0.5  # seconds

# A service that has answered all its letters waits no longer than this for the others'
# answers before it gets its next.
LINGER = 0.02  # seconds

# Letters under way at once, over all services that are well: 70 MB in libcurl. Each has
# its share, so that one which falls silent with its share does not hold up the others.
AT_ONCE = 2_000

# Letters sealed between two looks at the line, so that it is never without work (1 ms).
A_FEW = 50

# Subscriptions read and opened at once: long enough a look to be cheap for each, short
# enough that the line does not run dry meanwhile (5 ms).
OPENED = 250

# Without a letter having been sent: what is kept of the follower cannot be used, or it
# unfollowed a moment ago.
UNUSABLE = Answer(Outcome.REFUSED, 0, Fault.MESSAGE)
UNFOLLOWED = Answer(Outcome.GONE, 0, Fault.FOLLOWER)


@dataclass(frozen=True, slots=True)
class Words:
    """What a broadcast says: the same for all."""

    broadcast: int
    text: bytes
    topic: str
    urgency: str
    ttl: int  # seconds


@dataclass(eq=False, slots=True)
class Dispatch:
    """A letter: words for one follower at its push service."""

    words: Words
    follower: int
    service: str
    endpoint: str = ""  # once it is about to fly
    vapid: str = ""  # likewise: the key that it is signed with
    answered_at: datetime | None = None  # the canary's alone

    @property
    def broadcast(self) -> int:
        return self.words.broadcast


# A letter, where it goes, which keys its material must be for, and its signed header.
Opened: TypeAlias = "tuple[Dispatch, Subscription, bytes, list[str]]"


class Outbox:
    """Sends from the thread that calls `round`."""

    def __init__(self, origins: Origins, keyring: Keyring) -> None:
        self._origins = origins
        self._keyring = keyring
        self._pens = sending.Pens()
        self._line: Line[Dispatch] = Line(sending.ways())
        self._waiting: dict[str, deque[Dispatch]] = defaultdict(deque)
        self._open: dict[str, deque[Opened]] = defaultdict(deque)
        self._answers: list[tuple[Dispatch, Answer]] = []
        self._flying: Counter[str] = Counter()
        self._share = AT_ONCE
        self._dry = False  # a service has answered all it was given
        self.followers = BitMap()  # who has a letter under way

    def under_way(self, service: str) -> int:
        """Letters that this service has not answered yet."""
        return self._flying[service]

    def round(
        self, letters: Iterable[Dispatch]
    ) -> tuple[list[tuple[Dispatch, Answer]], list[Dispatch]]:
        """Sends for a moment. Returns what was answered, and what was kept back. Raises
        what the database raises, after which `ended` has what that cut short."""
        for one in letters:
            self._waiting[one.service].append(one)
        self.followers |= BitMap(
            one.follower for queue in self._waiting.values() for one in queue
        )
        self._dry = False
        self._share = AT_ONCE // max(1, len(self._flying.keys() | self._waiting.keys()))
        began = time.monotonic()
        hungry = {service for service in self._waiting if self._start(service)}
        while self._flying and (left := self._left(began)) > 0:
            for service in hungry | self._hear(0 if hungry else left):
                more = self._start(service)
                (hungry.add if more else hungry.discard)(service)
                self._dry = self._dry or not self._flying[service]
        return self.ended()

    def ended(self) -> tuple[list[tuple[Dispatch, Answer]], list[Dispatch]]:
        """What was answered and was not returned yet, and what is kept back."""
        kept = [one for queue in self._waiting.values() for one in queue]
        kept += [one for queue in self._open.values() for one, *_ in queue]
        answers, self._answers = self._answers, []
        self._waiting.clear()
        self._open.clear()
        self.followers -= BitMap(one.follower for one, _ in answers)
        self.followers -= BitMap(one.follower for one in kept)
        return answers, kept

    def close(self) -> None:
        """Drops what is under way, as if the process had been killed, and ends the
        connections."""
        self._line.close()

    def _hear(self, seconds: float) -> set[str]:
        """Takes in what is answered next; the services that it came from."""
        heard = set()
        for one, reply in self._line.turn(seconds):
            self._origins[one.service].heard(reply)
            if one.follower == canary.NUMBER:
                one.answered_at = now()
            self._answers.append((one, reply.answer))
            self._flying[one.service] -= 1
            heard.add(one.service)
        self._flying = +self._flying
        return heard

    def _start(self, service: str) -> bool:
        """Lets fly a few of what may fly of this service's letters; True when there are
        more, after a look at the line."""
        known, ready = self._origins[service], self._open[service]
        if known.paused:
            return False
        room = min(known.window, self._share) - self._flying[service]
        for _ in range(min(room, A_FEW)):
            while not ready:
                if not self._read(service, room if known.on_trial else OPENED):
                    return False
            self._fly(*ready[0])
            ready.popleft()
        return room > A_FEW

    def _read(self, service: str, many: int) -> bool:
        """Opens the next subscriptions; False when no letters are left."""
        queue = self._waiting[service]
        some = [queue[at] for at in range(min(many, len(queue)))]
        rows = directory.sealed(BitMap(one.follower for one in some))
        heads = _Signed(self._pens.at_hand())
        for one in some:
            queue.popleft()
            sealed, one.vapid = rows.get(one.follower, (None, ""))
            if sealed is None:
                self._answers.append((one, UNFOLLOWED))
                continue
            try:
                sub = vault.unseal(sealed)
                head = heads.of(one, sub.endpoint)
            except (VaultError, ProtocolError) as error:
                log.error("Follower %s: %s", one.follower, error)  # noqa: TRY400
                self._answers.append((one, UNUSABLE))
            except KeyError:
                self._pens.miss(one.vapid)
                self._answers.append((one, UNUSABLE))
            else:
                self._open[service].append((one, sub, vault.label(sealed), head))
        return bool(some)

    def _fly(
        self, one: Dispatch, sub: Subscription, label: bytes, head: list[str]
    ) -> None:
        """Seals a letter and lets it go, unless it cannot be sent at all."""
        try:
            material = self._keyring.take(one.follower, label)
            if material is None:
                receiver = push_encryption.receiver(sub.p256dh, sub.auth)
                material = push_encryption.agree(receiver.p256dh, receiver.auth)
            body = push_encryption.seal(material, one.words.text)
        except ProtocolError as error:
            log.warning("Follower %s cannot be sent to: %s", one.follower, error)
            self._answers.append((one, UNUSABLE))
            return
        one.endpoint = sub.endpoint
        if one.follower == canary.NUMBER:
            url, host = canary.way()
            self._line.start(url, [*head, f"Host: {host}"], body, one, own=True)
        else:
            self._line.start(sub.endpoint, head, body, one)
        self._flying[one.service] += 1

    def _left(self, began: float) -> float:
        """Seconds that this round may still take."""
        spent = time.monotonic() - began
        if not (self._dry and self._answers):
            return ROUND - spent
        return 0 if len(self._answers) >= self._line.flying else LINGER - spent


class _Signed:
    """The signed headers of letters that are opened together, each looked up once."""

    def __init__(self, pens: Mapping[str, Heads]) -> None:
        self._pens = pens
        self._found: dict[tuple[str, str, int], list[str]] = {}

    def of(self, one: Dispatch, endpoint: str) -> list[str]:
        """Raises a ProtocolError, and KeyError when the letter's key is not here."""
        # As the broadcast knows it, unless the browser moved.
        known = endpoint.startswith(one.service + "/")
        where = one.service if known else origin(endpoint)
        words = one.words
        kind = (one.vapid, where, words.broadcast)
        head = self._found.get(kind)
        if head is None:
            head = self._found[kind] = self._pens[one.vapid].of(
                where, ttl=words.ttl, urgency=words.urgency, topic=words.topic
            )
        return head
