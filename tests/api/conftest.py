"""A machine with a token, beside the newsroom that the push room's tests drive."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from stoppress.staff import machines
from tests.push.conftest import desk, far, hands

__all__ = ["desk", "far", "hands"]

ROOT = "/api/v1"
PROBLEM = "application/problem+json"


class Asking:
    """A program that asks the API, with the token that it was given."""

    def __init__(self, token: str) -> None:
        self.token = token
        self._client = Client(enforce_csrf_checks=True, raise_request_exception=False)

    def __call__(
        self, path: str, *, method: str = "GET", authorization: str = "", **said: Any
    ) -> Any:
        """The answer; `said` are the parameters. `authorization` in place of its own."""
        shown = authorization or f"Bearer {self.token}"
        return self._client.generic(
            method, f"{ROOT}{path}", query_params=said, headers={"authorization": shown}
        )

    def told(self, path: str, **said: Any) -> dict[str, Any]:
        """What a question is answered with, which must be known."""
        answer = self(path, **said)
        assert answer.status_code == 200, answer.content
        assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
        found: dict[str, Any] = answer.json()
        return found


@pytest.fixture
def ask(db: None) -> Asking:
    return Asking(machines.give_token("cms"))


def refused(answer: Any, status: int) -> str:
    """The sentence of a refusal, which is a problem in its one shape."""
    assert answer.status_code == status, answer.content
    assert answer.headers["Content-Type"] == PROBLEM
    assert answer.headers["Cache-Control"] == "no-store"
    body = answer.json()
    assert body.keys() == {"type", "title", "status", "detail"}
    assert (body["type"], body["status"]) == ("about:blank", status)
    detail: str = body["detail"]
    assert detail.endswith(".")
    return detail
