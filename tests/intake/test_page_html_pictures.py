"""The picture of an HTML page: credit and caption, apart and the article's own."""

from __future__ import annotations

import pytest

from stoppress.intake.page import FoundPhoto
from tests.intake.pages import CAPTION, PARAGRAPHS, article_html, html_page, json_ld

BODY = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)


FIGURES = [
    "<figure>{image}<figcaption>{caption} {credit}</figcaption></figure>",
    "<figure>{image}<figcaption>{credit}{caption}</figcaption></figure>",
    "<figure>{image}<div>{credit}</div><figcaption>{caption}</figcaption></figure>",
    "<div class=wp-caption>{image}<p class=wp-caption-text>{caption}{credit}</p></div>",
]
CREDITS = [
    "<span class=credit>Photo: Jane Roe</span>",
    "<small itemprop=copyrightHolder>Jane Roe</small>",
    "<em class=photographer>© Jane Roe</em>",
]


@pytest.mark.parametrize("figure", FIGURES)
@pytest.mark.parametrize("credit", CREDITS)
def test_credit_and_caption_are_read_apart(figure, credit):
    """However a site marks them, credit and caption are two things and no paragraph."""
    image = '<img src="/p.jpg">'
    marked = figure.format(image=image, caption=CAPTION, credit=credit)
    head = '<link rel="canonical" href="https://news.example/pier">'
    page = html_page(article_html(head=head, body=marked + BODY))
    assert page.photo == FoundPhoto("Jane Roe", CAPTION, "https://news.example/p.jpg")
    assert page.paragraphs == PARAGRAPHS


def test_a_glued_credit_is_taken_off_a_figure():
    """A site whose credit has no element of its own glues it; it is taken off."""
    figure = f"<figure><img src=p.jpg><figcaption>Getty Images{CAPTION}</figcaption></figure>"
    page = html_page(article_html(body=figure + BODY))
    assert page.photo == FoundPhoto("Getty Images", CAPTION)


def test_a_picture_known_to_machines_alone_is_used():
    """JSON-LD may be all that says who took the picture."""
    image = {"@type": "ImageObject", "creditText": "Jane Roe", "caption": CAPTION}
    page = html_page(article_html(head=json_ld(image=image)))
    assert page.photo == FoundPhoto("Jane Roe", CAPTION)


def test_a_picture_of_a_teaser_is_not_the_articles():
    """A figure in a box of related articles is another article's."""
    box = f'<div class="related"><figure><figcaption>{CAPTION}</figcaption></figure></div>'
    assert html_page(article_html(after=box)).photo is None


def test_a_figure_without_a_picture_is_the_articles():
    """A quotation set as a figure is no caption."""
    figure = f"<figure><blockquote>{PARAGRAPHS[1]}</blockquote></figure>"
    body = f"<p>{PARAGRAPHS[0]}</p>{figure}<p>{PARAGRAPHS[2]}</p><p>{PARAGRAPHS[3]}</p>"
    page = html_page(article_html(body=body))
    assert (page.photo, page.paragraphs) == (None, PARAGRAPHS)


def test_a_further_picture_is_reported():
    """A post has one picture; the second is said to be left out."""
    figures = "".join(
        f"<figure><img src=p.jpg><figcaption>{text}</figcaption></figure>"
        for text in (CAPTION, "The crane before it was taken down.")
    )
    page = html_page(article_html(body=figures + BODY))
    assert page.photo == FoundPhoto("", CAPTION)
    assert page.paragraphs == PARAGRAPHS
    assert page.warnings == [
        "A further photo was left out: The crane before it was taken down."
    ]


def test_an_address_that_is_none_is_dropped():
    """Only addresses of the web are kept."""
    head = '<link rel="canonical" href="javascript:alert(1)">'
    figure = f'<figure><img src="data:image/png;base64,x"><figcaption>{CAPTION}</figcaption></figure>'
    page = html_page(article_html(head=head, body=figure + BODY))
    assert page.url == ""
    assert page.photo is not None
    assert page.photo.url == ""


def test_a_credit_in_a_block_of_its_own_is_one():
    """A site may set the credit as a paragraph before the caption, without a name."""
    figure = f"<figure><img src=p.jpg><figcaption><p>AP</p><p>{CAPTION}</p></figcaption></figure>"
    page = html_page(article_html(body=figure + BODY))
    assert page.photo == FoundPhoto("AP", CAPTION)
    assert page.paragraphs == PARAGRAPHS
