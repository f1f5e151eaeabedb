"""`tail`: runs the tails without a web server, or looks after parked entries."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

from stoppress.cli import newsroom
from stoppress.cli.exits import Exit
from stoppress.cli.telling import note, tell
from stoppress.cli.workers import Supervised
from stoppress.posts.errors import NotFound
from stoppress.push import queries
from stoppress.push.tail import PushTail
from stoppress.wire import reading
from stoppress.wire.running import Running
from stoppress.wire.tail import retry

if TYPE_CHECKING:
    import argparse

    from stoppress.wire.tail import Tail

TAILS: dict[str, type[PushTail]] = {PushTail.name: PushTail}


def tail(given: argparse.Namespace) -> int:
    """Runs one tail or all, until told to stop."""
    newsroom.must_exist()
    chosen = _chosen(given.name)
    if given.list:
        return _list()
    if given.retry is not None:
        return _retry(chosen, given.retry)
    running = Running(chosen)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: running.ask_to_stop())
    running.start()
    Supervised(given.supervised).ready()
    note(f"Following the wire: {', '.join(each.name for each in chosen)}.")
    running.wait()
    running.stop()
    return Exit.DONE


def all_tails() -> list[Tail]:
    """Every tail with a durable cursor."""
    return [kind() for kind in TAILS.values()]


def _chosen(name: str | None) -> list[Tail]:
    if name is None:
        return all_tails()
    if name not in TAILS:
        raise NotFound(f"There is no tail {name!r}. Tails: {', '.join(TAILS)}.")
    return [TAILS[name]()]


def _list() -> int:
    head = reading.head()
    cursors = reading.cursors()
    for cursor in cursors:
        holder = cursor.owner or "nobody"
        tell(f"{cursor.tail}  at {cursor.seq} of {head}, followed by {holder}")
    for name in TAILS.keys() - {cursor.tail for cursor in cursors}:
        tell(f"{name}  has never run, {head} behind")
    for owner, held in queries.couriers().items():
        tell(f"{PushTail.name}  {owner} sends to {held} of the followers' shares")
    for parked in reading.parked():
        tell(
            f"{parked.tail}  parked {parked.seq} at {parked.at:%Y-%m-%d %H:%M}: {parked.error}"
        )
    return Exit.DONE


def _retry(chosen: list[Tail], seq: int) -> int:
    names = {each.name: each for each in chosen}
    found = [row for row in reading.parked() if row.seq == seq and row.tail in names]
    if not found:
        raise NotFound(f"No entry {seq} is parked. See: stoppress tail --list")
    for row in found:
        retry(names[row.tail], seq)
        tell(f"{row.tail} has handled {seq}.")
    return Exit.DONE
