"""People in the news: made, found by name, changed, deleted."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stoppress.posts import namings, people, people_queries, publishing, queries
from stoppress.posts.copy import Change
from stoppress.posts.errors import (
    BadCopy,
    IsHere,
    Namesakes,
    NotFound,
    PersonInUse,
    Refused,
)
from stoppress.posts.models import Person
from stoppress.posts.names import MAX_KEY, key
from stoppress.wire import reading
from tests.builders import WRONG, a_draft, a_person, a_post
from tests.posts.looking import all_refused, all_rows, last_entry

pytestmark = pytest.mark.django_db

ANN = {"slug": "ann-moor", "name": "Ann Moor", "url": "/people/ann-moor"}
DAY = datetime(2026, 11, 20, 12, tzinfo=UTC)


def meant(names: list[str]) -> list[Person]:
    """Who is meant by these."""
    return namings._named(names, beside=[], new=False)


def test_a_person_is_made_with_an_entry():
    """Somebody new has an address made from the name, and is on the wire."""
    slug, seq = people.make_person("  Ann   Moor ", about="Mayor of Northgate")
    assert slug == "ann-moor"
    told = {**ANN, "about": "Mayor of Northgate"}
    entry = last_entry()
    assert (entry.seq, entry.kind) == (seq, "person.made")
    assert entry.topics == ["/people/ann-moor"]
    assert entry.payload == {"person": told}
    assert people_queries.person("ann-moor") == {
        **told,
        "shown": True,
        "named": False,
    }


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Seán O\u2019Brien", "sean-obrien"),
        ("J. R. R. Tolk", "j-r-r-tolk"),
        ("Jean-Luc Péré", "jean-luc-pere"),
        ("x" * 100, "x" * 76),
        ("Jørgen Łukasz Đoković", "jorgen-lukasz-dokovic"),
        ("Ærø Weiß", "aero-weiss"),
    ],
)
def test_the_address_is_made_from_the_name(name, slug):
    """Accents and marks fall away, and a long name is cut where an address ends."""
    assert people.make_person(name)[0] == slug


def test_namesakes_have_addresses_of_their_own():
    """Two people with one name are two: the second is made with an address, and a post
    must say which it means."""
    a_person(about="Mayor")
    all_refused(IsHere, lambda: people.make_person("ANN MOOR"))
    a_person(slug="ann-moor-skipper", about="Skipper")
    with pytest.raises(Namesakes, match=r"ann-moor \(Mayor\); ann-moor-skipper"):
        meant(["Ann Moor"])
    assert [one.about for one in meant(["ann-moor-skipper"])] == ["Skipper"]
    refs = [people_queries.person(slug) for slug in ("ann-moor", "ann-moor-skipper")]
    assert people_queries.said([one for one in refs if one]) == [
        "ann-moor",
        "ann-moor-skipper",
    ]


def test_names_that_make_one_address_get_two():
    """Other names, of which the same address would be made."""
    assert a_person("Asa Ek") == "asa-ek"
    assert a_person("Asa Ek \u0e2a\u0e21") == "asa-ek-2"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("\u0e2a\u0e21", "\u0e2a\u0e34\u0e21"),
        ("\u0930\u093e\u092e\u0942", "\u0930\u093e\u092e\u0947"),
    ],
)
def test_marks_of_other_scripts_are_letters(one, other):
    """A vowel sign is no accent: these are two names."""
    assert key(one) != key(other)


def test_who_cannot_be_made():
    """A name that is none, too long, without an address, or an address that is taken."""
    a_person()
    all_refused(
        BadCopy,
        lambda: people.make_person(""),
        lambda: people.make_person("1917"),
        lambda: people.make_person("x" * 101),
        lambda: people.make_person("Martin Luther King, Jr."),
        lambda: people.make_person("\u041b\u0443\u043a\u0430"),
        lambda: people.make_person("Ann", slug="Ann Moor"),
        lambda: people.make_person("Ann", about="x" * 201),
    )
    all_refused(Refused, lambda: people.make_person("Another", slug="ann-moor"))


def test_a_name_in_other_letters_takes_an_address_by_hand():
    """A name without Latin letters is made with an address, and found by its letters
    in whatever case."""
    people.make_person("\u041b\u0443\u043a\u0430", slug="luka")
    assert [one.slug for one in meant(["\u041b\u0423\u041a\u0410"])] == ["luka"]


@pytest.mark.parametrize(
    "said", ["Ann Moor", "ann moor", " ANN  MOOR ", "Ánn Moor", "ann-moor", "Ann-Moor"]
)
def test_a_name_is_known_however_it_is_written(said):
    """Case, accents and blanks are not another person."""
    a_person()
    assert [one.slug for one in meant([said, "Ann Moor"])] == ["ann-moor"]


@given(st.text(max_size=40))
@example("\U0001d747")  # comes apart into a sigma that has a case
def test_the_key_of_a_name_stays_the_same(name):
    """What is looked for is found again by itself."""
    found = key(name)
    assert key(found) == found
    assert len(found) <= MAX_KEY


def test_a_person_is_given_another_name():
    """The address stays; posts show the new name; the same again is refused."""
    a_person()
    post = a_post(people=("Ann Moor",)).post_id
    people.change_person("ann-moor", name="Dame Ann Moor", about="Mayor")
    assert last_entry().kind == "person.changed"
    view = queries.post(post)
    assert view is not None
    assert view["people"] == [{**ANN, "name": "Dame Ann Moor"}]
    assert [one.slug for one in meant(["dame ann moor"])] == ["ann-moor"]
    all_refused(Refused, lambda: people.change_person("ann-moor", about="Mayor"))
    all_refused(NotFound, lambda: people.change_person("nobody", name="Nobody"))


def test_only_whom_nothing_names_is_deleted():
    """A post that stands, or a draft, keeps its people; whom retracted and corrected ones
    named is kept by nothing. Who is deleted leaves an entry."""
    a_person()
    draft = a_draft(people=("Ann Moor",)).post_id
    all_refused(PersonInUse, lambda: people.delete_person("ann-moor"))
    publishing.discard(draft)
    publishing.retract(a_post(people=("ann-moor",)).post_id, WRONG)
    wrong = a_post(people=("ann-moor",)).post_id
    publishing.correct(wrong, Change(people=()), WRONG)
    people.delete_person("ann-moor")
    assert last_entry().kind == "person.deleted"
    assert not Person.objects.exists()
    all_refused(NotFound, lambda: people.delete_person("ann-moor"))


def test_people_are_listed_by_name():
    """In the order of their names without marks, page by page; some of them by a part."""
    for name in ("Zoë Álva", "alva berg", "Bo Ek", "Ann Moor"):
        a_person(name)
    listed = people_queries.people()
    assert [one["name"] for one in listed] == [
        "alva berg",
        "Ann Moor",
        "Bo Ek",
        "Zoë Álva",
    ]
    assert people_queries.people(limit=2, after="ann-moor") == listed[2:]
    found = people_queries.people(like="ÁLVA")
    assert [one["slug"] for one in found] == ["alva-berg", "zoe-alva"]


def test_looking_changes_nothing():
    """Asking for people leaves the rows as they are."""
    a_person()
    before = all_rows()
    people_queries.people(like="%")
    people_queries.of_person("nobody")
    assert people_queries.person("nobody") is None
    assert all_rows() == before


def test_somebody_is_made_before_readers_may_know():
    """Kept for the desk: no entry, not followed; shown by an editor, or made again with
    another word on who it is, they are the same one, and on the wire once."""
    head = reading.head()
    assert people.make_person("Ann Moor", shown=False) == ("ann-moor", None)
    assert people.make_person("Bo Ek", shown=False) == ("bo-ek", None)
    assert people.delete_person("bo-ek") is None
    assert reading.head() == head
    assert people_queries.shown("ann-moor") is None
    slug, seq = people.make_person("Ann Moor", about="Mayor")
    assert (slug, [one.seq for one in reading.after(head)]) == ("ann-moor", [seq])
    found = people_queries.shown("ann-moor")
    assert found is not None
    assert found["about"] == "Mayor"
    all_refused(IsHere, lambda: people.make_person("Ann Moor"))
    people.make_person("Cy Lind", shown=False)
    assert people.change_person("cy-lind", shown=True) == reading.head()
    assert last_entry().kind == "person.made"
    all_refused(Refused, lambda: people.change_person("cy-lind", shown=True))
