"""Other people's readers of server-sent events at our hub: httpx-sse, curl, and npm's
`eventsource` and `eventsource-parser`."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import httpx
import httpx_sse
import pytest

from tests.conformance.house import SCORES, House, a_token, bearer
from tests.conformance.test_payloads import AWKWARD, as_read
from tests.live.reader import HUB
from tests.support.waiting import PATIENCE

CLIENTS = Path(__file__).parent / "clients"


def needed(program: str, brought_by: str, *, there: bool) -> None:
    """Skips, with the line that brings it; where nothing may be skipped, fails."""
    if not there:
        sentence = f"{program} is not installed here: {brought_by}"
        if os.environ.get("STOPPRESS_TEST_ALL"):
            pytest.fail(sentence)
        pytest.skip(sentence)


def address(house: House, **asked: str) -> str:
    return f"http://127.0.0.1:{house.port}{HUB}?{urlencode({'topic': SCORES, **asked})}"


@contextmanager
def running(*command: str) -> Iterator[subprocess.Popen[str]]:
    environment = {n: v for n, v in os.environ.items() if "proxy" not in n.lower()}
    with subprocess.Popen(  # noqa: S603
        command, stdout=subprocess.PIPE, text=True, env=environment, cwd=CLIENTS
    ) as client:
        try:
            yield client
        finally:
            client.kill()


def lines(client: subprocess.Popen[str], until: str) -> Iterator[str]:
    assert client.stdout is not None
    for line in client.stdout:
        yield line
        if until in line:
            return


def test_httpx_sse(house):
    """Python's httpx-sse reads what is public and private, by header, and resumes."""
    first = house.publish("before")
    headers = {**bearer(a_token(subscribe=["*"])), "Last-Event-ID": first}
    got = []
    with (
        httpx.Client(trust_env=False, timeout=PATIENCE) as client,
        httpx_sse.connect_sse(client, "GET", address(house), headers=headers) as source,
    ):
        house.until_readers(1)
        for data in AWKWARD.values():
            house.publish(data, private="on", type="awkward")
        last = house.publish("end")
        for event in source.iter_sse():
            # It makes an event of `id:` and `retry:` alone, which the standard does not.
            if (event.event, event.data) != ("message", ""):
                got.append((event.event, event.data))
            if event.id == last:
                break
    expected = [("awkward", as_read(data)) for data in AWKWARD.values()]
    assert got == [*expected, ("message", "end")]


def test_curl(house):
    """curl, unbuffered, prints the stream; with its id it goes on; and it publishes."""
    curl = shutil.which("curl") or ""
    needed("curl", "apt-get install curl", there=bool(curl))
    first = house.publish("first")
    token = a_token(publish=[SCORES])
    with running(
        curl, "-sN", "-H", f"Last-Event-ID: {first}", address(house)
    ) as reading:
        house.until_readers(1)
        with running(
            curl,
            "-s",
            *("-H", f"Authorization: Bearer {token}"),
            *("-d", f"topic={SCORES}", "--data-urlencode", "data=1:0 & more"),
            address(house).partition("?")[0],
        ) as publishing:
            answer = publishing.communicate(timeout=PATIENCE)[0]
        printed = list(lines(reading, "data: 1:0 & more"))
    assert f"id: {answer}\n" in printed
    assert "data: first\n" not in printed
