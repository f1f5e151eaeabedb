"""Words that pages are known by: lists that grow without touching the code."""

from __future__ import annotations

from pathlib import Path


def listed(name: str) -> list[str]:
    """The lines of a list in this folder; empty ones and those after # are left out."""
    lines = (Path(__file__).parent / name).read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]
