"""Characters: what a page, a feed and a database can all hold."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stoppress.lib.characters import one_line, printable

# XML 1.0, 2.2 [2] Char.
XML = re.compile("[\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]*")

anything = st.text(st.characters(exclude_categories=()))


@given(anything)
def test_what_is_left_can_be_held_everywhere(text):
    """What is left of any text is encodable, is XML, has no control and no NUL."""
    left = printable(text)
    left.encode()
    assert XML.fullmatch(left)
    assert not re.search("[\0-\x08\x0b-\x1f\x7f-\x9f\ufdd0-\ufdef]", left)
    assert all(ord(char) & 0xFFFE != 0xFFFE for char in left)


@given(anything)
def test_what_is_clean_stays(text):
    """Cleaning what was cleaned changes nothing."""
    assert printable(printable(text)) == printable(text)


@given(st.text(st.characters(categories=("L", "M", "N", "P", "S", "Zs", "Cf"))))
def test_words_of_any_script_are_left_alone(text):
    """Letters, marks, signs and joiners of any script pass unchanged."""
    assert printable(text) == text


@pytest.mark.parametrize(
    "end", ["\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029", "\x1d"]
)
def test_every_line_end_is_a_newline(end):
    """Lines end with a newline whatever ended them before."""
    assert printable(f"one{end}two") == "one\ntwo"


def test_a_line_is_one_line():
    """Lines and runs of blanks become single spaces, and what cannot be seen goes."""
    assert one_line(" a\0b \n\n c\u2028d\t\xa0e ") == "ab c d e"
