"""What holds for every page, whatever is in it."""

from __future__ import annotations

import re

from hypothesis import example, given
from hypothesis import strategies as st

from stoppress.intake import errors
from stoppress.intake.importing import take_apart
from stoppress.intake.page import Page
from tests.intake.pages import CAPTION, HEADLINE, PARAGRAPHS, scraped

TAGS = [
    *("p", "div", "b", "a", "article", "h1", "h2", "li", "ul", "td", "table", "span"),
    *("script", "style", "br", "figure", "figcaption", "blockquote", "title", "img"),
]
_TAG = re.compile(r"</?(?:" + "|".join(TAGS) + r")\b", re.IGNORECASE)

WORDS = st.sampled_from(
    [*PARAGRAPHS, "Harbour", "Share", "AP" + CAPTION, "12", "\N{SNOWMAN}"]
)
PIECES = st.one_of(
    st.sampled_from([f"<{tag}>" for tag in TAGS]),
    st.sampled_from([f"</{tag}>" for tag in TAGS]),
    st.sampled_from(
        ["<p class='x", '" onclick="', "<!--", "-->", "<![CDATA[", "]]>", "&"]
    ),
    st.sampled_from(
        ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "&#0;"]
    ),
    WORDS,
    st.text(max_size=20).filter(lambda text: "<" not in text),
)


def taken(data: bytes) -> Page | None:
    """The page, or None where it was refused in words."""
    try:
        return take_apart(data, "page")
    except errors.IntakeError as refusal:
        words = str(refusal)
    assert words.startswith(("page ", "There is no article in page"))
    return None


def holds_together(page: Page) -> None:
    """What every page that comes out promises."""
    assert page.passages
    for text in [page.headline, page.byline, *page.paragraphs]:
        assert text == " ".join(text.split())
        assert "\0" not in text
    assert all(page.paragraphs)
    assert page.published is None or page.published.trustworthy


@given(st.binary(max_size=400))
@example(b"\xff\xfe<\0p\0>\0")
@example(b"<html><meta charset=hz>~{")
@example(b"\xef\xbb\xbf<p>\xff")
def test_any_bytes_are_a_page_or_an_error_in_words(data):
    """No bytes do anything but become a page or a named error."""
    page = taken(data)
    if page:
        holds_together(page)


@given(st.text(max_size=400))
def test_any_text_is_a_page_or_an_error_in_words(text):
    """No text does anything but become a page or a named error."""
    page = taken(text.encode("utf-8", "surrogatepass"))
    if page:
        holds_together(page)


@given(st.lists(st.one_of(WORDS, st.text(max_size=60)), max_size=12).map("\n\n".join))
def test_any_lines_under_a_headline_keep_the_article(more):
    """Whatever else stands below it, the article's own paragraphs stay in order."""
    page = taken(f"{scraped(HEADLINE)}\n\n{more}".encode("utf-8", "ignore"))
    if page:
        holds_together(page)
        assert page.paragraphs[:2] == PARAGRAPHS[:2]


@given(st.lists(PIECES, max_size=30).map("".join))
def test_no_markup_gets_into_the_text(html):
    """However broken the HTML, no tag of it is in a headline or a paragraph."""
    page = taken(f"<html><body>{html}".encode("utf-8", "ignore"))
    if page:
        holds_together(page)
        for text in [page.headline, *page.paragraphs]:
            assert not _TAG.search(text)
            assert "alert(1)" not in text or "<" not in text


@given(
    st.lists(PIECES, max_size=20).map("".join).filter(lambda html: "fig" not in html)
)
def test_an_article_is_found_within_any_markup(html):
    """The words of an article in its own element are found, or the editor is told to
    check the text. (A caption that says what a paragraph says is a caption.)"""
    body = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    page = taken(
        f"<html><body><article><h1>{HEADLINE}</h1>{body}</article>{html}".encode(
            "utf-8", "ignore"
        )
    )
    if page and not page.warnings:
        assert set(PARAGRAPHS) <= set(page.paragraphs)
