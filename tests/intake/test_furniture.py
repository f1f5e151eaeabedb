"""What is dropped as furniture, and above all what is not."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stoppress.intake.furniture import (
    MAX_FURNITURE,
    begins_comments,
    begins_other_articles,
    is_furniture,
)

_FILE = Path(__file__).with_name("furniture.txt").read_text("utf-8").splitlines()
_LINES = [line for line in _FILE if not line.startswith("#")]
_SEAM = _LINES.index("=====")
FURNITURE, SENTENCES = _LINES[:_SEAM], _LINES[_SEAM + 1 :]


@pytest.mark.parametrize("line", FURNITURE)
def test_furniture_is_known(line):
    """A line that only a page has is dropped."""
    assert is_furniture(line)


@pytest.mark.parametrize("line", SENTENCES)
def test_a_sentence_that_begins_like_furniture_stays(line):
    """A sentence of an article is never dropped for its first words."""
    assert not is_furniture(line)


@pytest.mark.parametrize(
    "line", ["Related stories", "Most read", "Read more:", "More from World"]
)
def test_a_heading_over_other_articles_is_known(line):
    """Under such a heading stands a list of other articles."""
    assert begins_other_articles(line)
    assert is_furniture(line)


@pytest.mark.parametrize(
    "line", ["Comments", "12 comments", "Leave a reply", "Comments (3)"]
)
def test_a_heading_over_comments_is_known(line):
    """Under such a heading stand readers' comments."""
    assert begins_comments(line)


@pytest.mark.parametrize(
    "line", ["Comments by the minister caused a stir.", "Related deaths rose."]
)
def test_a_sentence_is_no_heading(line):
    """A sentence that begins like a heading is none."""
    assert not begins_comments(line)
    assert not begins_other_articles(line)


@given(
    st.lists(
        st.sampled_from(
            [
                "share",
                "a",
                "|",
                " ",
                "home",
                ">",
                "get the latest",
                "news",
                "-",
                "we use cookies",
                "1",
                "©",
                "x" * 50,
            ]
        ),
        max_size=200,
    )
)
def test_no_line_takes_long(parts):
    """Whatever a line is made of, it is looked at in a moment."""
    line = " ".join(parts)[:MAX_FURNITURE]
    began = time.perf_counter()
    is_furniture(line)
    begins_comments(line)
    begins_other_articles(line)
    assert time.perf_counter() - began < 1
