"""The article in a saved HTML page, held against what the page says of itself."""

from __future__ import annotations

import re

import pytest

from stoppress.intake import errors
from tests.intake.pages import (
    HEADLINE,
    PARAGRAPHS,
    article_html,
    html_page,
    json_ld,
    meta,
)

BODY = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)


def test_the_article_alone_is_taken():
    """Navigation, sidebar and footer stay out; the paragraphs come letter for letter."""
    page = html_page(article_html())
    assert page.headline == HEADLINE
    assert page.paragraphs == PARAGRAPHS
    assert (page.lang, page.warnings, page.published) == ("en-GB", [], None)


def test_nothing_is_fetched(caplog):
    """A page that names other addresses is read without asking any of them: the tests
    have no network, and trafilatura does not fail for it."""
    head = '<base href="https://news.example/"><link rel=stylesheet href="/a.css">'
    body = (
        BODY
        + '<img src="https://tracker.example/x.gif"><iframe src="https://x.example">'
    )
    assert html_page(article_html(head=head, body=body)).paragraphs == PARAGRAPHS
    assert caplog.records == []


def test_paragraphs_are_plain_text():
    """Tags within a paragraph go, their words stay; entities become letters."""
    body = (
        "<p>The <b>council</b> of <a href='/n'>Northgate</a> voted on Thursday "
        "for &lt;b&gt; &amp; against <i>c</i>, said the harbour master.</p>"
    ) + BODY
    page = html_page(article_html(body=body))
    assert page.paragraphs[0] == (
        "The council of Northgate voted on Thursday for <b> & against c, said the "
        "harbour master."
    )


def test_headings_quotations_and_items_are_what_they_are():
    """The page's own structure is kept."""
    body = (
        f"<p>{PARAGRAPHS[0]}</p><h2>The costs</h2><ul><li>A levy on cars.</li><li>A loan."
        f"</li></ul><blockquote>{PARAGRAPHS[1]}</blockquote><p>{PARAGRAPHS[2]}</p>"
    )
    page = html_page(article_html(body=body))
    assert [passage.kind for passage in page.passages] == [
        *("paragraph", "subhead", "item", "item", "quotation", "paragraph")
    ]


def test_furniture_among_the_paragraphs_is_dropped():
    """What extraction leaves in is known by its words."""
    body = BODY + "<p>Read more: Ferry fares to rise</p><p>Follow us on Twitter</p>"
    page = html_page(article_html(body="<p>By Jane Roe</p>" + body))
    assert page.paragraphs == PARAGRAPHS
    assert page.byline == "Jane Roe"


def test_a_page_laid_out_as_a_table_is_read():
    """Pages of twenty years ago have neither `article` nor paragraphs."""
    text = "<br><br>".join(PARAGRAPHS)
    page = html_page(
        "<html><head><title>The Northgate Post</title></head><body><table><tr>"
        "<td>News<br>Sport<br>Tides</td><td><font size=5><b>" + HEADLINE + "</b></font>"
        f"<br><br>Thursday, 7 March 2002<br><br>{text}</td></tr></table></body></html>"
    )
    assert page.headline == HEADLINE
    assert page.paragraphs == PARAGRAPHS
    assert [date.at.date().isoformat() for date in page.dates] == ["2002-03-07"]
    assert page.published is None


# --- headline -----------------------------------------------------------------------


def test_the_headline_for_readers_wins_over_the_one_for_machines():
    """Where both are one headline, the newspaper's own wording is taken."""
    page = html_page(article_html(head=meta("og:title", "Northgate votes to rebuild")))
    assert (page.headline, page.warnings) == (HEADLINE, [])


def test_the_right_one_of_several_headings_is_taken():
    """A site that writes its own name as the first heading does not name its articles."""
    html = article_html(head=meta("og:title", HEADLINE))
    html = html.replace("<header>", "<header><h1>Northgate Post</h1>")
    assert html_page(html).headline == HEADLINE


def test_a_title_alone_is_cut_free_of_the_site():
    """Where only the window's title says it, the site's name is taken off."""
    head = meta("og:site_name", "Northgate Post")
    page = html_page(article_html(head=head).replace("h1>", "div>"))
    assert (page.headline, page.site_name) == (HEADLINE, "Northgate Post")


