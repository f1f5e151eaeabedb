"""Pages of other sites at the hub (the Fetch standard, "CORS protocol")."""

from __future__ import annotations

import pytest
from django.conf import settings

from tests.conformance.house import SCORES, a_token, datas

FRIEND = "https://www.example.org"


@pytest.fixture
def friend(monkeypatch: pytest.MonkeyPatch) -> str:
    """A site that the newsroom has named."""
    monkeypatch.setattr(settings, "HUB_ORIGINS", [FRIEND])
    return FRIEND


def test_any_site_reads_what_is_public(house):
    """Streams and refusals may be read by any page, without the reader's cookies."""
    reader = house.read(also={"Origin": "https://any.example"})
    refused = house.refused(headers={"Origin": "https://any.example"})
    published = house.post({"topic": SCORES}, headers={"Origin": "https://any.example"})
    for headers in (reader.headers, refused.headers, published.headers):
        assert headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in headers
        assert headers["vary"] == "Origin"


def test_a_named_site_reads_with_cookies(house, friend):
    """A page of a site in STOPPRESS_HUB_ORIGINS reads and publishes by cookie."""
    cookie = f"mercureAuthorization={a_token(subscribe=['*'], publish=['*'])}"
    also = {"Origin": friend, "Cookie": cookie}
    reader = house.read(also=also)
    assert reader.headers["access-control-allow-origin"] == friend
    assert reader.headers["access-control-allow-credentials"] == "true"
    form = {"topic": SCORES, "data": "secret", "private": "on"}
    answer = house.post(form, token="", headers=also)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == friend
    assert datas(reader, until=answer.text) == ["secret"]


@pytest.mark.parametrize("origin", ["https://www.example.org", "https://any.example"])
def test_preflight(house, friend, origin):
    """A browser that asks is told which methods and headers a page may use; a named site,
    that cookies are let through."""
    answer = house.ask(
        "OPTIONS",
        headers={
            "Origin": origin,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization",
        },
    )
    assert (answer.status_code, answer.content) == (204, b"")
    assert "POST" in answer.headers["access-control-allow-methods"]
    allowed = answer.headers["access-control-allow-headers"].lower()
    assert {"authorization", "last-event-id"} <= set(allowed.split(", "))
    friendly = answer.headers.get("access-control-allow-credentials") == "true"
    assert friendly == (origin == friend)


def test_what_a_page_may_see(house):
    """The id that a stream begins after, and why it was refused, can be read."""
    reader = house.read(last=0)
    seen = reader.headers["access-control-expose-headers"].lower().split(", ")
    assert {"last-event-id", "www-authenticate"} <= set(seen)
