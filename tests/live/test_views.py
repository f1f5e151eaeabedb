"""What Django answers at the hub's address."""

from __future__ import annotations

import pytest
from django.test import Client

pytestmark = pytest.mark.urls("stoppress.live.urls")
HUB = "/.well-known/mercure"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_not_allowed(method):
    """Nothing can be sent here; the answer names what is allowed, to a stranger without a
    token as well."""
    answer = Client(enforce_csrf_checks=True).generic(method, HUB)
    assert answer.status_code == 405
    assert answer["Allow"] == "GET, HEAD, OPTIONS"
    assert method in answer.json()["error"]


def test_options():
    """OPTIONS says what is allowed."""
    answer = Client().options(HUB)
    assert (answer.status_code, answer["Allow"]) == (204, "GET, HEAD, OPTIONS")


def test_head():
    """HEAD has the headers that a stream would have."""
    answer = Client().head(HUB)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/event-stream"
    assert "no-store" in answer["Cache-Control"]


def test_get_without_our_server():
    """A stream that is asked of another server than ours is refused with what to do."""
    answer = Client().get(HUB, {"topic": "*"})
    assert answer.status_code == 501
    assert "stoppress serve" in answer.json()["error"]
