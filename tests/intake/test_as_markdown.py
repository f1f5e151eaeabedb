"""A page's plain text as Markdown: it must draw as what it is."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stoppress.intake.as_markdown import as_markdown, escaped
from stoppress.intake.lines import one_line
from stoppress.intake.page import Passage
from stoppress.lib import html

SIGNS = "*_`~#>+-=|\\[]()<>!&:;.1234567890 ab\"'\u2014"


def drawn(*passages: Passage) -> str:
    return html.from_markdown(as_markdown(passages))


@pytest.mark.parametrize(
    "line",
    [
        "# No heading",
        "> No quotation",
        "- no item",
        "+ no item",
        "1. no item",
        "1996) no item",
        "2 * 3 * 4 is 24",
        "__init__ and _this_ and snake_case",
        "a `code` b",
        "[no](http://link.example) and ![no](picture)",
        "<script>alert(1)</script> &amp; &copy; &#65; AT&T",
        "<http://auto.example>",
        "~~struck~~",
        "---",
        "***",
        "===",
        "```",
        "~~~ fence",
        "| a | b |",
        ":--- | ---:",
        "ends with \\",
        "C # and C#",
        "\\# backslash",
        "He said: \u201cNo\u201d -- and went.",
    ],
)
def test_a_line_draws_as_itself(line):
    """Signs that Markdown would act on are letters like all others."""
    page = drawn(Passage(line))
    assert html.plain(page) == line
    assert re.findall(r"<(\w+)", page) == ["p"]


def test_ordinary_text_needs_no_escaping():
    """What an editor sees in the composer is the text as it stands in the page."""
    line = 'The "pier" (built 1998), cost 4.5 million -- AT&T\'s share_of it: 12 %!'
    assert escaped(line) == line


def test_passages_are_drawn_by_their_kinds():
    """Paragraphs, headings, lists and quotations become those elements."""
    page = drawn(
        Passage("One."),
        Passage("Two", "subhead"),
        Passage("three", "item"),
        Passage("four", "item"),
        Passage("Five.", "quotation"),
        Passage("Six.", "quotation"),
        Passage("Seven."),
    )
    assert page.replace("\n", "") == (
        "<p>One.</p><h3>Two</h3><ul><li>three</li><li>four</li></ul>"
        "<blockquote><p>Five.</p><p>Six.</p></blockquote><p>Seven.</p>"
    )


@given(
    st.lists(
        st.builds(
            Passage,
            st.one_of(st.text(SIGNS, min_size=1), st.text(min_size=1))
            .map(one_line)
            .filter(bool),
            st.sampled_from(["paragraph", "subhead", "item", "quotation"]),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_any_text_comes_back_from_the_page(passages):
    """Whatever signs a page holds, readers see those signs, in blocks of their own."""
    page = drawn(*passages)
    shown = html.plain(page).split("\n")
    assert [one_line(line) for line in shown] == [passage.text for passage in passages]
    assert set(re.findall(r"<(\w+)", page)) <= {"p", "h3", "ul", "li", "blockquote"}
