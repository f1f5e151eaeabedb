"""Goes and deliveries with figures that can be checked in the head."""

from __future__ import annotations

from bench.figures import Delivery, Go


def a_delivery(p99: float = 40.0, cpu: float = 4.0, lost: int = 0) -> Delivery:
    return Delivery(
        p50_ms=p99 / 2, p99_ms=p99, last_ms=p99 + 1, cpu_us=cpu, octets=4_000, lost=lost
    )


def a_go(name: str, *deliveries: Delivery, idle: float = 200.0, bound: str = "") -> Go:
    return Go(
        name=name,
        wanted=100,
        connected=100,
        per_second=5_000,
        idle=idle,
        after=idle + 10,
        kernel=10_240,
        deliveries=deliveries or (a_delivery(),),
        others=0.02,
        bound=bound,
    )
