"""The article in a scraped text, whatever stands around it."""

from __future__ import annotations

import textwrap
from datetime import UTC, datetime

import pytest

from stoppress.intake import errors
from stoppress.intake.page import FoundPhoto
from tests.intake.pages import (
    CAPTION,
    HEADLINE,
    LANGUAGES,
    PARAGRAPHS,
    scraped,
    text_page,
)

CALL = "Get the latest news from the harbour in your inbox"


def test_a_headline_and_paragraphs_are_enough():
    """A text of a headline and paragraphs comes through letter for letter."""
    page = text_page(scraped(HEADLINE))
    assert page.headline == HEADLINE
    assert page.paragraphs == PARAGRAPHS
    assert (page.photo, page.stamp, page.byline, page.furniture) == (None, None, "", [])


def test_furniture_stamp_credit_and_caption_are_told_apart():
    """The shape of the first real page: call, stamp, headline, glued caption, text."""
    head = f"{CALL}\n\n. Last Updated: 03/09/2019\n\n{HEADLINE}\n\nAP{CAPTION}\n"
    page = text_page(head + scraped())
    assert page.headline == HEADLINE
    assert page.photo == FoundPhoto("AP", CAPTION)
    assert page.paragraphs == PARAGRAPHS
    assert page.stamp == "Last Updated: 03/09/2019"
    assert page.furniture == [CALL]
    assert page.dates == []


def test_dashes_and_quotations_stay_as_they_are():
    """Two hyphens, straight and curly quotation marks are the page's own and stay."""
    body = ['"It is -- as they say -- done," she said.', "“No,” he said — “not yet”…"]
    assert text_page(scraped(HEADLINE, body=body)).paragraphs == body


def test_a_text_broken_at_a_column_is_joined_again():
    """Lines that were broken at a column become paragraphs; a hyphen stays."""
    body = [
        *PARAGRAPHS,
        "The union of Northgate-" + "Southgate is older than the pier itself.",
    ]
    text = "\n\n".join(textwrap.fill(block, 72) for block in [HEADLINE, *body])
    page = text_page(text)
    assert page.headline == HEADLINE
    assert page.paragraphs == body


def test_short_lines_of_their_own_are_not_joined():
    """Paragraphs on lines of their own, without empty lines between, stay apart."""
    body = [f"The harbour council met for the {n}. time and voted." for n in range(12)]
    assert text_page("\n".join([HEADLINE, "", *body])).paragraphs == body


def test_windows_line_ends_and_odd_spaces_are_tidied():
    """Line ends of other systems and spaces that are none do not get into the text."""
    text = (
        scraped(HEADLINE)
        .replace("\n", "\r\n")
        .replace("ferry pier", "ferry\xa0\u200bpier")
    )
    assert text_page("\ufeff" + text).paragraphs == PARAGRAPHS


def test_marks_that_turn_the_direction_of_reading_are_dropped():
    """A text cannot be made to read otherwise than it is."""
    page = text_page(
        scraped(HEADLINE, body=["The pier \u202eis open\u202c, she said today."])
    )
    assert page.paragraphs == ["The pier is open, she said today."]


def test_a_byline_and_a_date_are_taken_off_the_head():
    """Author and date under the headline are no paragraphs; the date is not trusted."""
    page = text_page(scraped(HEADLINE, "By Jane Roe | 7 March 2019"))
    assert page.byline == "Jane Roe"
    assert page.paragraphs == PARAGRAPHS
    (date,) = page.dates
    assert date.at == datetime(2019, 3, 7, 12, tzinfo=UTC)
    assert (date.day_only, date.trustworthy, page.published) == (True, False, None)


def test_an_ambiguous_date_is_no_date():
    """A numeric date with two meanings is dropped from the text and not guessed."""
    page = text_page(scraped(HEADLINE, "Published: 07/08/2019"))
    assert (page.dates, page.paragraphs) == ([], PARAGRAPHS)


def test_labels_over_the_headline_are_not_it():
    """A section's name and the site's name are not the headline."""
    page = text_page(scraped("Northgate Post", "Harbour", HEADLINE))
    assert page.headline == HEADLINE
    assert page.furniture == ["Northgate Post", "Harbour"]


def test_a_headline_said_twice_names_the_site():
    """The window's title repeats the headline with the site's name behind it."""
    page = text_page(scraped(f"{HEADLINE} - Northgate Post", "News", HEADLINE))
    assert (page.headline, page.site_name) == (HEADLINE, "Northgate Post")
    assert page.paragraphs == PARAGRAPHS


def test_a_site_behind_a_bar_is_cut_off_the_headline():
    """A headline with the site's name behind a bar is the headline alone."""
    assert text_page(scraped(f"{HEADLINE} | Northgate Post")).headline == HEADLINE


@pytest.mark.parametrize(
    "headline",
    ["Is this the end of the old ferry pier?", "Dahl: “We cannot wait for January”"],
)
def test_a_headline_may_be_a_sentence(headline):
    """A question or a quotation above the text is its headline."""
    page = text_page(scraped("Harbour", headline))
    assert (page.headline, page.paragraphs) == (headline, PARAGRAPHS)


def test_a_standfirst_stays_with_the_text():
    """A line under the headline is kept, and the editor is told."""
    standfirst = "Four million crowns for a pier that nobody wanted in 1998"
    page = text_page(scraped(HEADLINE, standfirst))
    assert page.paragraphs == [standfirst, *PARAGRAPHS]
    assert page.warnings == [f"This line may be the headline instead: {standfirst}"]


