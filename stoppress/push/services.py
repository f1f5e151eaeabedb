"""Which push services we speak to. An endpoint is a stranger's URL.

So it must be https, at a known push service, on the usual port; and when the connection
is made, the address that the name resolved to must be a public one
(`push/webpush/addresses.py`). No redirect is ever followed.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings

from stoppress.protocols.origin import BadUrlError, origin
from stoppress.push.errors import BadSubscription, UnknownService

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def service_of(endpoint: str) -> str:
    """The endpoint's origin, such as `https://fcm.googleapis.com`.

    Raises BadSubscription for what is not an address, UnknownService for a service that
    is not in STOPPRESS_PUSH_SERVICES.
    """
    try:
        found = origin(endpoint)
    except BadUrlError as error:
        raise BadSubscription(f"The endpoint cannot be used: {error}.") from error
    parts = urlsplit(found)
    host = parts.hostname or ""
    if settings.PUSH_LOOPBACK and host in LOOPBACK:
        return found
    if parts.scheme != "https" or parts.port is not None or not _pattern(host):
        raise UnknownService(host)
    return found


def name_of(service: str) -> str:
    """The name under which this origin is counted: as STOPPRESS_PUSH_SERVICES has it,
    for a stranger can make up any number of hosts below one."""
    return _pattern(urlsplit(service).hostname or "") or "other"


def _pattern(host: str) -> str:
    """What this host fits in STOPPRESS_PUSH_SERVICES; '' for nothing."""
    for pattern in settings.PUSH_SERVICES:
        below = pattern.startswith("*.") and host.endswith(pattern[1:])
        if below or host == pattern:
            return str(pattern)
    return ""
