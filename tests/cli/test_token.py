"""`stoppress token`: what another system is handed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine
from django.conf import settings

from stoppress.cli import tokens as command
from stoppress.cli.arguments import parser
from stoppress.live import tokens
from stoppress.posts.errors import BadCopy
from stoppress.protocols import mercure_token

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
SCORES = "https://scores.example/{match}"


def run(*words: str) -> int:
    return command.token(parser().parse_args(["token", *words]))


@pytest.mark.parametrize("may", ["publish", "subscribe"])
@pytest.mark.parametrize(
    ("lasts", "seconds"), [("30m", 1800), ("12h", 43_200), ("90d", 7_776_000)]
)
def test_a_token_for_what_was_said(capsys, may, lasts, seconds):
    """The token allows just these topics, just so long; nothing else is on the output."""
    with time_machine.travel(NOON, tick=False):
        assert run(may, SCORES, "weather", "--for", lasts) == 0
    said = capsys.readouterr()
    grant = mercure_token.read(
        said.out.strip(), [tokens.own()], now=NOON.timestamp() + seconds - 1
    )
    assert getattr(grant, may) == (SCORES, "weather")
    assert {grant.publish, grant.subscribe} == {(SCORES, "weather"), ()}
    assert grant.expires == NOON.timestamp() + seconds
    assert SCORES in said.err


@pytest.mark.parametrize("lasts", ["", "0d", "1", "d", "1y", "9999d", "1 d", "٣d"])
def test_durations_that_are_none(capsys, lasts):
    """A duration that cannot be is refused with what is taken."""
    with pytest.raises(SystemExit):
        run("publish", "x", "--for", lasts)
    assert "30m" in capsys.readouterr().err


@pytest.mark.parametrize(
    "topic",
    ["/stories/x", f"{settings.SITE_URL}/stories/x", "/{any}", "", "a\0", "{a:3}"],
)
def test_topics_that_would_be_refused(topic):
    """No token is made that could never be used; the reason is said."""
    with pytest.raises(BadCopy):
        run("publish", topic)


def test_reading_may_be_allowed_on_our_own_topics(capsys):
    """Who reads, and one day what is private in a story, are paths of this site."""
    assert run("subscribe", "/.well-known/mercure/subscriptions{/topic}", "*") == 0
    assert capsys.readouterr().out
