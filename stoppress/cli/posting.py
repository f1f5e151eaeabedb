"""`post`, `amend`, `correct`, `retract`, `pin` and `story`."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from django.utils.timezone import get_current_timezone

from stoppress.cli import newsroom
from stoppress.cli.exits import Exit, WrongWords
from stoppress.cli.reading import read_bytes, read_text
from stoppress.cli.telling import note, tell, tell_json, tell_posted
from stoppress.intake.dates import published_on
from stoppress.lib.characters import one_line
from stoppress.lib.clock import now
from stoppress.lib.transactions import atomic
from stoppress.posts import publishing, queries, stories
from stoppress.posts.addresses import absolute, story_path
from stoppress.posts.copy import (
    Change,
    Copy,
    PhotoCopy,
    checked_headline,
    checked_text,
)
from stoppress.posts.errors import BadCopy, LikelySlip, NoSuchPerson, Refused
from stoppress.posts.namings import check
from stoppress.posts.photos import MAX_BYTES
from stoppress.posts.typesetting import make_ready
from stoppress.push import pleas
from stoppress.push import queries as push

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from datetime import datetime

    from stoppress.posts.publishing import Posted


def post(given: argparse.Namespace) -> int:
    """Publishes what is in the file, or keeps it as a draft."""
    newsroom.must_exist()
    if given.urgent and (given.draft or not given.push):
        raise WrongWords("--urgent is about an alert: it needs --push, and no --draft.")
    if given.draft and given.push:
        raise WrongWords(
            "A draft alerts nobody: say --push or --draft. Whoever publishes the draft at "
            "the desk is asked there."
        )
    text = read_text(given.file)
    moment, day_only = _published(given.published)
    copy = Copy(
        story=given.story,
        text=text,
        headline=given.headline,
        kind="article" if given.article else "update",
        key_event=given.key_event,
        published_at=moment,
        day_only=day_only,
        photo=_photo(given),
        people=_people(given) or (),
        new_people=given.new_person,
    )
    # A post that is refused must not leave a story behind.
    checked_headline(copy.headline, needed=given.article)
    checked_text(copy.text)
    with _naming():
        check(copy.people, new=copy.new_people)
    if stories.ensure(given.story, given.title, new=given.new_story):
        note(f"Opened the story {given.story!r}.")
    if given.draft:
        posted = publishing.save_draft(copy)
    else:
        posted = _publish(copy, push=given.push, urgent=given.urgent)
    return tell_posted("Published", posted, as_json=given.json)


def amend(given: argparse.Namespace) -> int:
    """Changes a post that was not wrong."""
    newsroom.must_exist()
    with _naming():
        posted = publishing.amend(given.id, _change(given), silent=given.silent)
    return tell_posted("Amended", posted, as_json=given.json)


def correct(given: argparse.Namespace) -> int:
    """Puts right what was wrong."""
    newsroom.must_exist()
    change = _change(given)
    _note_told(given)
    with _naming():
        posted = publishing.correct(given.id, change, given.reason, push=given.push)
    return tell_posted("Corrected", posted, as_json=given.json)


def retract(given: argparse.Namespace) -> int:
    """Takes a post back."""
    newsroom.must_exist()
    _note_told(given)
    posted = publishing.retract(given.id, given.reason, push=given.push)
    return tell_posted("Retracted", posted, as_json=given.json)


def pin(given: argparse.Namespace) -> int:
    """Keeps a post on top of its story, or lets it go."""
    newsroom.must_exist()
    posted = publishing.pin(given.id, pinned=not given.off)
    return tell_posted(
        "Unpinned" if given.off else "Pinned", posted, as_json=given.json
    )


def story(given: argparse.Namespace) -> int:
    """Opens, closes, changes or lists stories."""
    newsroom.must_exist()
    if given.slug is None:
        return _list_stories(as_json=given.json)
    if given.close and (given.title or given.summary or given.section is not None):
        raise WrongWords("--close goes alone: say what changes before it, or after.")
    if given.close:
        done, seq = "Closed", stories.close_story(given.slug)
    else:
        done, seq = _open_or_change(given)
    url = absolute(story_path(given.slug))
    if given.json:
        tell_json({"slug": given.slug, "url": url, "seq": seq})
    else:
        tell(f"{done} the story {given.slug!r} (wire {seq}): {url}")
    return Exit.DONE


def _open_or_change(given: argparse.Namespace) -> tuple[str, int]:
    """What was done, and the wire's number."""
    slug, found = given.slug, queries.story(given.slug)
    words = {"title": given.title or None, "summary": given.summary or None}
    words["section"] = given.section
    changes = any(word is not None for word in words.values())
    if found is None:
        if not given.title and (close := stories.slip_of(slug)):
            raise LikelySlip(slug, close, "--title")
        title = given.title or stories.title_of(slug)
        more = {"summary": given.summary, "section": given.section}
        return "Opened", stories.open_story(slug, title, **more)
    if not found["closed"] and changes:
        return "Changed", stories.amend_story(slug, **words)
    with atomic():
        seq = stories.open_story(slug, found["title"])
        if changes:
            with suppress(Refused):  # it had these words before
                seq = stories.amend_story(slug, **words)
    return "Opened", seq


