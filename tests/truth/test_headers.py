"""Every answer tells the browser that nothing from elsewhere may run in it."""

from __future__ import annotations

import asyncio
from contextlib import closing
from typing import Any

import pytest
from django.test import Client

from stoppress.cli.demo_story.story import load
from stoppress.live import answers
from stoppress.pages.headers import POLICY
from stoppress.posts import publishing, queries, stories
from stoppress.posts.copy import Copy, PhotoCopy
from stoppress.settings import STATIC_URL
from tests.truth.tree import PACKAGE

pytestmark = pytest.mark.django_db

GET = [
    ("/", 200),
    ("/stories/bridge", 200),
    ("/follow", 200),
    ("/desk/sign-in", 200),
    ("/desk/", 302),
    ("/sw.js", 200),
    ("/manifest.webmanifest", 200),
    ("/favicon.ico", 200),
    ("/embed.js", 200),
    ("/stories/bridge/embed.json", 200),
    ("/stories/nowhere/embed.json", 404),
    ("/stories/nowhere/embed", 404),
    ("/followers", 405),
    ("/nowhere", 404),
    ("/stories/nowhere", 404),
    ("/photos/" + 32 * "0" + ".jpg", 404),
    ("/static/nowhere.css", 404),
]


@pytest.fixture
def client() -> Client:
    stories.open_story("bridge", "The bridge")
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(("path", "status"), GET)
def test_pages_files_and_refusals_carry_the_policy(client, path, status):
    """What is there and what is not there is answered with the policy."""
    _guarded(client.get(path), status)


def test_static_files_carry_the_policy(client):
    """A style, a script or a drawing that is opened by itself can do no more than a page;
    an SVG is a document that could hold a script."""
    bare = set()
    static = PACKAGE / "static"
    for file in static.rglob("*.*"):
        address = STATIC_URL + file.relative_to(static).as_posix()
        with closing(client.get(address)) as answer:
            assert answer.status_code == 200, file
            if answer.headers.get("Content-Security-Policy") != POLICY:
                bare.add(file.name)
    assert bare == set()


def test_a_photo_carries_the_policy(client):
    """A picture that came from outside is answered with the policy."""
    picture = next(article.picture for article in load().articles if article.picture)
    photo = PhotoCopy(picture.file.read_bytes(), alt="A drawing")
    post = queries.post(publishing.publish(Copy("bridge", "See.", photo=photo)).post_id)
    assert post is not None
    assert post["photo"] is not None
    _guarded(client.get(post["photo"]["url"]), 200)


def test_a_broken_page_carries_the_policy(client, monkeypatch):
    """The page that is shown when the database is away is guarded like any other."""

    def away(**_: Any) -> None:
        raise ConnectionError("The database is away.")

    monkeypatch.setattr(queries, "front", away)
    _guarded(client.get("/"), 500)


def test_a_wrong_host_is_refused_under_the_policy(client):
    """A request for a host that is not ours gets the policy with its refusal."""
    _guarded(client.get("/", headers={"host": "elsewhere.example"}), 400)


def test_a_form_from_elsewhere_is_refused_under_the_policy():
    """A form that another site sent gets the policy with its refusal."""
    _guarded(Client(enforce_csrf_checks=True).post("/desk/sign-out"), 403)


def test_a_body_that_is_no_json_is_refused_under_the_policy(client):
    """What cannot be read at the followers' address is refused with the policy."""
    answer = client.post("/followers", "nonsense", content_type="application/json")
    _guarded(answer, 400)


def test_what_the_hub_answers_by_itself_is_guarded_too():
    """The hub answers outside of Django's middleware: its streams and its refusals, too,
    are nothing that could be opened as a page."""
    heard: list[Any] = []

    async def send(message: Any) -> None:
        heard.append(message)

    async def receive() -> Any:
        raise AssertionError("the request has no body")

    async def ask() -> None:
        await answers.refusal(400, "No topic.")({}, receive, send)

    asyncio.run(ask())
    refused = {name.decode(): value.decode() for name, value in heard[0]["headers"]}
    for headers in (refused, answers.STREAM_HEADERS):
        assert headers.get("content-security-policy", "").startswith(
            "default-src 'none'"
        )
        assert headers.get("x-content-type-options") == "nosniff"


def test_the_policy_lets_nothing_in_from_elsewhere():
    """All that is allowed is this site itself: no host, no inline code, no data address."""
    rules = dict(rule.split(" ", 1) for rule in POLICY.split("; "))
    assert set(rules.values()) == {"'self'", "'none'"}
    assert rules["default-src"] == rules["base-uri"] == "'none'"
    assert rules["frame-ancestors"] == "'none'"


def _guarded(answer: Any, status: int) -> None:
    assert answer.status_code == status
    assert answer.headers.get("Content-Security-Policy") == POLICY
    assert answer.headers.get("X-Content-Type-Options") == "nosniff"
    answer.close()
