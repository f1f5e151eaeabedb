"""HTML for readers: what survives, and what its plain words are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stoppress.lib import html
from tests.support.cleanhtml import faults, squeezed, visible
from tests.support.hostile import ATTACKS, fragments


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_attack_survives_as_markdown(attack):
    """Nothing but the allow-list comes out of an editor's hostile Markdown."""
    assert faults(html.from_markdown(attack)) == []


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_attack_survives_as_html(attack):
    """Nothing but the allow-list comes out of a stranger's hostile HTML."""
    assert faults(html.sanitise(attack)) == []


@pytest.mark.parametrize("name", ["title", "lang", "class", "onclick", "style", "id"])
def test_no_element_has_more_than_its_own_attributes(name):
    """What is allowed on one element, or on all by the library, is allowed nowhere else."""
    assert html.sanitise(f'<p {name}="x">Here.</p>') == "<p>Here.</p>"


@given(fragments)
def test_whatever_is_written_comes_out_clean(text):
    """Any text, as Markdown or as HTML, comes out as clean HTML or as nothing."""
    assert faults(html.from_markdown(text)) == []
    assert faults(html.sanitise(text)) == []


@given(fragments)
def test_the_plain_words_are_those_that_a_reader_sees(text):
    """Plain text says what the HTML shows, no more and no less."""
    drawn = html.from_markdown(text)
    assert squeezed(html.plain(drawn)) == visible(drawn)


@given(fragments)
def test_what_was_sanitised_stays(text):
    """Sanitising what was sanitised changes nothing."""
    once = html.sanitise(text)
    assert html.sanitise(once) == once


@pytest.mark.parametrize(
    ("markdown", "drawn"),
    [
        ("# One\n\n## Two\n\n### Three", "<h3>One</h3>\n<h3>Two</h3>\n<h4>Three</h4>"),
        (
            "*one* **two** ~~three~~",
            "<p><em>one</em> <strong>two</strong> <s>three</s></p>",
        ),
        ("5. five", '<ol start="5">\n<li>five</li>\n</ol>'),
        ("a < b & c", "<p>a &lt; b &amp; c</p>"),
        ("<b>raw</b>", "<p>&lt;b&gt;raw&lt;/b&gt;</p>"),
        (
            "[x](/posts/7 'y')",
            '<p><a href="/posts/7" title="y" rel="noopener noreferrer">x</a></p>',
        ),
    ],
)
def test_markdown_becomes_what_an_article_needs(markdown, drawn):
    """Headings go below the post's own, raw HTML is text, links give nothing away."""
    assert html.from_markdown(markdown) == drawn


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("<p>one</p><p>two</p>", "one\ntwo"),
        ("<p>one<br>two</p>", "one\ntwo"),
        ("<ul><li>one<ul><li>two</li></ul></li></ul>", "one\ntwo"),
        ("<blockquote>one<p>two</p></blockquote>", "one\ntwo"),
        ('<ol start="3"><li>one</li><li>two</li></ol>x', "3. one\n4. two\nx"),
        ("<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>", "1. a\nb\n2. c"),
        ('<ol start="-1"><li>a</li></ol></ol></ul>', "-1. a"),
        ('<ol start="x"><li>a</li></ol><li>b</li>', "1. a\nb"),
        (
            "<table><tr><td>Ada</td><td>41</td></tr><tr><td>Bo</td></tr></table>",
            "Ada 41\nBo",
        ),
        ("<p>5 &lt; 6 &amp; 7&nbsp;km</p>", "5 < 6 & 7 km"),
        ("<p>an <em>un</em>common word</p>", "an uncommon word"),
    ],
)
def test_each_block_is_a_line_of_plain_text(markup, words):
    """Blocks are lines, cells are words, and a mark inside a word does not cut it."""
    assert html.plain(markup) == words


def test_a_year_before_a_sentence_is_not_lost():
    """A sentence that begins with a year and a point is a list to Markdown; its plain
    words have the year all the same."""
    assert html.plain(html.from_markdown("1996. A treaty.")) == "1996. A treaty."


@given(st.integers(1, 400))
def test_nesting_never_grows_without_end(depth):
    """However deep quotations and lists are nested, what comes out is clean."""
    assert faults(html.from_markdown(">" * depth + " deep")) == []
    assert faults(html.from_markdown("- " * depth + "deep")) == []
