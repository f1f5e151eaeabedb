"""Credits and captions among the lines of a scraped text."""

from __future__ import annotations

import pytest

from stoppress.intake.page import FoundPhoto
from tests.intake.pages import CAPTION, HEADLINE, PARAGRAPHS, scraped, text_page


@pytest.mark.parametrize(
    ("block", "credit"),
    [
        (f"{CAPTION}\nPhoto: Jane Roe", "Jane Roe"),
        (f"Photo: Jane Roe\n{CAPTION}", "Jane Roe"),
        (f"Image source, Getty Images\n\nImage caption, {CAPTION}", "Getty Images"),
        (f"{CAPTION} (AP Photo/Jane Roe)", "AP Photo/Jane Roe"),
        (f"{CAPTION} Reuters", "Reuters"),
    ],
)
def test_a_credit_beside_its_caption_belongs_to_it(block, credit):
    """Credit and caption on two lines, or on one, are one photo's."""
    page = text_page(scraped(HEADLINE, block))
    assert page.photo == FoundPhoto(credit, CAPTION)
    assert page.paragraphs == PARAGRAPHS


def test_a_credit_alone_takes_no_paragraph_with_it():
    """Where no caption stands beside it, only the credit is known."""
    page = text_page(scraped(HEADLINE, "Photo: Jane Roe"))
    assert page.photo == FoundPhoto("Jane Roe", "")
    assert page.paragraphs == PARAGRAPHS


def test_an_agency_at_the_end_is_the_author_not_a_credit():
    """An article signed with an agency's name keeps its last paragraph."""
    body = [*PARAGRAPHS[:3], PARAGRAPHS[3] + " (Reuters)"]
    page = text_page(scraped(HEADLINE, body=body))
    assert (page.photo, page.paragraphs) == (None, body)


def test_a_second_photo_is_reported():
    """A post has one photo; a further one is left out and said to be."""
    second = "ReutersThe old crane, before it was taken down."
    page = text_page(
        scraped(HEADLINE, f"AP{CAPTION}", tail=(second, "It will be missed, he said."))
    )
    assert page.photo == FoundPhoto("AP", CAPTION)
    assert page.warnings == [
        f"A further photo was left out: {second.removeprefix('Reuters')}"
    ]
