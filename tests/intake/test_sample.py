"""The first real page: an article with its furniture, its glued credit and its stamp.

The page belongs to its newspaper, so nothing of it is written here; it is read where the
samples lie beside the project.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from stoppress.intake.importing import take_apart
from stoppress.intake.page import Page

SAMPLE = Path(__file__).resolve().parents[3] / "shared/samples/000_453eb9572ff3197b.txt"
BEFORE_THE_BODY = 4  # lines with words: call to follow, stamp, headline, caption


@pytest.fixture
def lines() -> list[str]:
    if not SAMPLE.is_file():
        pytest.skip(f"the sample page is not at {SAMPLE}")
    return [line for line in SAMPLE.read_text("utf-8").splitlines() if line.strip()]


@pytest.fixture
def page(lines: list[str]) -> Page:
    return take_apart(SAMPLE.read_bytes(), SAMPLE.name)


def test_its_headline_is_found(page, lines):
    """The headline is the line between the stamp and the caption."""
    assert page.headline == lines[2]
    assert page.headline == "Putin and Lukashenko Talk About Integration"


def test_its_credit_and_caption_are_apart(page, lines):
    """The credit AP is taken off the caption that it is glued to."""
    assert page.photo is not None
    assert page.photo.credit == "AP"
    assert page.photo.caption.startswith("Putin listening")
    assert page.photo.credit + page.photo.caption == lines[3]


def test_its_paragraphs_are_whole_and_clean(page, lines):
    """The ten paragraphs are those of the page, letter for letter, and nothing else."""
    assert page.paragraphs == lines[BEFORE_THE_BODY:]
    assert len(page.paragraphs) == 10
    assert {passage.kind for passage in page.passages} == {"paragraph"}


def test_its_stamp_is_no_date(page):
    """The stamp of 2016 is kept as it stands and no date is made of it."""
    assert page.stamp == "Last Updated: 07/27/2016"
    assert page.dates == []
    assert page.published is None


def test_its_call_to_follow_is_dropped_and_reported(page, lines):
    """The one line of furniture is dropped, and said to be."""
    assert page.furniture == [lines[0]]
    assert page.warnings == []
