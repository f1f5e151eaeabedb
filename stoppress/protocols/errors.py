"""The one family of this room's errors, so that a caller can catch them all."""

from __future__ import annotations


class ProtocolError(ValueError):
    """Something said or asked does not keep to the standard; the message says how."""
