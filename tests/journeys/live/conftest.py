"""A newsroom whose clocks run ten times as fast, and a cable in front of it.

What takes minutes with a real reader (a stream that is silent, a page that polls) takes
seconds here. The code is the product's own; only numbers in it are smaller.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.steps import Story
from tests.support.cable import Cable
from tests.support.loopthread import LoopThread
from tests.support.newsroom import ROOT, Newsroom

COLUMN = 6  # posts on a story's page
# file, what is found there, what stands there instead
SMALLER = (
    # A tenth; but a busy machine takes its time to answer, and that is no fault.
    ("stoppress/static/js/patience.js", r"(?<!ANSWER = 10)(?<!FETCH = 20)_000;", "00;"),
    ("stoppress/live/room.py", r"BEAT_EVERY = 25\.0", "BEAT_EVERY = 2.5"),
    ("stoppress/live/memory.py", r"ENTRIES_AT_MOST = 1_000", "ENTRIES_AT_MOST = 8"),
    ("stoppress/live/history.py", r"ENTRIES_BEHIND = 1_000", "ENTRIES_BEHIND = 0"),
    ("stoppress/pages/views.py", r"COLUMN_POSTS = 50", f"COLUMN_POSTS = {COLUMN}"),
)


@pytest.fixture(scope="session")
def fast_house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The product with smaller numbers: seconds for minutes, few posts for many."""
    house = tmp_path_factory.mktemp("house")
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "stoppress", house / "stoppress", ignore=ignore)
    for name, pattern, instead in SMALLER:
        file = house / name
        text, found = re.subn(pattern, instead, file.read_text())
        assert found, f"{name} has no {pattern}"
        file.write_text(text)
    return house


@pytest.fixture(scope="session")
def fast_newsroom(
    pattern: Path, fast_house: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Newsroom]:
    data = tmp_path_factory.mktemp("fast") / "data"
    shutil.copytree(pattern, data)
    with Newsroom(data, root=fast_house) as made:
        yield made


@pytest.fixture
def cable(fast_newsroom: Newsroom, thread: LoopThread) -> Iterator[Cable]:
    """The line to the fast newsroom; its `url` is where readers go."""
    made = Cable(thread, fast_newsroom.port)
    yield made
    made.close()


@pytest.fixture
def story(fast_newsroom: Newsroom, cable: Cable, slugs: Iterator[str]) -> Story:
    """An open story with nothing in it, read through the cable."""
    return Story(fast_newsroom, next(slugs), door=cable.url)


@pytest.fixture
def other_story(fast_newsroom: Newsroom, cable: Cable, slugs: Iterator[str]) -> Story:
    """Another one."""
    return Story(fast_newsroom, next(slugs), door=cable.url)
