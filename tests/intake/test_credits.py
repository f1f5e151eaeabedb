"""Credits apart from captions, and never apart from what is no caption."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stoppress.intake.credits import (
    AGENCIES,
    caption_labelled,
    credit_alone,
    marked,
    unglued,
)


@pytest.mark.parametrize(
    ("credit", "caption"),
    [
        ("AP", "Dahl listening to the council during its meeting on Thursday."),
        ("Reuters", "Protesters gather before the town hall."),
        ("AFP / Getty Images", "A man walks past the closed pier."),
        ("Getty Images", "A ferry leaving Northgate in the morning."),
        ("Sergei Ilnitsky / EPA", "The president at the podium."),
        ("AP Photo/Jane Roe", "Dahl waves to the crowd."),
        ("Igor Petrov / MT", "A woman selling flowers by the quay."),
        ("Igor Petrov / Kommersant", "The minister at his desk."),
        ("Iain MacDonald / Reuters", "The old town from the water."),
        ("AP", "U.S. sailors on the pier in Northgate."),
        ("AP", "McCain speaking to supporters on Monday."),
        ("Reuters", "As the crowd grew, the road was closed."),
        ("TASS", "The ferry in the ice of the bay."),
        ("EPA", "In the lower town the water stood for days."),
    ],
)
def test_a_glued_credit_is_taken_off(credit, caption):
    """Where a credit runs into its caption, both are found again."""
    taken = unglued(credit + caption)
    assert taken is not None
    assert (taken.credit, taken.caption) == (credit, caption)


@pytest.mark.parametrize(
    "line",
    [
        "APEC leaders meet in Lima this week.",
        "Apple shares fell by a tenth on Monday.",
        "EPA officials said on Monday that the water was clean.",
        "AP reports that the leaders met in secret.",
        "APIs are slow on the new system of the port.",
        "APA man and his dog were saved from the water.",
        "APAs are common in the mountains there.",
        "MTA officials said that the trains would run.",
        "MTA spokesmen said that the trains would run.",
        "MTV Music Awards were held in the harbour.",
        "PAC leaders met in secret last week.",
        "PAN-EUROPEAN rules were agreed today.",
        "EPAct was passed by the Senate in a night.",
        "BloombergNEF said that prices would fall.",
        "BloombergQuint reported a loss of money.",
        "APNewsroom staff went on strike on Friday.",
        "Getty Museum opened a new wing today.",
        "Reuters reported on Monday that it fell.",
        "NATO/Russia Council met on Monday in Riga.",
        "Anna Smith/John Smith went home on Monday.",
        "Mikhail McDonald / eBayThe shop was closed.",
        "TASS Russian News Agency said so on Monday.",
        "UPIs are used for payments in the market.",
        "AP",
        "APDahl",
        "",
    ],
)
def test_a_line_that_only_begins_like_a_credit_stays_whole(line):
    """No word is ever cut in two because it begins with an agency's letters."""
    assert unglued(line) is None


def test_an_article_behind_ap_is_told_by_its_grammar_where_a_caption_is_expected():
    """ "APA" is a body's name, unless somebody is doing something under a headline."""
    line = "APA young woman waiting at the closed pier on Tuesday."
    assert unglued(line) is None
    taken = unglued(line, in_place=True)
    assert taken is not None
    assert (taken.credit, taken.caption) == ("AP", line[2:])
    for sentence in (
        "APA spokesman Karl Maier, speaking on Monday, said so.",
        "APA members voting on Monday were many.",
        "APA reported a storm coming in from the sea.",
        "MTA trains running late were cancelled.",
        "APA editor resigned on Monday.",
    ):
        assert unglued(sentence, in_place=True) is None


def test_a_paragraph_is_no_caption():
    """A line as long as a paragraph is not taken for a caption."""
    assert unglued("AP" + "Dahl said that it was so. " * 40) is None


