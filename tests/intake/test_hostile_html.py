"""HTML that wants to do harm: by its size, its depth, its scripts."""

from __future__ import annotations

import time

import pytest

from stoppress.intake import errors, markup
from tests.intake.pages import HEADLINE, PARAGRAPHS, article_html, html_page, json_ld

SOON = 5.0  # seconds: none of these takes one on an idle machine

BODY = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)


@pytest.fixture(autouse=True)
def in_time():
    """Whatever the page is, it is answered soon."""
    began = time.perf_counter()
    yield
    assert time.perf_counter() - began < SOON


@pytest.mark.parametrize(
    "opening", ["<div>", "<b><i>", "<table><tr><td>", "<a href=x>"]
)
def test_a_deep_page_is_refused(opening):
    """Elements within elements without end are no article."""
    with pytest.raises(errors.TangledPageError):
        html_page("<html><body>" + opening * 100_000)


def test_a_page_of_very_many_elements_is_refused():
    """More elements than the heaviest front page has are refused, and said so."""
    with pytest.raises(errors.TangledPageError, match="more than 40,000 elements"):
        html_page("<p>a" * 1_000_000)


def test_an_element_with_very_many_attributes_costs_nothing():
    """Attributes beyond the limit are dropped, in no time: libxml2's own tree takes
    minutes for these."""
    attributes = " ".join(f"a{number}=1" for number in range(100_000))
    page = html_page(article_html(body=f"<p {attributes}></p>" + BODY))
    assert page.paragraphs == PARAGRAPHS


def test_an_attribute_of_megabytes_is_dropped():
    """A picture written into the page does not get into any pattern's way."""
    picture = f'<img src="data:image/png;base64,{"A" * 5_000_000}">'
    assert html_page(article_html(body=picture + BODY)).paragraphs == PARAGRAPHS


def test_scripts_and_handlers_leave_no_trace():
    """Nothing of a script, a style, a frame or a handler is in the text."""
    body = (
        "<script>alert('harbour')</script><style>p { color: red }</style>"
        "<p onclick='alert(1)'>"
        + PARAGRAPHS[0]
        + "</p><iframe srcdoc='<p>in</p>'></iframe>"
        "<noscript><img src=x onerror=alert(2)></noscript><svg onload=alert(3)><text>svg"
        "</text></svg><template><p>A template that nobody sees at all, ever.</p></template>"
    )
    page = html_page(article_html(body=body + BODY))
    assert page.paragraphs == PARAGRAPHS


def test_markup_hidden_in_entities_stays_text():
    """A script written in entities is the words that a reader sees, and no script."""
    shown = "The page said &lt;script&gt;alert(1)&lt;/script&gt; to everyone who came."
    page = html_page(article_html(body=f"<p>{shown}</p>" + BODY))
    assert page.paragraphs[0] == (
        "The page said <script>alert(1)</script> to everyone who came."
    )


@pytest.mark.parametrize(
    "block",
    [
        "[" * 100_000,
        '{"a":' * 50_000,
        "[[[[" + "1," * 500_000,
        '{"@type":"NewsArticle","headline":' + "9" * 100_000 + "}",
        '{"@type":["NewsArticle",{}],"headline":{"a":[]},"author":[[],{"name":{}}]}',
        '{"@type":"NewsArticle","image":[1,{"caption":[{}]}],"publisher":7}',
        '{"@type":"NewsArticle","articleBody":[{}],"isAccessibleForFree":[]}',
        "<!-- not json -->",
        "\x00\ud800",
    ],
    ids=range(9),
)
def test_json_ld_of_any_shape_is_survived(block):
    """What a page tells machines may be deep, broken, or of the wrong types."""
    head = f'<script type="application/ld+json">{block}</script>'
    page = html_page(article_html(head=head))
    assert (page.headline, page.paragraphs) == (HEADLINE, PARAGRAPHS)


def test_a_headline_of_megabytes_is_not_compared_for_long():
    """Comparing headlines takes no longer for being long."""
    head = json_ld(headline="ferry pier " * 100_000)
    long = "pier ferry " * 50_000
    page = html_page(
        article_html(head=head + f"<title>{' - '.join([long] * 3)}</title>")
    )
    assert page.paragraphs == PARAGRAPHS


def test_control_characters_and_odd_names_do_not_break_the_tree():
    """Signs that XML does not know are dropped; the text around them stays."""
    body = '<o:p a:b="1" é=2 "="x">' + BODY + "</o:p><p>&#1;&#0;&#xD800;</p><\x01b>"
    assert (
        html_page(article_html(body=body)).paragraphs[: len(PARAGRAPHS)] == PARAGRAPHS
    )


def test_the_tree_has_no_comments():
    """Comments, among them old browsers' conditions, are dropped while reading."""
    tree = markup.parse("<p>a<!-- <b>x</b> --><?php echo 1 ?>b</p>", "page")
    assert markup.words_of(tree) == "ab"


def test_trafilatura_failing_is_survived(monkeypatch, caplog):
    """An error in extraction is logged, and the page's own marking is used."""
    monkeypatch.setattr("trafilatura.bare_extraction", lambda *a, **k: 1 / 0)
    page = html_page(article_html())
    assert page.paragraphs == PARAGRAPHS
    assert page.warnings == [
        "Check the text: it was found by the page's own marking alone."
    ]
    assert "trafilatura failed" in caplog.text
