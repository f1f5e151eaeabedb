"""Where the pictures of each test are kept."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    """The folder in which the pictures of this test are kept, not yet made."""
    settings.PHOTOS = tmp_path / "photos"
    return tmp_path / "photos"
