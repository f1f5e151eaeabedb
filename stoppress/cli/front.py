"""`doctor --url`: looks at the newsroom from outside, through the proxy in front of it.

A front can spoil live updates in ways that nobody notices inside: it gathers what it
should pass on, compresses it, or ends it. So a stream is opened as a browser opens it and
watched until a whole silence between two heartbeats has passed. What is said here is what
can be known from outside; two things are found out by a side door:

* `/metrics` is open to this machine alone. A front on this machine that does not say for
  whom it asks opens it to the world, and shows by that that it passes on no address.
* `/desk/sign-in?next=…` sets a cookie, secure when the request is known to be https,
  which behind a front is known from X-Forwarded-Proto.
"""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import pycurl

from stoppress.cli.findings import Finding
from stoppress.cli.outside import NOT_MODIFIED, OK_STATUS, in_words
from stoppress.cli.streaming import stream
from stoppress.push import queries as push

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stoppress.cli.outside import Answer, Outside

SLOW_PAGE = 2.0  # seconds
DAY = 24 * 3600  # seconds

# Authorities that renew by themselves do so a month or more before the end.
FEW_DAYS = 14

HUB = re.compile(r'<([^>]*)>[^,]*;\s*rel="?mercure"?')
PUSH_KEY = re.compile(rb'<meta name="stoppress-push-key" content="([\w-]+)">')

TLS_FAULTS = {
    pycurl.E_SSL_CONNECT_ERROR,
    pycurl.E_SSL_CERTPROBLEM,
    pycurl.E_SSL_CIPHER,
    pycurl.E_PEER_FAILED_VERIFICATION,
    pycurl.E_SSL_CACERT_BADFILE,
    pycurl.E_SSL_ISSUER_ERROR,
}


def look(outside: Outside, wait: float) -> Iterator[Finding]:
    """Everything in turn; the stream last, for at most `wait` seconds."""
    page = outside.get("/")
    if page.trouble:
        yield _unreachable(outside, page)
        return
    if outside.url.startswith("https:"):
        yield _certificate(page)
    else:
        says = "browsers allow notifications on https only: let TLS end in the front"
        yield Finding("https", "mind", says)
    yield _version(page)
    found = list(_page(outside, page))
    yield from found
    if all(finding.state != "bad" for finding in found):
        yield _address(outside)
        yield _scheme(outside)
    yield stream(outside, wait, page.headers.get("server", ""))


def _unreachable(outside: Outside, page: Answer) -> Finding:
    if page.fault in TLS_FAULTS:
        says = (
            f"{page.trouble}. Browsers refuse it too: renew or complete the certificate"
        )
        return Finding("TLS", "bad", says)
    return Finding("front", "bad", f"{outside.url} does not answer: {page.trouble}")


def _certificate(page: Answer) -> Finding:
    if page.certificate_until is None:
        return Finding("TLS", "mind", "the certificate cannot be read")
    days = int((page.certificate_until - time.time()) // DAY)
    says = f"the certificate is good for {days} more days"
    if days < FEW_DAYS:
        return Finding("TLS", "mind", f"{says}: see why nothing renews it")
    return Finding("TLS", "good", says)


def _version(page: Answer) -> Finding:
    if page.http != "HTTP/1.1":
        return Finding("HTTP", "good", f"{page.http} is offered")
    says = (
        "HTTP/1.1 only: a browser opens six connections to it, for all its tabs. Our own "
        "pages share one stream, but what else the site shows may not. "
        "nginx: listen 443 ssl http2; Caddy does it by itself"
    )
    return Finding("HTTP", "mind", says)


def _page(outside: Outside, page: Answer) -> Iterator[Finding]:
    """The front page, and whether it is this newsroom's."""
    if page.status != OK_STATUS:
        yield Finding("page", "bad", f"the front page is answered {in_words(page)}")
        return
    key = PUSH_KEY.search(page.body)
    if key is None:
        says = "something else answers: it is no page of Stop Press. A login wall, a cache, or another server's default site?"
        yield Finding("page", "bad", says)
        return
    if not push.is_ours(key[1].decode()):
        says = "another newsroom answers: its key for alerts is not this one's. Is --data right?"
        yield Finding("page", "bad", says)
        return
    yield _headers(outside, page)


def _headers(outside: Outside, page: Answer) -> Finding:
    hub = HUB.search(page.headers.get("link", ""))
    if hub is None:
        says = "its Link header is gone, by which other programs find the updates: the front must pass it on"
        return Finding("page", "mind", says)
    where = urljoin(outside.url, hub[1])
    if urlsplit(where)[:2] != urlsplit(outside.url)[:2]:
        says = (
            f"readers are sent to {where} for updates: set STOPPRESS_URL={outside.url}"
        )
        return Finding("page", "bad", says)
    etag = page.headers.get("etag")
    again = outside.get("/", f"If-None-Match: {etag}") if etag else None
    if again is None or again.status != NOT_MODIFIED:
        says = "asked for again it is sent whole, for its ETag does not pass: browsers load more than they need"
        return Finding("page", "mind", says)
    if (page.ended_at or 0.0) > SLOW_PAGE:
        says = f"it is this newsroom's, but took {page.ended_at:.1f} seconds"
        return Finding("page", "mind", says)
    return Finding("page", "good", "it is this newsroom's, and ETag and Link pass")


def _address(outside: Outside) -> Finding:
    what = "X-Forwarded-For"
    if outside.get("/metrics").status != OK_STATUS:
        says = "nothing shows that it is missing: /metrics is closed to strangers"
        return Finding(what, "good", says)
    says = (
        "it does not reach us: readers of one address are not bounded, and anybody may "
        "read /metrics. nginx: proxy_set_header X-Forwarded-For $remote_addr"
    )
    return Finding(what, "bad", says)


def _scheme(outside: Outside) -> Finding:
    what = "X-Forwarded-Proto"
    answer = outside.get("/desk/sign-in?next=/desk/stories")
    cookies = answer.headers.get("set-cookie", "").splitlines()
    cookie = next((one for one in cookies if one.startswith("desk-next=")), None)
    if cookie is None:
        return Finding(what, "mind", "the desk's sign-in page does not come through")
    if outside.url.startswith("http:") or "secure" in cookie.lower():
        return Finding(what, "good", "the desk knows how it was asked")
    says = (
        f"the desk takes {outside.url} for plain http: set STOPPRESS_URL={outside.url} and "
        "let the front pass the scheme on. nginx: proxy_set_header X-Forwarded-Proto $scheme"
    )
    return Finding(what, "bad", says)
