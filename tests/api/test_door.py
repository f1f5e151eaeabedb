"""Who is let in, how everyone else is answered, and what is left behind: nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from stoppress.lib.clock import now
from stoppress.pages.headers import POLICY
from stoppress.staff import machines
from tests.api.conftest import ROOT, refused
from tests.builders import STORY, a_post, a_story, an_editor

pytestmark = pytest.mark.django_db

AUDIENCE = f"{ROOT}/audience?story={STORY}"
DAY = timedelta(days=1)
PATHS = [AUDIENCE, f"{ROOT}/posts/1/broadcasts"]


@pytest.fixture
def client() -> Client:
    """A program without a token."""
    return Client(enforce_csrf_checks=True, raise_request_exception=False)


def challenged(answer: Any, challenge: str) -> str:
    assert answer.headers["WWW-Authenticate"] == challenge
    return refused(answer, 401)


@pytest.mark.parametrize("path", PATHS)
def test_without_a_token_nothing_is_told(client, path):
    """Whoever shows none is asked for one, and told how it is made."""
    assert "api-token make" in challenged(client.get(path), "Bearer")


@pytest.mark.parametrize(
    "shown",
    [
        "Bearer stoppress_nobody-was-ever-given-this-one",
        "Bearer",
        "Bearer ",
        "Bearer é\x7f",
        f"Bearer {'x' * 5_000}",
    ],
)
@pytest.mark.parametrize("path", PATHS)
def test_an_unknown_token_is_said_to_be_none(client, path, shown):
    """A made-up token gets nothing, and the challenge says that it is the token."""
    answer = client.get(path, headers={"authorization": shown})
    challenged(answer, 'Bearer error="invalid_token"')


@pytest.mark.parametrize("scheme", ["Basic", "Token", "stoppress_"])
def test_a_token_comes_as_a_bearer_token(ask, scheme):
    """A valid token in another scheme is not looked at."""
    answer = ask("/audience", authorization=f"{scheme} {ask.token}", story=STORY)
    challenged(answer, "Bearer")


def test_a_token_comes_in_the_header_alone(client, ask):
    """Neither an address, which logs keep, nor a cookie lets anyone in; nor does an
    editor's session."""
    client.force_login(an_editor())
    client.cookies["token"] = ask.token
    challenged(client.get(f"{AUDIENCE}&token={ask.token}"), "Bearer")


@pytest.mark.parametrize("before", ["Bearer ", "bearer ", "BEARER ", "Bearer  "])
def test_a_header_may_be_written_in_several_ways(ask, before):
    """RFC 9110, sections 11.1 and 11.4: a scheme is of either case, and one or more
    spaces follow it."""
    a_story()
    answer = ask("/audience", authorization=f"{before}{ask.token}", story=STORY)
    assert answer.status_code == 200


def test_a_token_ends(ask):
    """Until its end it lets its machine in, from then on no more."""
    a_story()
    ask.token = machines.give_token("day-pass", until=now() + DAY)
    assert ask("/audience", story=STORY).status_code == 200
    with time_machine.travel(now() + DAY, tick=False):
        challenged(ask("/audience", story=STORY), 'Bearer error="invalid_token"')


def test_a_revoked_token_is_refused_at_once(ask):
    """The next request after the revocation is refused."""
    a_story()
    assert ask("/audience", story=STORY).status_code == 200
    machines.revoke("cms")
    challenged(ask("/audience", story=STORY), 'Bearer error="invalid_token"')


@pytest.mark.parametrize(
    "method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW"]
)
@pytest.mark.parametrize("path", ["/audience", "/posts/1/broadcasts", "/openapi.json"])
def test_it_is_there_to_be_read(ask, method, path):
    """Any other method is refused with those that there are, a token or not."""
    answer = ask(path, method=method)
    refused(answer, 405)
    assert answer.headers["Allow"] == "GET, HEAD"


@pytest.mark.parametrize(
    "path", ["/api", "/api/", "/api/v1", f"{ROOT}/", "/api/v2/audience", f"{ROOT}/docs"]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_unknown_addresses_are_problems_too(client, method, path):
    """What is not there is said in the same shape as everything else, and leads to what
    is; beyond the API a person gets a page."""
    assert "openapi.json" in refused(client.generic(method, path), 404)
    answer = client.get("/apiary")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("text/html")


def test_a_head_has_the_headers_alone(ask):
    """HEAD is answered as GET is, without the body."""
    a_story()
    answer = ask("/audience", method="HEAD", story=STORY)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"


def test_an_answer_is_kept_by_nobody(ask, client):
    """Neither a cache nor a cookie holds anything of an answer, and nothing from
    elsewhere could run in it."""
    a_post()
    answers = [ask("/audience", story=STORY), client.get(f"{ROOT}/openapi.json")]
    answers += [client.get(AUDIENCE), client.get("/api/nowhere")]
    for answer in answers:
        assert answer.headers["Cache-Control"] == "no-store"
        assert not answer.cookies
        assert not {"Set-Cookie", "Vary", "ETag"} & answer.headers.keys()
        assert answer.headers["Content-Security-Policy"] == POLICY
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_host_that_is_not_ours(client, ask):
    """A request that names another host is a problem too."""
    shown = {"host": "elsewhere.example", "authorization": f"Bearer {ask.token}"}
    refused(client.get(AUDIENCE, headers=shown), 400)


def test_more_parameters_than_anyone_has(ask):
    """Django's bound on parameters is a problem in the same shape."""
    many = {f"p{n}": "1" for n in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)}
    refused(ask("/audience", **many), 400)


def test_what_broke_is_said_without_what_it_was(ask, monkeypatch, caplog):
    """A fault of ours tells a program that, and the log what."""

    def away(*_, **__):
        raise ConnectionError("the database at 10.0.0.7 is away")

    a_story()
    monkeypatch.setattr("stoppress.api.audience.meant", away)
    detail = refused(ask("/audience", story=STORY), 500)
    assert "10.0.0.7" not in detail
    assert "10.0.0.7" in caplog.text


def test_no_token_is_in_the_log(ask, monkeypatch, caplog, capfd):
    """Neither in what is done well, nor in what is refused, nor in what breaks."""

    def broken(_token: str) -> None:
        raise RuntimeError("It broke.")

    caplog.set_level("DEBUG")
    a_story()
    ask("/audience", story=STORY)
    ask("/audience")
    ask("/nowhere")
    ask("/audience", authorization=f"Basic {ask.token}")
    machines.revoke("cms")
    ask("/audience", story=STORY)
    monkeypatch.setattr(machines, "whose", broken)
    assert ask("/audience", story=STORY).status_code == 500
    said = caplog.text + "".join(capfd.readouterr())
    assert "It broke." in said
    assert ask.token not in said
    assert machines.PREFIX not in said
