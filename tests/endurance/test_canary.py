"""The canary in the real product, however its processes are arranged."""

from __future__ import annotations

import contextlib
import http.client
import json

import pytest

from tests.endurance.crowd import Following
from tests.endurance.house import PATIENCE, House
from tests.endurance.parts import Part
from tests.support.newsroom import Newsroom
from tests.support.waiting import until

SERVE = ("serve",)
WORKERS = ("serve", "--workers", "2")
PUBLIC = "https://live.example.org"


def metric(newsroom: Newsroom, name: str) -> float | None:
    """One number from /metrics; None while there is none."""
    line = http.client.HTTPConnection("127.0.0.1", newsroom.port, timeout=10)
    with contextlib.closing(line):
        line.request("GET", "/metrics", headers={"Host": "localhost"})
        text = line.getresponse().read().decode()
    found = [row.split()[-1] for row in text.splitlines() if row.startswith(f"{name} ")]
    return float(found[0]) if found else None


def heard(newsroom: Newsroom) -> bool:
    return metric(newsroom, "stoppress_push_canary_seconds") is not None


def called(house: House, url: str) -> Newsroom:
    """The same newsroom at another port, by this public address."""
    settings = {**house.database.settings, "STOPPRESS_URL": url}
    return Newsroom(house.newsroom.data, settings=settings)


def publish(newsroom: Newsroom) -> None:
    newsroom.run("post", "--story", "ferry", "--push", "--json", "-", text="It sails.")


@pytest.mark.parametrize("words", [SERVE, WORKERS], ids=["one", "workers"])
@pytest.mark.parametrize("url", ["", PUBLIC], ids=["", "behind"])
def test_an_alert_is_heard(house: House, words: tuple[str, ...], url: str) -> None:
    """In one process and under a supervisor, by its own name and behind a proxy with a
    public address: the canary hears the alert, readers have it once, and both the
    rehearsal and the doctor find it well."""
    newsroom = called(house, url) if url else house.newsroom
    with Part(newsroom, *words) as server:
        server.ready()
        following = Following(newsroom, house.far).follow(["*"])
        publish(newsroom)
        until(lambda: heard(newsroom), "the canary to hear", PATIENCE)
        assert metric(newsroom, "stoppress_push_alarm") == 0
        assert metric(newsroom, "stoppress_push_followers") == 1
        house.told(1)
        assert not following.repeats()
        assert newsroom.run("rehearse", "--json")["canary"] > 0
        doctor = newsroom.command("doctor", "--json")
        canary = {one["what"]: one for one in json.loads(doctor.out)}["canary"]
        assert canary["state"] == "good", doctor.out
        assert "The canary is silent" not in server.log
        mode = (newsroom.data / "keys" / "canary.pem").stat().st_mode
        assert mode & 0o077 == 0


def test_web_and_tail_apart(house: House) -> None:
    """Two processes that share a folder: the tail finds the web server by itself, also
    after that has come back at another port."""
    first, second = called(house, PUBLIC), called(house, PUBLIC)
    with Part(first, "tail") as tail:
        tail.says("Following the wire")
        for newsroom in (first, second):
            with Part(newsroom, "web") as web:
                web.ready().says("on the air")
                publish(newsroom)
                web.says("The canary has read post-")
        assert "The canary is silent" not in tail.log


def test_processes_that_disagree_on_the_address_are_an_alarm(house: House) -> None:
    """A tail that signs for another site than the web server's is said at once: by its
    log, by the metrics, and by the doctor."""
    one, other = called(house, PUBLIC), called(house, "https://live.example.net")
    with Part(one, "tail") as tail, Part(other, "web") as web:
        web.ready().says("on the air")
        publish(one)
        tail.says("whether STOPPRESS_URL is the same for both")
        tail.says("The canary is silent")
        until(lambda: metric(other, "stoppress_push_alarm") == 1, "the alarm", PATIENCE)
        doctor = other.command("doctor", "--json")
        found = {each["what"]: each for each in json.loads(doctor.out)}
        assert found["alerts"]["state"] == "bad"
        assert doctor.status == 1


def test_without_its_web_server_it_is_missed_by_the_rehearsal(house: House) -> None:
    """When the web server has ended, the rehearsal and the doctor say that nothing is
    heard."""
    with house.part() as server:
        server.ready()
    said = house.newsroom.command("rehearse", "--json")
    assert said.status == 1
    assert json.loads(said.out)["canary"] is None
    doctor = house.newsroom.command("doctor", "--json")
    canary = {one["what"]: one for one in json.loads(doctor.out)}["canary"]
    assert canary["state"] == "mind"
