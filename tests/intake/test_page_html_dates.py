"""When an HTML page was published: what is believed, and what is not."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.intake.pages import PARAGRAPHS, article_html, html_page, json_ld, meta

PUBLISHED = "2024-03-07T09:30:00+01:00"
MOMENT = datetime(2024, 3, 7, 8, 30, tzinfo=UTC)
BODY = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)


@pytest.mark.parametrize(
    "head",
    [
        json_ld(datePublished=PUBLISHED),
        meta("article:published_time", PUBLISHED),
        f'<meta name="parsely-pub-date" content="{PUBLISHED}">',
        f'<meta itemprop="datePublished" content="{PUBLISHED}">',
        f'<meta name="DC.date.issued" content="{PUBLISHED}">',
    ],
)
def test_a_date_for_machines_is_trusted(head):
    """What a page tells machines about its publication dates the post."""
    published = html_page(article_html(head=head)).published
    assert published is not None
    assert (published.at, published.day_only) == (MOMENT, False)


def test_microdata_of_the_article_is_trusted():
    """A publication date in the article's own markup is as good."""
    html = article_html(
        body=f'<time itemprop="datePublished" datetime="{PUBLISHED}">x</time>' + BODY
    )
    html = html.replace(
        "<article>", '<article itemscope itemtype="https://schema.org/NewsArticle">'
    )
    published = html_page(html).published
    assert published is not None
    assert published.at == MOMENT


def test_microdata_of_a_comment_is_not_the_articles():
    """A reader's comment has a publication date too."""
    comment = (
        '<div itemscope itemtype="https://schema.org/Comment">'
        f'<meta itemprop="datePublished" content="{PUBLISHED}"></div>'
    )
    assert html_page(article_html(after=comment)).published is None


@pytest.mark.parametrize(
    "head",
    [
        "",
        json_ld(dateModified=PUBLISHED),
        meta("article:modified_time", PUBLISHED),
        meta("og:updated_time", PUBLISHED),
        f'<meta name="date" content="{PUBLISHED}">',
        f'<meta name="last-modified" content="{PUBLISHED}">',
        json_ld(datePublished="1970-01-01T00:00:00Z"),
        json_ld(datePublished="2999-01-01T00:00:00Z"),
        json_ld(datePublished="last week"),
        json_ld(datePublished=["x", {"y": 1}]),
    ],
)
def test_any_other_date_is_not(head):
    """Dates of changes, of nothing, and impossible ones do not date a post."""
    assert html_page(article_html(head=head)).published is None


def test_a_time_shown_in_the_page_is_found_but_not_trusted():
    """A `time` element may be anything's; it is a hint for the editor."""
    page = html_page(
        article_html(body=f'<time datetime="{PUBLISHED}">7 March</time>' + BODY)
    )
    assert page.published is None
    assert [date.at for date in page.dates] == [MOMENT]


def test_the_date_of_another_article_is_not_taken():
    """JSON-LD of a teaser does not date the page."""
    other = json_ld(
        headline="Ferry fares to rise again in May", datePublished=PUBLISHED
    )
    own = json_ld()
    assert html_page(article_html(head=other + own)).published is None


def test_two_publication_dates_are_none():
    """A page that contradicts itself is not believed, and the editor is told both."""
    head = json_ld(datePublished=PUBLISHED) + meta(
        "article:published_time", "2019-01-02"
    )
    page = html_page(article_html(head=head))
    assert page.published is None
    assert "2024-03-07 (JSON-LD datePublished)" in page.warnings[0]
    assert "2019-01-02 (meta article:published_time)" in page.warnings[0]


def test_a_date_that_is_only_the_stamps_is_not_believed():
    """An archive that was moved stamps the day of the move on everything; the page still
    shows the old day beside its headline."""
    body = "<p>7 March 2002</p><p>Last updated: 9 June 2016</p>" + BODY
    page = html_page(article_html(head=json_ld(datePublished="2016-06-09"), body=body))
    assert page.published is None
    assert page.stamp == "Last updated: 9 June 2016"
    assert "only the day of its stamp" in page.warnings[0]


def test_a_day_is_one_in_the_newsrooms_zone():
    """A date without a clock time stands for noon in the newsroom."""
    zone = ZoneInfo("Asia/Tokyo")
    page = html_page(article_html(head=json_ld(datePublished="2024-03-07")), zone=zone)
    assert page.published is not None
    assert page.published.day_only
    assert page.published.at.astimezone(zone).isoformat() == "2024-03-07T12:00:00+09:00"


def test_a_stamp_outside_of_the_article_is_found():
    """The stamp may stand where extraction does not look."""
    page = html_page(article_html(after="<div>Last updated: <b>9 June 2016</b></div>"))
    assert page.stamp == "Last updated: 9 June 2016"
