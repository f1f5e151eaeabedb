"""What scripts in Node have for a browser's EventSource, against the real hub."""

from __future__ import annotations

import json
import shutil

import pytest

from tests.builders import STORY, a_post
from tests.conformance.conftest import house
from tests.conformance.test_clients import address, lines, running
from tests.conformance.test_payloads import AWKWARD, as_read

__all__ = ["house"]


@pytest.mark.parametrize("client", ["eventsource", "parser"])
def test_npm(house, client):
    """npm's eventsource, which is what scripts in Node have for a browser's, and the
    parser beneath it read updates and posts as they were."""
    node = shutil.which("node") or ""
    assert node, "Node is not installed here: apt-get install nodejs npm"
    post = a_post("Before.")
    asked = address(house, lastEventID=str((post.seq or 0) - 1)) + (
        f"&topic=/stories/{STORY}"
    )
    with running(node, f"{client}.mjs", asked, "awkward") as reading:
        house.until_readers(1)
        for data in AWKWARD.values():
            house.publish(data, type="awkward")
        last = house.publish("end")
        events = [json.loads(line) for line in lines(reading, f'"id":"{last}"')]
    [entry] = [event for event in events if event.get("id") == str(post.seq)]
    assert json.loads(entry["data"])["post"]["plain"] == "Before."
    awkward = [event["data"] for event in events if event["type"] == "awkward"]
    assert awkward == [as_read(data) for data in AWKWARD.values()]
    assert events[-1]["data"] == "end"
