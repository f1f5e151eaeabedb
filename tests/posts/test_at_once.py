"""Several at once: changes of one post and of one story come one after the other."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, suppress

import pytest

from stoppress.lib.transactions import atomic
from stoppress.posts import people, publishing, queries, stories
from stoppress.posts.copy import Change
from stoppress.posts.errors import PersonInUse, PostsError, Refused, StoryClosed
from stoppress.posts.models import Naming, Person, Post, Story
from stoppress.wire import reading
from tests.builders import STORY, WRONG, a_draft, a_person, a_post, a_story
from tests.support.threads import Queue, at_once, beside
from tests.support.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_corrections_at_once_both_land_in_order():
    """Of corrections of one post at the same moment none is lost: each is a revision of
    its own, and each entry carries those before it."""
    number = a_post().post_id
    start = reading.head()
    corrections = [
        lambda n=n: publishing.correct(number, Change(text=f"Text {n}."), f"Note {n}.")
        for n in range(4)
    ]
    at_once(*corrections)
    view = queries.post(number)
    assert view is not None
    assert [c["revision"] for c in view["corrections"]] == [2, 3, 4, 5]
    assert {c["note"] for c in view["corrections"]} == {f"Note {n}." for n in range(4)}
    told = [queries.as_of(entry) for entry in reading.after(start)]
    for count, at_the_time in enumerate(told, start=1):
        assert at_the_time is not None
        assert at_the_time["revision"] == count + 1
        assert at_the_time["corrections"] == view["corrections"][:count]
    assert told[-1] == view


def test_of_two_who_had_the_same_version_before_them_one_is_told():
    """Two who change the version that both saw do not overwrite each other."""
    number, refused = a_post().post_id, []

    def change(text: str) -> Callable[[], None]:
        def act() -> None:
            try:
                publishing.amend(number, Change(text=text, seen=1))
            except Refused as error:
                refused.append(error)

        return act

    at_once(change("One writer's words."), change("The other's words."))
    view = queries.post(number)
    assert view is not None
    assert view["revision"] == 2
    assert len(refused) == 1


def test_a_retraction_and_a_correction_at_once_leave_it_retracted():
    """Whoever is quicker, a post that was taken back stays taken back, and what the
    wire says last is so."""
    number = a_post().post_id
    start = reading.head()

    def correct() -> None:
        try:
            publishing.correct(number, Change(text="Right."), WRONG)
        except Refused:
            return

    at_once(correct, lambda: publishing.retract(number, WRONG))
    kinds = [entry.kind for entry in reading.after(start)]
    assert kinds in (["post.retracted"], ["post.corrected", "post.retracted"])
    view = queries.post(number)
    assert view == queries.as_of(reading.after(start)[-1])
    assert view is not None
    assert view["html"] == ""


def test_a_draft_is_published_once_by_whoever_was_quicker():
    """Two who publish the same draft at the same moment publish it once."""
    number = a_draft().post_id
    start, refused = reading.head(), []

    def publish() -> None:
        try:
            publishing.publish_draft(number, push=True)
        except Refused as error:
            refused.append(error)

    at_once(publish, publish, publish)
    assert [entry.kind for entry in reading.after(start)] == ["post.published"]
    assert len(refused) == 2


@pytest.mark.parametrize("kind", ["post", "draft"])
def test_nothing_is_posted_after_the_close_of_a_story(kind):
    """Whoever posts while the story is being closed comes before its close on the wire,
    or is refused."""
    a_story()
    draft = a_draft().post_id
    start = reading.head()

    def post() -> None:
        try:
            a_post() if kind == "post" else publishing.publish_draft(draft)
        except PostsError:
            return

    at_once(post, lambda: stories.close_story(STORY))
    kinds = [entry.kind for entry in reading.after(start)]
    assert kinds in (["story.closed"], ["post.published", "story.closed"])


def test_a_draft_waits_for_a_close_under_way():
    """Who publishes a draft while the story's close is not yet through is refused when
    it is: the draft stays one."""
    a_story()
    draft, refused = a_draft().post_id, []

    def publish() -> None:
        try:
            publishing.publish_draft(draft)
        except StoryClosed as error:
            refused.append(error)

    publisher = Queue(publish)
    with ExitStack() as stack, atomic():
        stories.close_story(STORY)
        stack.enter_context(beside(publisher))
        until(publisher.waits, "the publisher in the queue")
    assert len(refused) == 1
    assert queries.post(draft) is None


def test_a_story_that_several_need_is_opened_once():
    """Several who post in a story that is not there yet open it once, and all post."""
    at_once(*[a_post] * 4)
    kinds = [entry.kind for entry in reading.after(0)]
    assert kinds == ["story.opened"] + ["post.published"] * 4
    assert Story.objects.count() == 1
    assert Post.objects.count() == 4


def test_a_closed_story_is_opened_again_once():
    """Of several who open a closed story at the same moment one does, and is told of."""
    a_story()
    stories.close_story(STORY)
    start, refused = reading.head(), []

    def reopen() -> None:
        try:
            stories.open_story(STORY, "Harbour vote")
        except Refused as error:
            refused.append(error)

    at_once(reopen, reopen, reopen)
    assert [entry.kind for entry in reading.after(start)] == ["story.opened"]
    assert len(refused) == 2


def test_posts_in_several_stories_at_once_all_land():
    """Many who post, correct and pin in two stories at once do not wait for each other
    for ever, everything is told, and no post or correction is left uncounted."""
    a_story("one", "One")
    a_story("other", "Other")
    one, other = (a_post(story=story).post_id for story in ("one", "other"))
    start = reading.head()

    def work(own: int, others: int, story: str) -> Callable[[], None]:
        def act() -> None:
            for step in range(3):
                a_post(story=story)
                publishing.correct(own, Change(text=f"{story} {step} a."), WRONG)
                publishing.correct(others, Change(text=f"{story} {step} b."), WRONG)

        return act

    at_once(work(one, other, "one"), work(other, one, "other"))
    assert len(reading.after(start)) == 18
    for number in (one, other):
        view = queries.post(number)
        assert view is not None
        assert view["revision"] == 7
    for story in ("one", "other"):
        there = queries.story(story)
        assert there is not None
        newest = max(view["changed_at"] for view in queries.of_story(story))
        assert there["changed_at"] == newest
        assert (there["posts"], there["corrections"]) == (4, 6)


def test_posts_that_name_the_same_people_at_once_all_land():
    """In whatever order, known and new: nobody waits for ever, each new person is made
    once, with one entry, and each post names all."""
    a_story("one", "One")
    a_story("other", "Other")
    a_person()
    new = [("Bo Ek", "Cy Lind"), ("Di Orr", "Ed Falk"), ("Flo Hart", "Gus Ivo")]

    def work(story: str, turn: int) -> Callable[[], None]:
        def act() -> None:
            for pair in new:
                them = ("Ann Moor", *pair)[::turn]
                post = a_post(story=story, people=them, new_people=True).post_id
                publishing.correct(post, Change(people=them[:2]), WRONG)
                publishing.amend(post, Change(people=them[1:2]))

        return act

    def rename() -> None:
        for number in range(4):
            people.change_person("ann-moor", about=f"Number {number}")

    at_once(work("one", 1), work("other", -1), rename)
    entries = reading.after(0)
    made = [entry.topics[0] for entry in entries if entry.kind == "person.made"]
    assert sorted(made) == sorted(f"/people/{one.slug}" for one in Person.objects.all())
    assert len(made) == 7
    assert Naming.objects.filter(left=False).count() == 6
    assert Naming.objects.filter(left=True).count() == 6


def test_who_is_deleted_at_once_is_named_by_nothing():
    """Of a deletion and a post at the same moment one comes first: the post is refused,
    or the deletion is."""
    a_story()
    a_person()
    refused = []

    def name() -> None:
        try:
            a_post(people=("ann-moor",))
        except PostsError as error:
            refused.append(error)

    def delete() -> None:
        try:
            people.delete_person("ann-moor")
        except PersonInUse as error:
            refused.append(error)

    at_once(name, delete)
    assert len(refused) == 1
    assert Naming.objects.exists() == Person.objects.exists()


def test_who_was_named_wrongly_is_deleted_while_the_post_goes_on():
    """A post is corrected and amended while pages of those whom it named are renamed and
    deleted: nobody waits for ever, and what is named is there."""
    a_story()
    slugs = [a_person(name) for name in ("Ann Moor", "Bo Ek", "Cy Lind", "Di Orr")]
    post = a_post(people=tuple(slugs)).post_id

    def change() -> None:
        for count in (3, 2, 1, 0):
            with suppress(PostsError):
                publishing.correct(post, Change(people=tuple(slugs[:count])), WRONG)
            publishing.amend(post, Change(text=f"Text {count}."))

    def delete() -> None:
        for slug in slugs[::-1] * 3:
            with suppress(PostsError):
                people.change_person(slug, about="Somebody")
            with suppress(PostsError):
                people.delete_person(slug)

    at_once(change, delete)
    there = set(Person.objects.values_list("pk", flat=True))
    assert set(Naming.objects.values_list("person", flat=True)) <= there


def test_a_draft_is_discarded_while_another_names_the_same():
    """Somebody whom two drafts name for the first time is there as long as one does."""
    a_story()
    drafts = [a_draft(people=("Ann Moor",), new_people=not n).post_id for n in range(2)]

    def write() -> None:
        for _ in range(3):
            with suppress(PostsError):
                a_draft(people=("Ann Moor",), new_people=True)

    at_once(write, *[lambda n=n: publishing.discard(n) for n in drafts])
    assert Person.objects.count() == 1
    assert Naming.objects.count() == 3