def _list_stories(*, as_json: bool) -> int:
    found = queries.stories()
    if as_json:
        tell_json([{**view, "url": absolute(view["url"])} for view in found])
    for view in [] if as_json else found:
        state = "closed" if view["closed"] else "open"
        tell(f"{view['slug']}  {state}, {view['posts']} posts  {view['title']}")
    return Exit.DONE


def _publish(copy: Copy, *, push: bool, urgent: bool) -> Posted:
    ready = make_ready(copy)
    with atomic():
        posted = publishing.publish(copy, push=push, ready=ready)
        if urgent:
            pleas.ask(posted.post_id, None)
    if urgent:
        note(
            "An editor must confirm at the desk that it is urgent. Until then those in"
        )
        note("quiet hours are not told.")
    return posted


def _note_told(given: argparse.Namespace) -> None:
    """Who hears of it, said before it is done."""
    if told := push.told(given.id):
        verb = "are told" if given.push else "have the alert and are not told"
        note(f"{told} who were alerted {verb}.")


def _change(given: argparse.Namespace) -> Change:
    text = read_text(given.file) if given.file else None
    people = _people(given)
    changes = (text, given.headline, given.key_event, people)
    if all(one is None for one in changes):
        raise WrongWords(
            "Say what changes: a FILE with the new text, --headline, --person, or more "
            "than one of them."
        )
    return Change(
        headline=given.headline,
        text=text,
        key_event=given.key_event,
        people=people,
        new_people=given.new_person,
    )


@contextmanager
def _naming() -> Iterator[None]:
    """Says by which option somebody is new."""
    try:
        yield
    except NoSuchPerson as error:
        raise NoSuchPerson(error.near, new=error.new, meant="--new-person") from error


def _people(given: argparse.Namespace) -> tuple[str, ...] | None:
    """Whom it names; None where nothing was said about that."""
    if given.person is None:
        if given.new_person:
            raise WrongWords("--new-person goes with --person.")
        return None
    return tuple(filter(None, map(one_line, given.person)))


def _published(date: str | None) -> tuple[datetime | None, bool]:
    if not date:
        return None, False
    dated = published_on(date, now=now(), zone=get_current_timezone())
    return dated.at, dated.day_only


def _photo(given: argparse.Namespace) -> PhotoCopy | None:
    words = (given.photo_credit, given.photo_caption, given.photo_alt)
    if not given.photo:
        if any(words):
            raise WrongWords("There are words about a photo, but no --photo.")
        return None
    if not given.photo_alt.strip():
        raise WrongWords(
            "--photo needs --photo-alt: a photo needs an alternative text for those who "
            "cannot see it."
        )
    image = read_bytes(given.photo, MAX_BYTES)
    if not image:
        raise BadCopy(f"{given.photo} is empty: there is no picture in it.")
    return PhotoCopy(image, *words)