def test_a_title_that_holds_a_line_of_the_page_shows_the_headline():
    """Where only the title says it, behind the site's name, the page's line is taken."""
    html = article_html().replace("h1>", "b>")
    html = html.replace("<header>", "<header><b>The Northgate Post</b>")
    title = (
        "<title>The Northgate Post. Northgate Votes to Rebuild Its Ferry Pier</title>"
    )
    page = html_page(re.sub("<title>.*</title>", title, html))
    assert (page.headline, page.paragraphs) == (HEADLINE, PARAGRAPHS)


def test_an_author_is_named_without_by_and_on_one_line():
    """The author's element may begin with "by" and be broken in two."""
    body = '<div class="byline">by Jane Roe<br>Staff Writer</div>' + BODY
    page = html_page(article_html(body=body))
    assert (page.byline, page.paragraphs) == ("Jane Roe Staff Writer", PARAGRAPHS)


def test_two_different_headlines_are_a_doubt():
    """A page that shows one headline and tells another is taken at its word to machines,
    and the editor is told."""
    page = html_page(
        article_html(
            head=meta("og:title", "Council bans dogs"), headline=HEADLINE
        ).replace(f"<title>{HEADLINE}", "<title>Council bans dogs")
    )
    assert page.headline == "Council bans dogs"
    assert "shows the headline" in page.warnings[0]


def test_entities_and_tags_in_json_ld_are_cleaned():
    """Sites write HTML into JSON-LD."""
    head = json_ld(
        headline="Northgate &amp; <i>Southgate</i> share a ferry pier at last"
    )
    page = html_page(
        article_html(head=head).replace("h1>", "div>").replace(HEADLINE, "x")
    )
    assert page.headline == "Northgate & Southgate share a ferry pier at last"


def test_tags_in_a_title_are_cleaned():
    """Sites write tags into the window's title and into `meta` too."""
    head = meta("og:title", "Northgate &lt;i&gt;votes&lt;/i&gt; on its pier today")
    page = html_page(
        article_html(head=head).replace("h1>", "div>").replace(HEADLINE, "x")
    )
    assert page.headline == "Northgate votes on its pier today"


def test_a_heading_within_the_article_stays():
    """A site that sets headings within its articles as `h1` loses none of them."""
    body = f"<p>{PARAGRAPHS[0]}</p><h1>The costs</h1><p>{PARAGRAPHS[1]}</p>"
    assert html_page(article_html(body=body)).paragraphs[1] == "The costs"


# --- the check ----------------------------------------------------------------------


def test_a_body_that_is_too_short_is_a_doubt():
    """Where the page itself says that its article is longer, the editor is told."""
    whole = "\n".join(PARAGRAPHS * 4)
    page = html_page(article_html(head=json_ld(articleBody=whole)))
    assert "Check the text" in page.warnings[0]
    assert f"{sum(map(len, PARAGRAPHS)):,}" in page.warnings[0]


def test_a_body_that_fits_is_none():
    """A body as long as the page says needs no check."""
    page = html_page(article_html(head=json_ld(articleBody="\n".join(PARAGRAPHS))))
    assert page.warnings == []


def test_a_page_drawn_by_a_script_is_read_from_its_metadata():
    """Where the page holds no text but its JSON-LD does, that is taken and said to be."""
    told = "<p>" + "</p><p>".join(PARAGRAPHS) + "</p>"
    page = html_page(
        f"<html><head>{json_ld(articleBody=told)}</head><body><div id=app></div>"
        "<script>draw()</script></body></html>"
    )
    assert page.headline == HEADLINE
    assert page.paragraphs == PARAGRAPHS
    assert page.warnings == [
        "Check the text: it was found by the page's own marking alone."
    ]


def test_a_page_behind_a_payment_is_a_doubt():
    """A page that says that it is partly for subscribers may not be whole."""
    page = html_page(article_html(head=json_ld(isAccessibleForFree="False")))
    assert page.warnings == [
        "The page says that its article is partly for subscribers only."
    ]


@pytest.mark.parametrize(
    "html",
    [
        "<html><body></body></html>",
        "<html><body><nav><a href=/>Home</a></nav></body></html>",
        "<!doctype html>",
        "<html><head><title>Northgate Post</title></head><body><script>x()</script></body></html>",
        "<html><body><p>Follow us on Twitter</p><p>Advertisement</p></body></html>",
    ],
)
def test_a_page_without_an_article_is_refused(html):
    """Furniture, scripts and nothing at all are no article."""
    with pytest.raises(errors.NoArticleError, match=r"no article in page\.html"):
        html_page(html)
