"""The far ends: what our tests talk to instead of the world outside."""

from __future__ import annotations