@pytest.mark.parametrize(
    ("line", "credit"),
    [
        (
            "The pier after the storm on Monday. (AP Photo/Jane Roe)",
            "AP Photo/Jane Roe",
        ),
        (
            "The pier after the storm. (AP Photo/Jane Roe, File)",
            "AP Photo/Jane Roe, File",
        ),
        ("The pier after the storm. Photo: Reuters", "Reuters"),
        ("The pier, closed. Photo by Jane Roe/Getty Images", "Jane Roe/Getty Images"),
        ("The pier after the storm (Photo: Jane Roe)", "Jane Roe"),
        ("The pier after the storm [Image credit: Jane Roe]", "Jane Roe"),
    ],
)
def test_a_marked_credit_ends_a_caption_anywhere(line, credit):
    """A credit that says that it is a picture's is found wherever the line stands."""
    taken = marked(line, in_place=False)
    assert taken is not None
    assert taken.credit == credit
    assert taken.caption.startswith("The pier")
    assert "Photo" not in taken.caption


@pytest.mark.parametrize(
    ("line", "credit"),
    [
        ("The pier after the storm. (AP)", "AP"),
        ("The pier after the storm. REUTERS/Jane Roe", "REUTERS/Jane Roe"),
        ("The pier after the storm. © AFP", "AFP"),
        ("The pier after the storm. [AFP/File]", "AFP/File"),
    ],
)
def test_an_agency_alone_ends_a_caption_only_where_one_is_expected(line, credit):
    """At the end of an article the same words would be its author."""
    taken = marked(line, in_place=True)
    assert taken is not None
    assert taken.credit == credit
    assert marked(line, in_place=False) is None


@pytest.mark.parametrize(
    "line",
    [
        "He said no (and that was that).",
        "They went home (to Northgate).",
        "Talks went on. He spoke by phone to Reuters",
        "It is so. Photo by law must be shown to the guard before one may enter the hall",
        "NORTHGATE (AP)",
    ],
)
def test_a_sentence_with_brackets_is_no_caption(line):
    """Brackets and names alone make no credit."""
    assert marked(line, in_place=True) is None


@pytest.mark.parametrize(
    ("line", "credit"),
    [
        ("Photo: AP", "AP"),
        ("AP", "AP"),
        ("© AFP", "AFP"),
        ("(AP Photo/Jane Roe, File)", "AP Photo/Jane Roe, File"),
        ("Reuters / Jane Roe", "Reuters / Jane Roe"),
        ("Jane Roe for Reuters", "Jane Roe for Reuters"),
        ("Getty Images via AFP", "Getty Images via AFP"),
        ("Image source, Reuters", "Reuters"),
        ("Image copyright Getty Images", "Getty Images"),
        ("Credit: Jane Roe/The Northgate Post", "Jane Roe/The Northgate Post"),
        ("Jane Roe", ""),
        ("AP reports", ""),
        ("Pictures: the week", ""),
        ("Images, news and more", ""),
        ("Photographs of the scene were shown", ""),
        ("Credit: where it is due", ""),
        ("© 2016 AP", ""),
    ],
)
def test_a_line_that_is_a_credit_alone(line, credit):
    """A credit on a line of its own is told from names and sentences."""
    assert credit_alone(line) == credit


def test_a_labelled_caption_is_one():
    """A line may say itself that it is a caption."""
    assert caption_labelled("Image caption, The pier on Monday") == "The pier on Monday"
    assert caption_labelled("Caption: The pier") == "The pier"
    assert caption_labelled("Photo caption competition") == ""


@given(
    st.sampled_from(
        [name for name in AGENCIES if name not in {"APA", "MT", "PA", "AP"}]
    ),
    st.from_regex(r"\A[A-Z][a-z]{3,9} [a-z]{3,9} [a-z]{3,9} [a-z]{3,9}\.\Z"),
)
def test_every_agency_can_be_glued(agency, caption):
    """Whatever is glued, credit and caption together are the line again."""
    taken = unglued(agency + caption)
    if taken is None:
        assert caption.split()[0] in {
            "News",
            "Photo",
            "Photos",
            "Images",
            "Media",
            "Wire",
        }
    else:
        assert taken.credit + taken.caption == agency + caption


@given(st.from_regex(r"\A[A-Z][a-z]{1,9}( [a-z]{1,9}){3,9}\.\Z"))
def test_an_ordinary_sentence_is_never_cut(sentence):
    """A sentence that begins with an ordinary word stays whole."""
    assert unglued(sentence) is None
