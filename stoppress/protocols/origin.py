"""The origin of an address (RFC 6454), read strictly.

A push endpoint is a stranger's URL. Programs differ in how they read a malformed one
(`https://good.example\\@evil.example/`), and a check made with one reading protects
nobody from a client with another. So anything that could be read in two ways is refused
here: userinfo, backslashes, spaces, percent signs in the host, letters beyond ASCII.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

from stoppress.protocols.errors import ProtocolError

# Stops addresses of any size: real endpoints have some hundred characters.
URL_LENGTH_AT_MOST = 2048

_DEFAULT_PORTS = {"http": 80, "https": 443}
_PRINTABLE = re.compile(r"[!-\[\]-~]+")  # ASCII without space and backslash
_NAME = re.compile(r"[A-Za-z0-9._-]+")
_ADDRESS_6 = re.compile(r"[0-9A-Fa-f:.]+")


class BadUrlError(ProtocolError):
    """Not an absolute http(s) address that every program reads the same way."""


def origin(url: str) -> str:
    """The ASCII serialisation of the URL's origin (RFC 6454 section 6.2).

    Scheme and host in lower case; the port only when it is not the scheme's own.
    Raises BadUrlError.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise BadUrlError(f"{url[:80]!r} is not an address") from error
    default = _DEFAULT_PORTS.get(parts.scheme)
    if default is None or not _readable_one_way(url, parts):
        raise BadUrlError(f"{url[:80]!r} is not an absolute http or https address")
    host = parts.hostname or ""  # in lower case already
    if ":" in host:
        host = f"[{host}]"
    suffix = "" if port in (None, default) else f":{port}"
    return f"{parts.scheme}://{host}{suffix}"


def _readable_one_way(url: str, parts: SplitResult) -> bool:
    host = parts.hostname or ""
    return (
        len(url) <= URL_LENGTH_AT_MOST
        and bool(_PRINTABLE.fullmatch(url))
        and "@" not in parts.netloc
        and bool((_ADDRESS_6 if "[" in parts.netloc else _NAME).fullmatch(host))
    )