def test_a_text_without_a_headline_has_none():
    """No paragraph is promoted to a headline."""
    page = text_page(scraped())
    assert (page.headline, page.paragraphs) == ("", PARAGRAPHS)


def test_subheads_and_items_are_what_they_are():
    """A heading within the text and a list are kept as such."""
    body = [
        PARAGRAPHS[0],
        "The costs",
        "• a levy on cars",
        "• a loan of the state",
        PARAGRAPHS[1],
    ]
    page = text_page(scraped(HEADLINE, body=body))
    assert [passage.kind for passage in page.passages] == [
        *("paragraph", "subhead", "item", "item", "paragraph")
    ]
    assert page.paragraphs[2] == "a levy on cars"


def test_a_short_sentence_is_a_paragraph():
    """Two words with a full stop are the article's, also as its last line."""
    body = [PARAGRAPHS[0], "Nobody spoke.", PARAGRAPHS[1], "Dahl declined."]
    page = text_page(scraped(HEADLINE, body=body))
    assert page.paragraphs == body
    assert {passage.kind for passage in page.passages} == {"paragraph"}


def test_furniture_within_the_text_is_dropped():
    """Advertisements and calls between paragraphs go; the paragraphs stay."""
    body = [
        *(
            PARAGRAPHS[0],
            "Advertisement",
            PARAGRAPHS[1],
            "Read more: Ferry fares to rise",
        ),
        *(PARAGRAPHS[2], "Follow us on Twitter", PARAGRAPHS[3], "Share this article"),
    ]
    page = text_page(scraped(HEADLINE, body=body, tail=("© 2019 Northgate Post",)))
    assert page.paragraphs == PARAGRAPHS
    assert len(page.furniture) == 5


def test_a_list_of_other_articles_below_is_cut_off():
    """What stands under "Related stories" is not this article's."""
    page = text_page(
        scraped(HEADLINE, tail=("Related stories", "Ferry fares to rise", "Fog"))
    )
    assert page.paragraphs == PARAGRAPHS
    assert page.furniture == ["Related stories", "Ferry fares to rise", "Fog"]


def test_a_list_of_other_articles_within_ends_at_the_next_sentence():
    """A box in the middle goes, the article behind it stays."""
    body = [PARAGRAPHS[0], "Related stories", "Ferry fares to rise", *PARAGRAPHS[1:]]
    page = text_page(scraped(HEADLINE, body=body))
    assert page.paragraphs == PARAGRAPHS


def test_readers_comments_are_cut_off():
    """Comments below the article are sentences, and none of the newspaper's."""
    tail = ("2 comments", "Bob", "I always said that this would happen.", "Reply")
    page = text_page(scraped(HEADLINE, tail=tail))
    assert page.paragraphs == PARAGRAPHS


def test_a_counter_of_comments_above_cuts_nothing():
    """The same words over the article are a counter, and the article stays."""
    page = text_page(scraped("12 comments", HEADLINE))
    assert page.paragraphs == PARAGRAPHS


def test_headings_without_a_text_below_are_furniture():
    """Short lines below the last sentence are the page's."""
    page = text_page(scraped(HEADLINE, tail=("Northgate", "Harbour council")))
    assert page.paragraphs == PARAGRAPHS
    assert page.furniture == ["Northgate", "Harbour council"]


def test_russian_is_read_as_well():
    """Furniture, stamp and headline are known in another alphabet too."""
    headline, *body = LANGUAGES["RUSSIAN_PAGE"].split("|")
    stamp = LANGUAGES["RUSSIAN_STAMP"]
    call, more = LANGUAGES["RUSSIAN_CALL"], LANGUAGES["RUSSIAN_MORE"]
    page = text_page("\n\n".join([call, headline, stamp, *body, more]))
    assert (page.headline, page.paragraphs, page.stamp) == (headline, body, stamp)
    assert page.furniture == [call, more]


def test_chinese_is_read_as_well():
    """A script without spaces has sentences and headlines too."""
    headline, *body = LANGUAGES["CHINESE_PAGE"].split("|")
    page = text_page("\n\n".join([headline, *body]))
    assert (page.headline, page.paragraphs) == (headline, body)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"{CALL}\nShare\nAdvertisement\n© 2019 Northgate Post", "only page furniture"),
        ("Harbour\nNorthgate", "only headings"),
        ("Menu\n\nHome | World | Sport\n\nFollow us on Twitter", "only page furniture"),
    ],
)
def test_a_page_of_furniture_is_no_article(text, found):
    """Where nothing is left the message says what there was."""
    with pytest.raises(
        errors.NoArticleError, match=rf"no article in page\.txt: {found}"
    ):
        text_page(text)


def test_a_log_is_no_article():
    """A text of very many lines is refused."""
    with pytest.raises(errors.TangledPageError, match="more than 20,000 lines"):
        text_page("One line of a log.\n" * 20_001)


def test_the_same_words_have_the_same_digest():
    """Other spaces, other furniture: the same article; another word: another."""
    page = text_page(scraped(HEADLINE))
    again = text_page(scraped("Advertisement", HEADLINE.upper()).replace(" ", "  "))
    other = text_page(scraped(HEADLINE).replace("Thursday", "Friday"))
    assert page.digest == again.digest
    assert page.digest != other.digest
