"""Who may do what at the hub: tokens, and the pages of other sites.

draft-dunglas-mercure-07 "Authorization": a token comes in the Authorization header, in the
address, or in a cookie, and of several the first of these counts. A browser sends a cookie
along whoever's page makes it ask, so a cookie counts only when the page is one of ours or
of a site that the newsroom has named ("Security Considerations").
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.http.cookie import parse_cookie

from stoppress.lib.clock import now
from stoppress.live import tokens
from stoppress.live.errors import LiveError
from stoppress.protocols import mercure_token
from stoppress.protocols.mercure import HUB_PATH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stoppress.protocols.mercure_token import Grant, Key

COOKIE = "mercureAuthorization"

# What a page of another site may send and see (the Fetch standard, "HTTP extensions").
MAY_SEND = "Authorization, Cache-Control, Content-Type, Last-Event-ID"
MAY_SEE = "Last-Event-ID, WWW-Authenticate"
METHODS = "GET, HEAD, OPTIONS, POST"

# Seconds that a browser need not ask again what it may send.
PREFLIGHT_KEPT = 3_600


class Refused(LiveError):
    """Not without another token; `status` is the HTTP answer, `challenge` what its
    WWW-Authenticate header says (RFC 6750 section 3)."""

    def __init__(self, status: int, sentence: str, error: str = "") -> None:
        super().__init__(sentence)
        self.status = status
        self.challenge = f'Bearer error="{error}"' if error else "Bearer"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a request brings to show who it is, and which page made it."""

    authorization: str = ""
    parameter: str | None = None
    cookies: str = ""
    origin: str = ""
    referer: str = ""

    @property
    def from_page(self) -> str:
        """The origin of the page that made a browser ask; '' when it does not say."""
        if self.origin:
            return self.origin.lower()
        try:
            page = urlsplit(self.referer)
        except ValueError:
            return ""
        return f"{page.scheme}://{page.netloc}".lower() if page.netloc else ""


def subscriber(given: Credentials) -> Grant | None:
    """What a reader may have beside what is public; None: nothing. Raises Refused."""
    token = _token(given, cookie=given.from_page in {"", *_friends()})
    return None if token is None else _grant(token, tokens.subscribers())


def publisher(given: Credentials) -> Grant:
    """What a publisher may speak on. Raises Refused."""
    # Unlike a reader's, its cookie needs a page that says which it is: what is asked for
    # here has an effect, even if no other site can see the answer.
    token = _token(given, cookie=given.from_page in _friends())
    if token is None and COOKIE in given.cookies:
        raise Refused(
            403,
            "A cookie publishes from this site's own pages only.",
            "invalid_request",
        )
    if token is None:
        raise Refused(401, "Publishing takes a token: see stoppress token publish.")
    return _grant(token, tokens.publishers())


def cross_origin(origin: str) -> dict[str, str]:
    """The headers that let a page of another site read the answer: with the reader's
    cookies on sites that the newsroom has named, without them on any."""
    if origin and origin.lower() in _friends():
        allowed = {
            "access-control-allow-origin": origin,
            "access-control-allow-credentials": "true",
        }
    else:
        allowed = {"access-control-allow-origin": "*"}
    # An answer to one origin must not be given to another by a cache in between.
    return {**allowed, "access-control-expose-headers": MAY_SEE, "vary": "Origin"}


def preflight(origin: str) -> dict[str, str]:
    """The answer's headers when a browser asks what a page may do."""
    return {
        **cross_origin(origin),
        "allow": METHODS,
        "access-control-allow-methods": METHODS,
        "access-control-allow-headers": MAY_SEND,
        "access-control-max-age": str(PREFLIGHT_KEPT),
    }


def _friends() -> set[str]:
    return {settings.SITE_URL.lower(), *(one.lower() for one in settings.HUB_ORIGINS)}


def _token(given: Credentials, *, cookie: bool) -> str | None:
    if given.authorization:
        scheme, _, token = given.authorization.partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise Refused(401, "The Authorization header is not: Bearer TOKEN.")
        return token.strip()
    if given.parameter is not None:
        return given.parameter
    return parse_cookie(given.cookies).get(COOKIE) if cookie else None


def _grant(token: str, keys: Sequence[Key]) -> Grant:
    site = settings.SITE_URL
    try:
        return mercure_token.read(
            token,
            keys,
            now=now().timestamp(),
            audience=(site, site + HUB_PATH),
            site=site,
        )
    except mercure_token.BadTokenError as error:
        # Why is for the log of whoever made the token, not for whoever found one.
        raise Refused(401, "The token is not accepted.", "invalid_token") from error
