"""Whole journeys of readers and editors, in real browsers, offline."""

from __future__ import annotations
