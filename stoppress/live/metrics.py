"""`GET /metrics`: the numbers of all processes, as Prometheus reads them.

They say nothing about any one reader, but how a newsroom does is its own business: the
answer is for this machine alone (not for what a proxy on it passes on), and for who shows
the token that the newsroom has set.
"""

from __future__ import annotations

import hmac
import itertools
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.utils.module_loading import import_string
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
)
from prometheus_client.registry import Collector

from stoppress.live import numbers
from stoppress.live.timing import BOUNDS
from stoppress.wire import reading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest
    from prometheus_client.metrics_core import Metric

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
HERE = ("127.0.0.1", "::1")

GAUGES = {
    "readers": "Pages that are open now",
    "room": "Readers that there is room for",
    "slow": "Readers that lag",
    "owed": "Octets that wait for lagging readers",
}
COUNTERS = {
    "delivered": "Entries times readers",
    "dropped": "Readers let go because they lagged too far",
    "turned_away": "Readers for whom there was no room",
}


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The text format of Prometheus, version 0.0.4. 404 for strangers."""
    if not (_near(request) or _shows_token(request)):
        raise Http404
    registry = CollectorRegistry(auto_describe=False)
    for name in settings.METRICS:
        registry.register(import_string(name)())
    answer = HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE)
    answer["Cache-Control"] = "no-store"
    return answer


def _near(request: HttpRequest) -> bool:
    passed_on = "x-forwarded-for" in request.headers or "forwarded" in request.headers
    return request.META.get("REMOTE_ADDR") in HERE and not passed_on


def _shows_token(request: HttpRequest) -> bool:
    token: str = settings.METRICS_TOKEN
    shown = request.headers.get("authorization", "")
    return bool(token) and hmac.compare_digest(
        shown.encode(), f"Bearer {token}".encode()
    )


class Newsroom(Collector):
    """What is counted of readers and of the wire."""

    def collect(self) -> Iterator[Metric]:
        """The families, with a sample for each process or tail."""
        processes = numbers.processes()
        for name, about in GAUGES.items():
            gauge = GaugeMetricFamily(f"stoppress_{name}", about, labels=["process"])
            yield _filled(gauge, name, processes)
        for name, about in COUNTERS.items():
            count = CounterMetricFamily(f"stoppress_{name}", about, labels=["process"])
            yield _filled(count, name, processes)
        yield _times(processes)
        yield from _wire()


def _filled(
    family: GaugeMetricFamily | CounterMetricFamily,
    name: str,
    processes: dict[str, dict[str, Any]],
) -> Metric:
    for process, each in processes.items():
        family.add_metric([process], each[name])
    return family


def _times(processes: dict[str, dict[str, Any]]) -> Metric:
    about = "Seconds from an entry's being on the wire to its last reader's socket"
    family = HistogramMetricFamily(
        "stoppress_delivery_seconds", about, labels=["process"]
    )
    bounds = [*map(str, BOUNDS), "+Inf"]
    for process, each in processes.items():
        sums = itertools.accumulate(each["times"])
        family.add_metric([process], list(zip(bounds, sums, strict=True)), each["time"])
    return family


def _wire() -> Iterator[Metric]:
    head = reading.head()
    yield GaugeMetricFamily("stoppress_wire_head", "The newest entry", value=head)
    behind = GaugeMetricFamily(
        "stoppress_tail_behind",
        "Entries that a tail has yet to handle",
        labels=["tail"],
    )
    for cursor in reading.cursors():
        behind.add_metric([cursor.tail], head - cursor.seq)
    yield behind
    parked = sum(1 for _ in reading.parked())
    yield GaugeMetricFamily("stoppress_parked", "Entries that failed", value=parked)
