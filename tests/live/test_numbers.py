"""How many read now, over all processes, and how the delivery does."""

from __future__ import annotations

import http.client
from datetime import datetime, timedelta
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from stoppress.lib.clock import now
from stoppress.live import numbers
from stoppress.live.models import Process
from stoppress.live.numbers import Teller
from stoppress.live.timing import BOUNDS, Timing
from tests.live.paper import STORY
from tests.live.reader import Reader
from tests.live.stand import Stand
from tests.support.newsroom import Newsroom
from tests.support.threads import aside
from tests.support.waiting import until


def some(**given: Any) -> dict[str, Any]:
    """The numbers of a process; what is not given is nought."""
    nought = dict.fromkeys(
        ("readers", "room", "delivered", "dropped", "turned_away", "slow", "owed"), 0
    )
    return {
        **nought,
        "topics": {},
        "times": Timing().counts,
        "time": 0.0,
        **given,
    }


def tell(name: str, age: int = 0, **given: Any) -> None:
    Process.objects.create(
        name=name, at=now() - timedelta(seconds=age), numbers=some(**given)
    )


def samples(text: str) -> dict[tuple[Any, ...], float]:
    """Each sample's value by name and labels."""
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.mark.parametrize("writers", [0, 1])
def test_of_a_process(writers):
    """What a process says of itself is what its readers do, with writers and without."""
    with Stand(writers=writers) as stand:
        stand.reader(STORY)
        gone = stand.reader("*")
        seq = stand.wire.append("news")
        gone.until_seq(seq)
        until(lambda: numbers.of(stand.live)["delivered"] == 2, "both to be counted")
        told = numbers.of(stand.live)
        assert (told["readers"], told["topics"]) == (2, {STORY: 1, "*": 1})
        assert told["slow"] == told["owed"] == told["dropped"] == 0
        gone.close()
        until(lambda: numbers.of(stand.live)["readers"] == 1, "one to leave")
        assert numbers.of(stand.live)["topics"] == {STORY: 1}


def test_times_are_counted():
    """Each time falls into its class; what takes longest is in the last."""
    timing = Timing()
    for seconds in (0.005, 0.0051, 11.0, -1.0):
        timing.add(seconds)
    assert timing.counts == [2, 1, *[0] * (len(BOUNDS) - 2), 1]
    other = Timing()
    other.add(0.3)
    timing.include(other.counts, other.total)
    assert sum(timing.counts) == 5
    assert timing.total == pytest.approx(11.3101)


@pytest.mark.django_db
def test_over_all_processes():
    """Readers of all processes count together; of one that is gone none do."""
    tell("one", readers=3, topics={STORY: 2, "*": 1})
    tell("two", readers=4, topics={STORY: 4})
    tell("gone", age=61, readers=9, topics={STORY: 9})
    assert numbers.readers() == (7, {STORY: 6, "*": 1})


@pytest.mark.django_db(transaction=True)
async def test_telling(monkeypatch):
    """A process tells what has changed, and that it lives; at its end it is forgotten,
    and whoever died without a word is as well."""
    monkeypatch.setattr(numbers, "TELL_EVERY", 0.01)
    told = some(readers=1)
    await aside(lambda: tell("gone", age=100))
    teller = Teller(lambda: told)
    teller.start()

    await _until([1])
    told = some(readers=2)
    before = (await _until([2]))[teller.name]["at"]
    await _until([2], later_than=before)
    await teller.stop()
    await _until([])


async def _until(readers: list[int], later_than: datetime | None = None) -> Any:
    """Waits for rows with these numbers of readers; the rows by name."""

    found: dict[str, Any] = {}

    def look() -> bool:
        found.clear()
        found.update({row["name"]: row for row in Process.objects.values()})
        told = [row["numbers"]["readers"] for row in found.values()]
        late = all(not later_than or row["at"] > later_than for row in found.values())
        return told == readers and late

    await aside(until, look, f"rows with {readers} readers")
    return found


@pytest.mark.django_db
def test_metrics(client):
    """What Prometheus reads is what the processes told, each under its name."""
    times = [1, 2, *[0] * (len(BOUNDS) - 2), 1]
    tell("one", readers=3, delivered=40, times=times, time=12.5)
    tell("two", readers=4)
    answer = client.get("/metrics")
    assert answer["content-type"].startswith("text/plain; version=0.0.4")
    found = samples(answer.content.decode())
    assert found["stoppress_readers", ("process", "one")] == 3
    assert found["stoppress_readers", ("process", "two")] == 4
    assert found["stoppress_delivered_total", ("process", "one")] == 40
    bucket = "stoppress_delivery_seconds_bucket"
    assert found[bucket, ("le", "0.005"), ("process", "one")] == 1
    assert found[bucket, ("le", "0.01"), ("process", "one")] == 3
    assert found[bucket, ("le", "+Inf"), ("process", "one")] == 4
    assert found["stoppress_delivery_seconds_sum", ("process", "one")] == 12.5
    assert found["stoppress_wire_head",] == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("token", "headers", "address", "status"),
    [
        ("", {}, "127.0.0.1", 200),
        ("", {}, "::1", 200),
        ("", {}, "10.0.0.5", 404),
        ("", {"x-forwarded-for": "10.0.0.5"}, "127.0.0.1", 404),
        ("", {"authorization": "Bearer "}, "10.0.0.5", 404),
        ("a-token-of-the-newsroom", {}, "10.0.0.5", 404),
        (
            "a-token-of-the-newsroom",
            {"authorization": "Bearer a-token-of-the-newsroom"},
            "10.0.0.5",
            200,
        ),
        (
            "a-token-of-the-newsroom",
            {"authorization": "Bearer another-token-of-it"},
            "10.0.0.5",
            404,
        ),
    ],
)
def test_metrics_are_not_for_strangers(
    client, settings, token, headers, address, status
):
    """This machine may read them, and who shows the token; nobody else, also not
    through a proxy on this machine."""
    settings.METRICS_TOKEN = token
    answer = client.get("/metrics", headers=headers, REMOTE_ADDR=address)
    assert answer.status_code == status


def test_a_newsroom_tells(tmp_path, monkeypatch):
    """In a real newsroom the readers of a moment are in its metrics."""
    with Newsroom(tmp_path / "data") as newsroom:
        with Reader(newsroom.port, "*"), Reader(newsroom.port, "*"):
            until(lambda: _readers(newsroom) == 2, "two readers", 20)
        newsroom.stop()


def _readers(newsroom: Newsroom) -> float:
    line = http.client.HTTPConnection("127.0.0.1", newsroom.port, timeout=10)
    line.request("GET", "/metrics", headers={"Host": "localhost"})
    text = line.getresponse().read().decode()
    line.close()
    return sum(v for k, v in samples(text).items() if k[0] == "stoppress_readers")
