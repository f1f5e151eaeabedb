"""What Django answers at the hub's address."""

from __future__ import annotations

import pytest
from django.test import Client

pytestmark = pytest.mark.urls("stoppress.live.urls")
HUB = "/.well-known/mercure"


METHODS = "GET, HEAD, OPTIONS, POST"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_not_allowed(method):
    """What is neither read nor published is refused; the answer names what is allowed, to
    a stranger without a token as well."""
    answer = Client(enforce_csrf_checks=True).generic(method, HUB)
    assert answer.status_code == 405
    assert answer["Allow"] == METHODS
    assert method in answer.json()["error"]


def test_options():
    """OPTIONS says what is allowed."""
    answer = Client().options(HUB)
    assert (answer.status_code, answer["Allow"]) == (204, METHODS)


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


def test_who_reads_without_our_server():
    """A list of readers that is asked of another server than ours is refused."""
    answer = Client().get(f"{HUB}/subscriptions/x")
    assert answer.status_code == 501
    assert "stoppress serve" in answer.json()["error"]
