"""Followers from lines of JSON, out of another newsroom or another system.

A line is a stranger's data like a browser's own request, and is checked by the same
functions. A bad one is named and left out; the others come in. Whoever is here already
stays as they are: what their browser said here is newer than any file. So the same file
can be taken in twice, and an import that was broken off is begun again from the top.
"""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError

from stoppress.lib import clock
from stoppress.lib.transactions import atomic
from stoppress.protocols import vapid
from stoppress.protocols.errors import ProtocolError
from stoppress.push import following, vapid_key, vault
from stoppress.push.errors import BadLine, PushError, TopicOver
from stoppress.push.models import Follow, Follower, Mute
from stoppress.push.rest import Rest
from stoppress.push.services import service_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from typing import BinaryIO

    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

    from stoppress.push.vault import Subscription

# The longest line: a subscription with MAX_FOLLOWS stories. Stops a file without line
# breaks from filling the memory.
LINE_AT_MOST = 64 * 1024  # bytes

# Followers entered in one transaction: short enough that an editor's post slips in between.
AT_ONCE = 500

# Another process may enrol one of them between our look and our entry (PostgreSQL).
TRIES = 3

# Topics of which it is kept whether they can be followed.
TOPICS_KEPT = 10_000


@dataclass(slots=True)
class Totals:
    """What became of the lines. `known`: here already, or earlier in the file."""

    lines: int = 0
    new: int = 0
    known: int = 0
    bad: int = 0
    keys: int = 0


@dataclass(slots=True)
class _Newcomer:
    sub: Subscription
    since: datetime
    follows: dict[str, Follow]
    mutes: list[Mute]
    rest: Rest


@dataclass
class Arriving:
    """Takes lines in. `key`: what followers are under whose lines do not say it; `topic`:
    what those follow whose lines do not say it; `say` is told of what is left out, by
    number of line."""

    key: str
    topic: str
    say: Callable[[int, str], None]
    totals: Totals = field(default_factory=Totals)

    def __post_init__(self) -> None:
        self._over = functools.lru_cache(TOPICS_KEPT)(_over)

    def take(self, file: BinaryIO) -> Iterator[Totals]:
        """Takes the file in; yields the totals, the same object, batch by batch."""
        batch: list[_Newcomer] = []
        for number, line in enumerate(_lines(file), 1):
            self.totals.lines = number
            try:
                newcomer = self._read(number, line)
            except (PushError, ProtocolError) as error:
                self.totals.bad += 1
                self.say(number, str(error))
                continue
            if newcomer is not None:
                batch.append(newcomer)
            if len(batch) >= AT_ONCE:
                self._enter(batch)
                batch = []
                yield self.totals
        self._enter(batch)
        yield self.totals

    def _read(self, number: int, line: bytes | None) -> _Newcomer | None:
        if line is None:
            raise BadLine(f"It is longer than {LINE_AT_MOST} bytes.")
        if not line.strip():
            return None
        try:
            given = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise BadLine("It is not JSON.") from error
        if isinstance(given, dict) and "vapid" in given:
            vapid_key.keep(private_half(given["vapid"]))
            self.totals.keys += 1
            return None
        sub = self._keyed(following.subscription(given))
        rest = given.get("rest")
        follows = self._follows(number, given.get("follows", [{"topic": self.topic}]))
        return _Newcomer(
            sub=sub,
            since=_moment(given.get("since")),
            follows=follows,
            mutes=self._mutes(given.get("mutes", []), follows),
            rest=Rest() if rest is None else Rest.read(rest),
        )

    def _keyed(self, sub: Subscription) -> Subscription:
        key = sub.vapid or self.key
        if not key:
            raise BadLine(
                "It does not say under which key it was made. Name the key's file: --key"
            )
        if key not in vapid_key.pairs():
            raise BadLine(
                "It was made under a key that is not here. Name the key's file: --key"
            )
        return vault.Subscription(sub.endpoint, sub.p256dh, sub.auth, key)

    def _follows(self, number: int, given: Any) -> dict[str, Follow]:
        if not isinstance(given, list) or len(given) > following.MAX_FOLLOWS:
            raise BadLine(
                f"Its follows are no list of {following.MAX_FOLLOWS} at most."
            )
        found: dict[str, Follow] = {}
        for one in given:
            topic, key_only = _wish(one)
            if why := self._over(topic):
                self.say(number, f"{topic[:200]!r} is left out. {why}")
            else:
                since = _moment(one.get("since"))
                found[topic] = Follow(topic=topic, key_only=key_only, since=since)
        if not found:
            raise BadLine("It follows nothing that is here and open.")
        return found

    def _mutes(self, given: Any, follows: dict[str, Follow]) -> list[Mute]:
        """Stories left out of wider follows; what is over is left out too."""
        if not isinstance(given, list) or len(given) > following.MAX_FOLLOWS:
            raise BadLine(f"Its mutes are no list of {following.MAX_FOLLOWS} at most.")
        found = {}
        for one in given:
            topic, _ = _wish(one)
            muted = topic not in follows and not following.is_wide(topic)
            if muted and not self._over(topic):
                found[topic] = Mute(topic=topic, since=_moment(one.get("since")))
        return list(found.values()) if any(map(following.is_wide, follows)) else []

    def _enter(self, batch: list[_Newcomer]) -> None:
        for attempt in range(1, TRIES + 1):
            try:
                new = _entered(batch)
            except IntegrityError:
                if attempt == TRIES:
                    raise
            else:
                self.totals.new += new
                self.totals.known += len(batch) - new
                return


