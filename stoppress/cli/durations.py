"""Durations on the command line: `30m`, `12h`, `90d`."""

from __future__ import annotations

import argparse
import re
from datetime import timedelta

# Stops a token from outliving whoever remembers what it was for.
AT_MOST = timedelta(days=3_653)

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_DURATION = re.compile(r"([1-9][0-9]{0,6})([mhd])", re.ASCII)


def duration(text: str) -> timedelta:
    """How long `text` says. argparse.ArgumentTypeError when it says nothing usable."""
    found = _DURATION.fullmatch(text)
    long = timedelta(**{_UNITS[found[2]]: int(found[1])}) if found else None
    if long is None or long > AT_MOST:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no duration such as 30m, 12h or 90d, up to ten years"
        )
    return long
