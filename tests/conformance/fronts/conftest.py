"""One newsroom, and the fronts of the docs before it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.certificates import Certificate, certify
from tests.support.fronts import HOST, SITE, Caddy, Front, Nginx, missing
from tests.support.newsroom import Newsroom

HERE = Path(__file__).parent
LONGEST = 60  # seconds for one test, with the start of the newsroom

BEAT = 0.4  # seconds between two heartbeats
READERS_OF_ONE = 2

# The product as it is, but for two of its constants: nobody can wait for what happens
# after 25 seconds, or wants to open a thousand connections.
IMPATIENT = f"""
from stoppress import cli
run = cli._run
def impatient(given):
    from stoppress.live import guests, room
    assert room.BEAT_EVERY and guests.READERS_OF_ONE
    room.BEAT_EVERY, guests.READERS_OF_ONE = {BEAT}, {READERS_OF_ONE}
    return run(given)
cli._run = impatient
raise SystemExit(cli.main())
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    lack = missing()
    ours = [item for item in items if item.path.is_relative_to(HERE)]
    if ours and lack and os.environ.get("STOPPRESS_TEST_ALL"):
        raise pytest.UsageError(f"No front can be tried: {lack}")
    for item in ours:
        item.add_marker(pytest.mark.timeout(LONGEST))
        if lack:
            item.add_marker(pytest.mark.skip(reason=lack))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if lack := missing():
        terminalreporter.write_line(f"Fronts left out: {lack}")


@pytest.fixture(scope="session")
def newsroom(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    """The real product, with a story and more on its wire than one packet holds."""
    data = tmp_path_factory.mktemp("newsroom") / "data"
    program = [sys.executable, "-c", IMPATIENT]
    with Newsroom(data, settings={"STOPPRESS_URL": SITE}, program=program) as made:
        made.run("story", "bridge", "--title", "The bridge", "--json")
        text = "The bridge is closed, and so is the ferry. " * 100
        made.run("post", "--story", "bridge", "--json", "-", text=text)
        yield made


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return certify(tmp_path_factory.mktemp("certificate"), [HOST])


@pytest.fixture(scope="session")
def nginx(newsroom: Newsroom, certificate: Certificate) -> Iterator[Nginx]:
    with Nginx(newsroom.port, certificate) as front:
        yield front


@pytest.fixture(scope="session")
def caddy(newsroom: Newsroom, certificate: Certificate) -> Iterator[Caddy]:
    with Caddy(newsroom.port, certificate) as front:
        yield front


@pytest.fixture(params=["nginx", "caddy"])
def front(request: pytest.FixtureRequest) -> Front:
    """Either front, as in the docs."""
    found: Front = request.getfixturevalue(request.param)
    return found


@pytest.fixture(params=["nginx", "caddy"], scope="session")
def behind(
    request: pytest.FixtureRequest, newsroom: Newsroom, certificate: Certificate
) -> Iterator[Front]:
    """Either front behind a load balancer, which is the test."""
    made = Nginx if request.param == "nginx" else Caddy
    with made.behind(newsroom.port, certificate) as front:
        yield front