def private_half(given: Any) -> EllipticCurvePrivateKey:
    """The private key of `{"publicKey": …, "privateKey": …}`, as `web-push` writes it; the
    public half, where it is given, must belong to it. BadLine, BadVapidKeyError."""
    if not isinstance(given, dict) or not isinstance(given.get("privateKey"), str):
        raise BadLine("Its key has no privateKey.")
    private = vapid.read_bare_key(given["privateKey"])
    if given.get("publicKey") not in (None, vapid.public_key(private)):
        raise BadLine("Its publicKey does not belong to its privateKey.")
    return private


def _entered(batch: list[_Newcomer]) -> int:
    """Writes down whoever is not here yet, and says how many."""
    with atomic():
        by_address: dict[str, _Newcomer] = {}
        for one in batch:
            by_address.setdefault(vault.address(one.sub.endpoint), one)
        here = Follower.objects.filter(address__in=list(by_address)).order_by()
        for address in here.values_list("address", flat=True):
            del by_address[address]
        rows = [_row(address, one) for address, one in by_address.items()]
        Follower.objects.bulk_create(rows)
        for row, one in zip(rows, by_address.values(), strict=True):
            wishes: list[Follow | Mute] = [*one.follows.values(), *one.mutes]
            for wish in wishes:
                wish.follower = row
        newcomers = by_address.values()
        Follow.objects.bulk_create(f for one in newcomers for f in one.follows.values())
        Mute.objects.bulk_create(mute for one in newcomers for mute in one.mutes)
        return len(rows)


def _row(address: str, one: _Newcomer) -> Follower:
    row = Follower(
        address=address,
        sealed=vault.seal(one.sub),
        service=service_of(one.sub.endpoint),
        vapid=one.sub.vapid,
        since=one.since,
        seen_at=clock.now(),
    )
    one.rest.enter(row)
    return row


def _over(topic: str) -> str:
    try:
        following.check_topic(topic)
    except TopicOver as error:
        return str(error)
    return ""


def _wish(given: Any) -> tuple[str, bool]:
    if not isinstance(given, dict):
        raise BadLine("A follow is no JSON object.")
    topic, key_only = given.get("topic"), given.get("key_only", False)
    if not isinstance(topic, str) or not isinstance(key_only, bool):
        raise BadLine("A follow has no topic, or a key_only that is not true or false.")
    return topic[: following.MAX_TEXT], key_only


def _moment(given: Any) -> datetime:
    """A time in the past; now, where none is given."""
    present = clock.now()
    if given is None:
        return present
    try:
        return min(clock.parse(given), present)
    except (TypeError, ValueError) as error:
        raise BadLine(
            "Its `since` is no time with a zone, as 2026-11-24T12:00:00Z."
        ) from error


def _lines(file: BinaryIO) -> Iterator[bytes | None]:
    """The lines; None for one that is too long to be read."""
    while line := file.readline(LINE_AT_MOST + 1):
        if len(line) <= LINE_AT_MOST:
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = file.readline(LINE_AT_MOST + 1)
        yield None
