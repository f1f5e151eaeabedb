"""One go: a candidate is started, the crowd gets in, updates go out, all is ended."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench import accounts, figures
from bench.errors import Broke
from bench.figures import Delivery, Go
from bench.standing import Size

if TYPE_CHECKING:
    from bench.processes import Child, Workshop
    from bench.standing import Candidate, Stand, Update

SETTLE = 0.5  # seconds after the crowd got in, or an update out, until memory is read
REST = 0.05  # seconds after the last reader in which a server's work is still counted
PAUSE = 0.1  # seconds between two updates
PATIENCE_MS = 10_000  # without a further reader, until the others count as lost
ENOUGH = 15.0  # seconds after which a slow server gets no further update, beyond ...
AT_LEAST = 3  # ... so many

# Readers on their way in at a time: as many as a burst that any of the servers takes.
AT_ONCE = 256

WARMING = 2  # updates before those that are counted
UNREAD = 500  # the mark of the update that goes out before there are readers


@dataclass(frozen=True, slots=True)
class Plan:
    """How many readers, in how many processes of the server and of the crowd, and how
    many updates are counted."""

    readers: int
    servers: int
    crowds: int
    updates: int


def go(candidate: Candidate, workshop: Workshop, update: Update, plan: Plan) -> Go:
    """One go. Raises BenchError; whatever was started is ended."""
    stand = candidate.stand(workshop, update, Size(plan.readers, plan.servers))
    crowd: Child | None = None
    try:
        # First times are not measured: modules are loaded, files are read.
        stand.publish(UNREAD)()
        time.sleep(SETTLE)
        empty, below = _memory(stand), accounts.kernel()
        crowd = _crowd(workshop, stand, plan)
        inside = figures.crowd(crowd.hear("{"))
        time.sleep(SETTLE)
        idle, above = _memory(stand), accounts.kernel()
        for mark in range(WARMING):
            _deliver(stand, crowd, mark, inside.connected)
        began, before = time.monotonic(), _used(stand, crowd)
        deliveries = _deliveries(stand, crowd, plan.updates, inside.connected)
        others = _others(time.monotonic() - began, before, _used(stand, crowd))
        after = _memory(stand)
    finally:
        if crowd is not None:
            workshop.stop(crowd)
        for child in stand.children:
            workshop.stop(child)
    readers = max(inside.connected, 1)
    return Go(
        name=candidate.name,
        wanted=plan.readers,
        connected=inside.connected - inside.closed,
        per_second=inside.connected / inside.seconds if inside.seconds > 0 else 0.0,
        idle=(idle - empty) / readers,
        after=(after - empty) / readers,
        kernel=(above - below) / readers,
        deliveries=deliveries,
        others=others,
        bound=_bound(inside, plan),
    )


def let_in(workshop: Workshop, plan: Plan, doors: str, path: str) -> Child:
    """The crowd, on its way to these doors (load/crowd.c)."""
    crowd = str(workshop.folder / "crowd")
    numbers = map(str, (plan.readers, plan.crowds, AT_ONCE))
    return workshop.start("crowd", [crowd, *numbers, doors, path], talks=True)


def full(workshop: Workshop, plan: Plan, port: int, path: str) -> Child:
    """The crowd once all of it is in at this door. Raises Broke when it is not."""
    crowd = let_in(workshop, plan, str(port), path)
    inside = figures.crowd(crowd.hear("{"))
    if inside.connected < plan.readers:
        raise Broke("The crowd", f"{inside.connected} of {plan.readers} got in")
    return crowd


def _crowd(workshop: Workshop, stand: Stand, plan: Plan) -> Child:
    doors = ",".join(map(str, stand.doors))
    return let_in(workshop, plan, doors, stand.path)


def _deliveries(
    stand: Stand, crowd: Child, updates: int, wanted: int
) -> tuple[Delivery, ...]:
    began, made = time.monotonic(), list[Delivery]()
    for number in range(updates):
        made.append(_deliver(stand, crowd, WARMING + number, wanted))
        if number + 1 >= AT_LEAST and time.monotonic() - began > ENOUGH:
            break
    return tuple(made)


def _deliver(stand: Stand, crowd: Child, mark: int, wanted: int) -> Delivery:
    counted = accounts.family(*stand.counted)
    before = accounts.cpu_us(counted)
    done = stand.publish(mark)
    crowd.say(f"{mark} {PATIENCE_MS}")
    seen = figures.receipt(crowd.hear("{"))
    time.sleep(REST)
    used = accounts.cpu_us(counted) - before
    published = done()
    time.sleep(PAUSE)
    return figures.delivery(seen, published=published, cpu_us=used, wanted=wanted)


def _memory(stand: Stand) -> int:
    return accounts.memory(accounts.family(*stand.counted))


def _used(stand: Stand, crowd: Child) -> tuple[float, float]:
    """Microseconds of CPU: by the machine; by the bench and all that it started."""
    ours = [os.getpid(), crowd.pid, *(child.pid for child in stand.children)]
    return accounts.machine_us(), accounts.cpu_us(accounts.family(*ours))


def _others(
    seconds: float, before: tuple[float, float], after: tuple[float, float]
) -> float:
    whole = seconds * 1e6 * accounts.CORES
    return max((after[0] - before[0] - (after[1] - before[1])) / whole, 0.0)


def _bound(inside: figures.Crowd, plan: Plan) -> str:
    if inside.connected == plan.readers and not inside.closed:
        return ""
    return (
        f"{inside.connected} of {plan.readers} readers got in within {inside.seconds:.0f} s, "
        f"{inside.failed} were refused, {inside.closed} were let go"
    )
