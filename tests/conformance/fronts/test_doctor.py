"""`stoppress doctor --url`, through fronts that are right and fronts that are not."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django import Settings

from stoppress.cli import front as looking
from stoppress.cli.findings import Finding
from stoppress.cli.outside import Outside
from stoppress.lib.datafolder import DataFolder
from tests.support.certificates import Certificate, certify
from tests.support.fronts import SITE, Change, Front, Nginx
from tests.support.newsroom import Newsroom

WAIT = 1.0  # seconds: several of this newsroom's heartbeats

# What the docs add for the stream, and what they add for all: without both, nginx is as
# it is when somebody types no more than `proxy_pass`.
STREAM = """    location = /.well-known/mercure {
        proxy_pass http://newsroom;
        proxy_buffering off;
        proxy_cache off;
        gzip off;
        proxy_read_timeout 90s;  # our heartbeat comes every 25
        send_timeout 90s;
    }
"""
HTTP_1_1 = '    proxy_http_version 1.1;\n    proxy_set_header Connection "";\n'
HOST_LINE = "    proxy_set_header Host $host;\n"
FOR_LINE = "    proxy_set_header X-Forwarded-For $remote_addr;\n"
PROTO_LINE = "    proxy_set_header X-Forwarded-Proto $scheme;\n"
ONWARD = "        proxy_pass http://newsroom;\n"


def without(*lines: str) -> list[Change]:
    return [(line, "") for line in lines]


@pytest.fixture
def our_newsroom(newsroom: Newsroom, settings: Settings) -> None:
    """As if this process were a command of that newsroom."""
    settings.FOLDER = DataFolder(newsroom.data)


@pytest.fixture
def looked(our_newsroom: None) -> Callable[..., dict[str, Finding]]:
    """Looks from outside, through a front."""

    def look(front: Front, ca: Path | None = None) -> dict[str, Finding]:
        outside = Outside(
            SITE, connect=f"127.0.0.1:{front.port}", ca=str(ca or front.ca)
        )
        return {finding.what: finding for finding in looking.look(outside, WAIT)}

    return look


@pytest.fixture
def through(
    newsroom: Newsroom,
    certificate: Certificate,
    looked: Callable[..., dict[str, Finding]],
) -> Callable[..., dict[str, Finding]]:
    """Looks through the nginx of the docs, changed."""

    def look(*changes: Change) -> dict[str, Finding]:
        with Nginx(newsroom.port, certificate, *changes) as front:
            return looked(front)

    return look


def test_the_fronts_of_the_docs_are_fine(front, looked):
    """Everything is good, and the stream is said to be fine with its heartbeats."""
    found = looked(front)
    assert {f.state for f in found.values()} == {"good"}, found
    assert found["stream"].says.startswith("fine: ")
    assert found["HTTP"].says == "HTTP/2 is offered"
    assert "29 more days" in found["TLS"].says
    assert found.keys() == {
        "TLS",
        "HTTP",
        "page",
        "X-Forwarded-For",
        "X-Forwarded-Proto",
        "stream",
    }


def test_a_front_that_gathers_is_found_out(through):
    """Where nginx speaks HTTP/1.0 to us and is told to gather, nothing comes: the stream
    is called buffered, with what to change in nginx."""
    gathers = f"        proxy_ignore_headers X-Accel-Buffering;\n{ONWARD}"
    found = through(*without(STREAM, HTTP_1_1), (ONWARD, gathers))
    assert found["page"].state == "good"
    assert found["stream"].state == "bad"
    assert found["stream"].says.startswith("buffered: nothing came in 1 s")
    assert "proxy_buffering off" in found["stream"].says
    assert "Caddy" not in found["stream"].says


def test_a_front_that_compresses_is_found_out(through):
    """A stream that comes, but as gzip, is to be minded."""
    found = through(
        *without(STREAM), (ONWARD, f"        gzip_types text/event-stream;\n{ONWARD}")
    )
    assert found["stream"].state == "mind"
    assert "compressed ('gzip')" in found["stream"].says
    assert "gzip off" in found["stream"].says


def test_a_front_that_cuts_is_found_out(through):
    """A time-out shorter than the heartbeat cuts the stream, and that is bad."""
    found = through(("proxy_read_timeout 90s", "proxy_read_timeout 100ms"))
    assert found["stream"].state == "bad"
    assert found["stream"].says.startswith("cut after ")


def test_nginx_as_it_comes_is_found_out(through):
    """With `proxy_pass` and nothing else pages are refused for their Host; told so, one
    knows what to write."""
    found = through(*without(STREAM, HTTP_1_1, HOST_LINE, FOR_LINE, PROTO_LINE))
    assert found["page"].state == "bad"
    assert "400" in found["page"].says
    assert "proxy_set_header Host $host" in found["page"].says


def test_a_front_that_tells_no_address_is_found_out(through):
    """Without X-Forwarded-For what is open to this machine alone is open to the world."""
    found = through(*without(FOR_LINE))
    assert found["X-Forwarded-For"].state == "bad"
    assert (
        "proxy_set_header X-Forwarded-For $remote_addr" in found["X-Forwarded-For"].says
    )
    assert found["X-Forwarded-Proto"].state == found["stream"].state == "good"


def test_a_front_that_tells_no_scheme_is_found_out(through):
    """Without X-Forwarded-Proto the desk's cookies are not for https alone."""
    found = through(*without(PROTO_LINE))
    assert found["X-Forwarded-Proto"].state == "bad"
    assert "X-Forwarded-Proto $scheme" in found["X-Forwarded-Proto"].says
    assert found["X-Forwarded-For"].state == "good"


