"""The shapes that settings take."""

from __future__ import annotations

import re

_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?"
_PORT = r"(?:6553[0-5]|655[0-2]\d|65[0-4]\d\d|6[0-4]\d{3}|[1-5]\d{4}|[1-9]\d{0,3})"

# A host by name or address; an IPv6 address stands in brackets.
HOST = re.compile(rf"(?:\.?{_NAME}|\[[0-9A-Fa-f:.]+\])")

# A push service's host; `*.` stands for any host below.
SERVICE = re.compile(rf"(?:\*\.)?{_NAME}")

# Scheme, host and port, and nothing behind them.
SITE = re.compile(rf"https?://(?:{_NAME}|\[[0-9A-Fa-f:.]+\])(?::{_PORT})?/?")

# RFC 8292 section 2.1: whom a push service may write to.
CONTACT = re.compile(r"mailto:[!-;=?-~]+@[!-;=?-~]+|https://[!-;=?-~]+")

# RFC 5646, as far as pages need it: en, en-GB, sr-Latn-RS.
LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")

# A secret that stands in a header.
TOKEN = re.compile(r"[A-Za-z0-9_-]{16,200}")

# A path on this site, such as /app/worker.js.
_STEP = r"[A-Za-z0-9._~-]+"
PATH = re.compile(rf"/(?:{_STEP}(?:/{_STEP})*/?)?")

# A number of days; so few that a holiday would be taken for the end are a slip.
DAYS = re.compile(r"0|[3-9]\d|[1-9]\d{2,3}")

# One end of a connection.
HOST_AND_PORT = re.compile(rf"(?:{_NAME}|\[[0-9A-Fa-f:.]+\]):{_PORT}")

# Where to connect for a host and port instead.
CONNECT_TO = re.compile(rf"{_NAME}:{_PORT}={_NAME}:{_PORT}")

# Where the canary is reached, or that there is none.
CANARY = re.compile(rf"no|{SITE.pattern}")

# An address to which a small message is posted.
WEBHOOK = re.compile(
    rf"https://(?:{_NAME}|\[[0-9A-Fa-f:.]+\])(?::{_PORT})?(?:/[!-~]*)?"
)
