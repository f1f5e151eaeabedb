"""Posts that name people: who is meant, what readers hear of it, where they stand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from stoppress.posts import namings, people, people_queries, publishing, queries
from stoppress.posts.copy import MAX_PEOPLE, Change
from stoppress.posts.errors import (
    BadCopy,
    BadPeople,
    NoSuchPerson,
    NothingChanged,
)
from stoppress.posts.models import Naming, Person
from stoppress.wire import reading
from tests.builders import STORY, WRONG, a_draft, a_person, a_post, a_section, a_story
from tests.posts.looking import all_refused, last_entry

pytestmark = pytest.mark.django_db

ANN = {"slug": "ann-moor", "name": "Ann Moor", "url": "/people/ann-moor"}
DAY = datetime(2026, 11, 20, 12, tzinfo=UTC)


def column(slug: str = "ann-moor", **more: int) -> list[int]:
    """The numbers of a person's posts, in their order."""
    return [post["id"] for post in people_queries.of_person(slug, **more)]


@pytest.mark.parametrize("said", ["Ann Moore", "Moor", "Anm Moor"])
def test_who_is_not_known_is_not_made_by_a_slip(said):
    """A name that is nearly one is refused with the one that may be meant."""
    a_person()
    a_story()
    all_refused(NoSuchPerson, lambda: a_post(people=(said,)))
    with pytest.raises(NoSuchPerson, match="Did you mean 'Ann Moor'"):
        namings.check([said])


def test_a_slip_beside_somebody_new_is_a_slip():
    """The writer says that there is somebody new: all who are not known are named, and
    one who is nearly somebody is not made."""
    a_person()
    a_story()
    wanted = ("Bo Ek", "Anm Moor", "Cy Lind")
    with pytest.raises(NoSuchPerson) as refused:
        namings.check(wanted)
    assert refused.value.near == {"Bo Ek": "", "Anm Moor": "Ann Moor", "Cy Lind": ""}
    all_refused(NoSuchPerson, lambda: a_post(people=wanted, new_people=True))
    a_post(people=("Bo Ek", "Cy Lind"), new_people=True)


def test_who_is_in_a_draft_alone_is_known_to_nobody():
    """Readers do not hear of a name before they see the post: no entry, no page to
    follow. With the post they do; with a discarded draft the name goes."""
    a_story()
    head = reading.head()
    draft = a_draft(people=("Ann Moor",), new_people=True).post_id
    a_draft(people=("Ann Moor",))
    assert reading.head() == head
    assert people_queries.shown("ann-moor") is None
    found = people_queries.person("ann-moor")
    assert found is not None
    assert (found["shown"], found["named"]) == (False, True)
    assert people.change_person("ann-moor", about="Mayor") is None
    assert reading.head() == head
    publishing.publish_draft(draft)
    assert [entry.kind for entry in reading.after(head)] == [
        "person.made",
        "post.published",
    ]
    assert people_queries.shown("ann-moor") is not None
    other = a_draft(people=("Bo Ek",), new_people=True).post_id
    publishing.discard(other)
    assert people_queries.person("bo-ek") is None
    assert people_queries.person("ann-moor") is not None


def test_two_who_make_the_same_person_make_one(monkeypatch):
    """Another post has made them since it was looked: that one is meant."""
    made = people.enter("Ann Moor")
    assert people.enter("Ann  MOOR") == made
    there = [Person.objects.none(), people.called("Ann Moor")]
    monkeypatch.setattr(people, "called", lambda _: there.pop(0))
    monkeypatch.setattr(people, "_free_slug", lambda _: "ann-moor")
    assert people.enter("ann moor") == made
    assert len(there) == 1  # it was not looked for again
    assert Person.objects.count() == 1


def test_who_is_deleted_at_that_moment_is_not_named(monkeypatch):
    """Deleted between the look and the lock: the writer is told, nothing is written."""
    a_person()
    a_story()
    lock = people.lock

    def late(numbers: list[int]) -> set[int]:
        Person.objects.all().delete()
        return lock(numbers)

    monkeypatch.setattr(people, "lock", late)
    all_refused(BadPeople, lambda: a_post(people=("ann-moor",)))


def test_a_slip_in_a_draft_can_be_put_right():
    """Whom a draft alone names, by a slip, is no reason to take the right name for one;
    and is gone when the draft is amended."""
    a_story()
    draft = a_draft(people=("Jon Smyth",), new_people=True).post_id
    publishing.amend(draft, Change(people=("Jon Smith",), new_people=True))
    assert [one["slug"] for one in people_queries.people()] == ["jon-smith"]
    a_draft(people=("Jon Smith",))
    all_refused(
        NoSuchPerson,
        lambda: publishing.amend(draft, Change(people=("Jon Smyth",), new_people=True)),
    )
    publishing.amend(draft, Change(people=()))
    assert [one["slug"] for one in people_queries.people()] == ["jon-smith"]


def test_who_is_new_is_made_with_the_post():
    """When the writer says so, whom a post names gets a page in the same act."""
    posted = a_post(people=("Ann Moor", "Bo Ek"), new_people=True)
    kinds = [entry.kind for entry in reading.after(0)][-3:]
    assert kinds == ["person.made", "person.made", "post.published"]
    view = queries.post(posted.post_id)
    assert view is not None
    assert [one["name"] for one in view["people"]] == ["Ann Moor", "Bo Ek"]


