"""What `/metrics` says of push: followers, letters, how the newest broadcasts went.

Numbers of processes come from their tallies, the rest from the rows. Nothing says who.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from stoppress.push import queries, tally
from stoppress.push.models import Broadcast

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_client.metrics_core import Metric

PER_PROCESS = {
    "rate": "Letters answered in a second, lately",
    "keyed": "Followers whose next message is keyed ahead",
}
OF_THE_NEWEST = {
    "ninety": "Seconds from publishing until nine in ten had it, of the newest that got so far",
    "canary": "Seconds from publishing until the canary had read it, of the newest it heard",
}


class Push(Collector):
    """What is counted of followers and of what they are told."""

    def collect(self) -> Iterator[Metric]:
        """The families, with a sample for each process that sends."""
        processes = tally.dispatchers()
        yield _letters(processes)
        yield _paused(processes)
        for name, about in PER_PROCESS.items():
            gauge = GaugeMetricFamily(
                f"stoppress_push_{name}", about, labels=["process"]
            )
            for process, numbers in processes.items():
                gauge.add_metric([process], numbers[name])
            yield gauge
        for name, about in OF_THE_NEWEST.items():
            yield _newest(name, about)
        yield from _counted()


def _letters(processes: dict[str, dict[str, Any]]) -> Metric:
    count = CounterMetricFamily(
        "stoppress_push_letters",
        "Letters that push services answered",
        labels=["process", "service", "answer"],
    )
    for process, numbers in processes.items():
        for service, answer, many in numbers["letters"]:
            count.add_metric([process, service, answer], many)
    return count


def _paused(processes: dict[str, dict[str, Any]]) -> Metric:
    gauge = GaugeMetricFamily(
        "stoppress_push_paused",
        "Push services that are left alone for a while",
        labels=["process", "service"],
    )
    for process, numbers in processes.items():
        for service in numbers["paused"]:
            gauge.add_metric([process, service], 1)
    return gauge


def _newest(name: str, about: str) -> Metric:
    """No sample until there is one."""
    gauge = GaugeMetricFamily(f"stoppress_push_{name}_seconds", about)
    rows = Broadcast.objects.filter(**{f"{name}_after__isnull": False})
    newest = rows.order_by("-pk").values_list(f"{name}_after", flat=True).first()
    if newest is not None:
        gauge.add_metric([], newest)
    return gauge


def _counted() -> Iterator[Metric]:
    broadcasts = GaugeMetricFamily(
        "stoppress_push_told",
        "Followers of the newest broadcast about a post, by what became of its letters",
        labels=["answer"],
    )
    for _, view in queries.newest(1):
        for answer in ("handed", "unsure", "gone", "refused", "missed"):
            broadcasts.add_metric([answer], view[answer])
    yield broadcasts
    yield GaugeMetricFamily(
        "stoppress_push_followers", "Browsers that follow", value=queries.followers()
    )
    yield GaugeMetricFamily(
        "stoppress_push_open",
        "Broadcasts that are being sent",
        value=queries.open_broadcasts(),
    )
    yield GaugeMetricFamily(
        "stoppress_push_alarm",
        "1: the canary is silent, or nobody tells followers",
        value=int(queries.alarm() is not None),
    )
