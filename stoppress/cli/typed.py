"""What may be typed where a command takes a number, a port, an address."""

from __future__ import annotations

import argparse

from stoppress.lib import shapes

LAST_PORT = 65535

# What a database keeps a number in: 64 bits with a sign.
LAST_NUMBER = 2**63 - 1

# A slip of the finger must not start ten thousand processes.
PROCESSES_AT_MOST = 64

# Longer than a stream that is alive needs to show it.
WATCHED_AT_MOST = 3_600  # seconds


def number(text: str) -> int:
    """The number of a post. Raises ArgumentTypeError."""
    number = int(text) if text.isdecimal() else 0
    if not 1 <= number <= LAST_NUMBER:
        raise argparse.ArgumentTypeError(f"{text!r} is not the number of a post")
    return number


def few(text: str) -> int:
    """A count of processes. Raises ArgumentTypeError."""
    count = int(text) if text.isdecimal() else 0
    if not text.isdecimal() or count > PROCESSES_AT_MOST:
        raise argparse.ArgumentTypeError(f"{text!r} is not 0 to {PROCESSES_AT_MOST}")
    return count


def port(text: str) -> int:
    """A TCP port. Raises ArgumentTypeError."""
    port = int(text) if text.isdecimal() else 0
    if not 1 <= port <= LAST_PORT:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port (1 to {LAST_PORT})")
    return port


def site(text: str) -> str:
    """Scheme, host and port of a site. Raises ArgumentTypeError."""
    if not shapes.SITE.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not https://host, with no path")
    return text


def host_and_port(text: str) -> str:
    """One end of a connection. Raises ArgumentTypeError."""
    if not shapes.HOST_AND_PORT.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not host:port")
    return text


def seconds(text: str) -> float:
    """How long to watch. Raises ArgumentTypeError."""
    return _from(1, text)


def pause(text: str) -> float:
    """Seconds between two things. Raises ArgumentTypeError."""
    return _from(0, text)


def _from(least: int, text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not least <= seconds <= WATCHED_AT_MOST:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not {least} to {WATCHED_AT_MOST}"
        )
    return seconds