def test_a_post_that_is_refused_leaves_nobody_behind():
    """One name of two is wrong: neither is made, and nothing is posted."""
    a_story()
    all_refused(BadCopy, lambda: a_post(people=("Ann Moor", "1917"), new_people=True))


def test_a_post_names_so_many():
    """A list of guests is no list of those whom the news is about."""
    a_story()
    many = tuple(f"{letter * 7} Guest" for letter in "abcdefghijklmnopqrstu")
    assert len(many) == MAX_PEOPLE + 1
    all_refused(BadPeople, lambda: a_post(people=many, new_people=True))
    a_post(people=many[1:], new_people=True)
    all_refused(BadPeople, lambda: a_post(people=("x" * 101,), new_people=True))
    all_refused(BadPeople, lambda: a_post(people=("!!",), new_people=True))


def test_all_whom_a_post_names_may_be_wrong():
    """As many as fit, corrected to as many others, and back again, is still one entry
    each; a third time it is better retracted."""
    sets = [
        tuple(a_person(f"{letter * 7} {word}") for letter in "abcdefghijklmnopqrst")
        for word in ("One", "Twowo", "Threeee")
    ]
    post = a_post(people=sets[0]).post_id
    for them in (sets[1], sets[0]):
        publishing.correct(post, Change(people=them), WRONG)
    assert len(last_entry().topics) == 2 + 2 * MAX_PEOPLE
    all_refused(
        BadPeople, lambda: publishing.correct(post, Change(people=sets[2]), WRONG)
    )


def test_the_entry_is_about_whom_the_post_names():
    """Its topics are those of its story and section, its own, and each person's."""
    a_section()
    a_story(section="world")
    a_person()
    a_person("Bo Ek")
    posted = a_post(people=("Bo Ek", "ann-moor"))
    assert last_entry().topics == [
        f"/stories/{STORY}",
        "/sections/world",
        f"/posts/{posted.post_id}",
        "/people/bo-ek",
        "/people/ann-moor",
    ]
    assert last_entry().payload["post"]["people"][1] == ANN
    view = queries.post(posted.post_id)
    assert view is not None
    assert set(queries.post_topics(view)) == set(last_entry().topics) - {view["url"]}


def test_whom_it_named_before_hears_of_a_change_too():
    """A correction of who it was is about both: a page about the one who was named
    wrongly is open somewhere."""
    a_person()
    a_person("Bo Ek")
    post = a_post(people=("Ann Moor",)).post_id
    publishing.correct(post, Change(people=("Bo Ek",)), WRONG)
    assert last_entry().topics[-2:] == ["/people/bo-ek", "/people/ann-moor"]
    assert [one["slug"] for one in last_entry().payload["post"]["people"]] == ["bo-ek"]
    publishing.amend(post, Change(text="More."))
    assert "/people/ann-moor" in last_entry().topics
    assert (column(), column("bo-ek")) == ([post], [post])
    publishing.correct(post, Change(people=("Ann Moor",)), WRONG)
    assert [one["slug"] for one in last_entry().payload["post"]["people"]] == [
        "ann-moor"
    ]


def test_who_is_left_out_without_an_error_leaves_the_page():
    """An amendment is no correction: the post is theirs no more, and later entries are
    not about them."""
    a_person()
    post = a_post(people=("Ann Moor",)).post_id
    publishing.amend(post, Change(people=()))
    assert last_entry().topics[-1] == "/people/ann-moor"
    publishing.amend(post, Change(text="More."))
    assert last_entry().topics[-1] == f"/posts/{post}"
    assert column() == []


def test_a_change_of_nothing_is_none():
    """The same people again, in the same order, are no change; another order is one."""
    a_person()
    a_person("Bo Ek")
    post = a_post(people=("Ann Moor", "Bo Ek")).post_id
    all_refused(
        NothingChanged,
        lambda: publishing.amend(post, Change(people=("ann-moor", "BO EK"))),
    )
    publishing.amend(post, Change(people=("bo-ek", "ann-moor")), silent=True)
    publishing.amend(post, Change(people=()), silent=True)
    assert Naming.objects.count() == 0


def test_a_retracted_post_names_nobody_and_keeps_its_place():
    """The names go with the words; whoever reads about the person sees that it was
    taken back."""
    a_person()
    post = a_post(people=("Ann Moor",)).post_id
    publishing.retract(post, WRONG)
    view = queries.post(post)
    assert view is not None
    assert view["people"] == []
    assert last_entry().topics[-1] == "/people/ann-moor"
    assert column() == [post]


def test_a_persons_posts_stand_by_the_date_of_the_news():
    """Of all stories, pinned or not, drafts left out, page by page."""
    a_person()
    days = (3, 0, 2, 1)
    posts = [
        a_post(
            story=f"story-{day % 2}",
            people=("ann-moor",),
            published_at=DAY - timedelta(days=day),
        ).post_id
        for day in days
    ]
    publishing.pin(posts[0])
    draft = a_draft(people=("ann-moor",)).post_id
    a_post()
    assert column() == [posts[1], posts[3], posts[2], posts[0]]
    assert column(limit=2) + column(before=column(limit=2)[-1]) == column()
    assert column(before=draft) == []
    with time_machine.travel(DAY + timedelta(days=1)):
        publishing.publish_draft(draft)
    assert column()[0] == draft


def test_a_post_that_is_dated_anew_moves():
    """The place follows the date of the news."""
    a_person()
    first, second = (a_post(people=("ann-moor",)).post_id for _ in range(2))
    assert column() == [second, first]
    publishing.amend(second, Change(published_at=DAY))
    assert column() == [first, second]