def test_a_front_without_http_2_is_told(through):
    """Over HTTP/1.1 a browser has six connections; the stream itself is fine."""
    found = through(("ssl http2;", "ssl;"))
    assert found["HTTP"].state == "mind"
    assert "six connections" in found["HTTP"].says
    assert found["stream"].state == "good"


@pytest.mark.parametrize(
    ("answer", "what"),
    [
        (
            "return 302 https://login.example/?next=$uri;",
            "https://login.example/?next=/",
        ),
        ("return 401;", "asks for a password"),
        ("return 200 'Welcome to nginx!';", "no page of Stop Press"),
        ("proxy_pass http://127.0.0.1:1;", "does not reach the newsroom"),
    ],
    ids=["redirect", "password", "default-site", "nobody"],
)
def test_what_else_may_answer_is_told(through, answer, what):
    """A login wall, a redirect, another site, a front before nothing: each is named."""
    found = through(
        ("location / {", f"location / {{ {answer}"), (ONWARD + "    }", "    }")
    )
    assert found["page"].state == "bad"
    assert what in found["page"].says


@pytest.mark.parametrize(
    ("header", "told"), [("ETag", "sent whole"), ("Link", "Link header is gone")]
)
def test_a_header_that_does_not_pass_is_told(through, header, told):
    """Without ETag pages are loaded anew each time, without Link programs are lost."""
    hides = f"        proxy_hide_header {header};\n{ONWARD}"
    found = through((ONWARD, hides))
    assert found["page"].state == "mind"
    assert told in found["page"].says


def test_a_login_wall_before_the_stream_alone_is_told(through):
    """Pages may come through where the stream does not."""
    wall = "location = /.well-known/mercure { return 403; } location /nowhere {"
    found = through(("location = /.well-known/mercure {", wall))
    assert found["page"].state == "good"
    assert found["stream"] == Finding(
        "stream", "bad", "answered 403: the front lets nobody in"
    )


def test_another_newsroom_is_told(front, looked, settings, tmp_path):
    """A front that leads to a newsroom with other keys leads to the wrong one."""
    settings.FOLDER = DataFolder(tmp_path)
    found = looked(front)
    assert found["page"].state == "bad"
    assert found["page"].says.startswith("another newsroom answers")


def test_a_wrong_name_for_the_site_is_told(newsroom, our_newsroom, nginx):
    """Asked at an address that is not STOPPRESS_URL, pages send readers elsewhere."""
    url = "https://127.0.0.1"
    outside = Outside(url, connect=f"127.0.0.1:{nginx.port}", ca=str(nginx.ca))
    found = {finding.what: finding for finding in looking.look(outside, WAIT)}
    assert found["page"].state == "bad"
    assert f"set STOPPRESS_URL={url}" in found["page"].says


def test_a_certificate_that_nobody_vouches_for_is_told(front, looked, tmp_path):
    """libcurl's own sentence is told, and nothing else is tried."""
    stranger = certify(tmp_path, ["other.example"])
    found = looked(front, stranger.ca)
    assert found.keys() == {"TLS"}
    assert found["TLS"].state == "bad"
    assert "SSL certificate" in found["TLS"].says


def test_the_command_says_it_all(newsroom, front):
    """`doctor --url` ends with 0 when all is fine; its remarks are no part of the JSON."""
    where = ["--connect", f"127.0.0.1:{front.port}", "--ca", str(front.ca)]
    ran = newsroom.command("doctor", "--url", SITE, "--wait", "1", "--json", *where)
    assert ran.status == 0, ran.out
    assert {finding["state"] for finding in json.loads(ran.out)} == {"good"}
    assert "Watching a stream for up to 1 seconds" in ran.err


def test_the_command_fails_for_a_front_that_does_not_answer(newsroom):
    """A fault ends the command with 1, in one line for people."""
    ran = newsroom.command("doctor", "--url", SITE, "--connect", "127.0.0.1:1")
    assert ran.status == 1
    assert ran.out.startswith(f"bad   front: {SITE} does not answer: ")
    assert ran.out.count("\n") == 1
