"""Stamps, dates and authors' names on lines of their own."""

from __future__ import annotations

import pytest

from stoppress.intake.stamps import byline_in, stamps_in


def kinds(line: str) -> list[str]:
    return [stamp.kind for stamp in stamps_in(line)]


@pytest.mark.parametrize(
    "line",
    [
        ". Last Updated: 07/27/2016",
        "Updated 12 March 2011 14:05 GMT",
        "UPDATED: 10:15 a.m. EST, Jan. 25, 2006",
        "Last modified on Wed 25 Jan 2006 10.00 GMT",
        "Updated 3 hours ago",
        "Обновлено: 12.03.2011 14:05",
        "Stand: 27.07.2016, 14:30 Uhr",
        "Mis à jour le 3 mars 2011 à 10h05",
    ],
)
def test_a_stamp_of_a_change_is_one(line):
    """However it is written, "updated" with a date is a stamp of the last change."""
    assert kinds(line) == ["updated"]


@pytest.mark.parametrize(
    "line",
    [
        "Published: 3 May 2010",
        "First published on Wed 25 Jan 2006 10.00 GMT",
        "Date: 2006-01-25",
        "Posted 25 January 2006",
        "Опубликовано: 25 января 2006 года",
        "Veröffentlicht am 3. Mai 2010",
    ],
)
def test_a_stamp_of_publication_is_one(line):
    """ "Published" with a date is a stamp of publication."""
    assert kinds(line) == ["published"]


@pytest.mark.parametrize(
    "line",
    ["Wednesday, January 25, 2006", "Jan. 25 2006 00:00", "25.01.2006", "May 2006"],
)
def test_a_date_alone_has_no_label(line):
    """A line that is a date and nothing else is a bare one."""
    assert kinds(line) == ["bare"]


@pytest.mark.parametrize(
    "line",
    [
        "Updated guidance was issued on Monday.",
        "Published 3 times in 2010",
        "Stand by.",
        "The 1996",
        "In 2006",
        "12",
        "May",
        "MOSCOW",
        "The pier was rebuilt in January 2006.",
        "Posted to the north in May 2006, she never came back.",
        "Updated " + "12 March 2011 " * 20,
    ],
)
def test_a_sentence_is_no_stamp(line):
    """What has any word that no date has is a part of the article."""
    assert stamps_in(line) == []


@pytest.mark.parametrize(
    "line",
    [
        "Published 3 May 2010 | Updated: 4 May 2010",
        "Published 3 May 2010, 10:00 BST, last updated 4 May 2010",
        "Published: 3 May 2010 • Updated 4 May 2010",
    ],
)
def test_two_stamps_on_a_line_are_two(line):
    """A line that says both when published and when updated is taken apart."""
    assert kinds(line) == ["published", "updated"]


def test_a_stamp_is_kept_as_it_stands():
    """The raw words stay, without what a scraper left around them."""
    (stamp,) = stamps_in(". Last Updated: 07/27/2016 |")
    assert (stamp.raw, stamp.value) == ("Last Updated: 07/27/2016", "07/27/2016")


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Jane Roe", "Jane Roe"),
        (
            "By JANE ROE and JOHN DOE, Staff Writers",
            "JANE ROE and JOHN DOE, Staff Writers",
        ),
        ("By Maria O'Neill-García", "Maria O'Neill-García"),
        (
            "By Ludwig van Dam of The Northgate Post",
            "Ludwig van Dam of The Northgate Post",
        ),
        ("Von Peter Müller", "Peter Müller"),
        ("By Tuesday", ""),
        ("By Tuesday the army had gone.", ""),
        ("By far the best of all.", ""),
        ("By noon", ""),
        ("Byron Dahl", ""),
        ("By " + "Jane Roe, " * 20, ""),
    ],
)
def test_an_authors_line_is_told_from_a_sentence(line, names):
    """ "By" and names, and nothing but names, is a byline."""
    assert byline_in(line) == names
