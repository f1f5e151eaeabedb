"""`demo`: a newsroom with a real continuing story, and a live day that can be played."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from stoppress.cli import newsroom
from stoppress.cli.demo_story.story import Article, DemoStory, Picture, Step, load
from stoppress.cli.exits import Exit
from stoppress.cli.telling import tell
from stoppress.lib.clock import now
from stoppress.lib.transactions import atomic
from stoppress.posts import publishing, queries, stories
from stoppress.posts.addresses import absolute, story_path
from stoppress.posts.copy import Change, Copy, PhotoCopy
from stoppress.posts.people import ensure_person
from stoppress.posts.sections import ensure_section
from stoppress.posts.typesetting import Ready, make_ready

if TYPE_CHECKING:
    import argparse

    from stoppress.posts.publishing import Posted

# How far apart the updates of a day that is filled in at once seem to have come.
APART = timedelta(minutes=9)

# Time to open the page before the day begins.
PRELUDE = 2.0  # pauses


def demo(given: argparse.Namespace) -> int:
    """Fills the newsroom, or plays the live day slowly."""
    newsroom.prepare()
    if given.play:
        return _play(given.pause)
    if not fill():
        tell(f"The demo story is here already: {absolute(story_path(load().slug))}")
        tell("To see its live day arrive again: stoppress demo --play")
    return Exit.DONE


def fill() -> bool:
    """Publishes the whole demo; False when it is here already. It is one act: a start
    that is killed midway leaves no half of a demo, which none would complete."""
    story = load()
    if queries.story(story.slug):
        return False
    player = Player(story, story.slug)
    player.draw()
    first = now() - APART * len(story.steps)
    with atomic():
        player.begin()
        for number, step in enumerate(story.steps):
            player.do(step, at=first + APART * number)
    tell(f"The demo story is ready: {absolute(story_path(story.slug))}")
    return True


def _play(pause: float) -> int:
    story = load()
    if queries.story(story.slug) is None:
        player = Player(story, story.slug)
        player.draw()
        with atomic():
            player.begin()
    else:
        player = _replay(story)
    tell(f"Open {absolute(story_path(player.slug))} now: the live day begins.")
    time.sleep(pause * PRELUDE)
    for step in story.steps:
        posted = player.do(step, at=now(), push=step.push)
        tell(f"{step.kind}: {posted.url} (wire {posted.seq})")
        time.sleep(pause)
    return Exit.DONE


def _replay(story: DemoStory) -> Player:
    """A story of its own for each further play: the day is not told twice in one."""
    number = 1
    while queries.story(f"{story.slug}-replay-{number}"):
        number += 1
    slug = f"{story.slug}-replay-{number}"
    title = f"{story.live_title} (replay {number})"
    player = Player(story, slug)
    player.open(title)
    return player


class Player:
    """Publishes the demo's articles and steps in one story."""

    def __init__(self, story: DemoStory, slug: str) -> None:
        self.story = story
        self.slug = slug
        self._ids: dict[str, int] = {}
        self._drawn: dict[str, Ready] = {}

    def draw(self) -> None:
        """Makes the articles ready, pictures and all, before a transaction that would
        keep others from writing is open."""
        for article in self.story.articles:
            # Whom it names is made with the rest.
            copy = replace(self._copy(article, None), people=())
            self._drawn[article.ref] = make_ready(copy)

    def begin(self) -> None:
        """Opens the story, with what stands in it before the live day."""
        self.open(self.story.title)
        for article in self.story.background():
            self.article(article)

    def open(self, title: str) -> None:
        """Opens the story, in its section, with a page for whom it names."""
        section = self.story.section
        ensure_section(section.slug, section.title)
        for person in self.story.people:
            ensure_person(person.slug, person.name, about=person.about)
        words = {"summary": self.story.summary, "section": section.slug}
        stories.open_story(self.slug, title, **words)

    def do(
        self, step: Step, *, at: datetime | None = None, push: bool = False
    ) -> Posted:
        """One step; `at` dates what it publishes, now when None."""
        if step.kind == "update":
            posted = self._update(step, at, push=push)
        elif step.kind == "article":
            posted = self.article(self.story.article(step.ref), at=at, push=push)
        else:
            posted = self._change(step)
        self._ids[step.ref] = posted.post_id
        return posted

    def article(
        self, article: Article, *, at: datetime | None = None, push: bool = False
    ) -> Posted:
        """Publishes an article: on its own day, or at `at` when it is part of the day."""
        copy = self._copy(article, at)
        ready = self._drawn.get(article.ref)
        if ready is not None:
            ready = replace(ready, published_at=copy.published_at)
        return publishing.publish(copy, push=push, ready=ready)

    def _copy(self, article: Article, at: datetime | None) -> Copy:
        day = datetime.combine(article.published, datetime.min.time(), UTC)
        return Copy(
            story=self.slug,
            text=article.body,
            headline=article.headline,
            kind="article",
            key_event=article.key_event,
            published_at=at or day,
            day_only=at is None,
            photo=_photo(article.picture) if article.picture else None,
            people=self.story.named(article.headline, article.body),
        )

    def _update(self, step: Step, at: datetime | None, *, push: bool) -> Posted:
        copy = Copy(
            story=self.slug,
            text=step.body,
            headline=step.headline or "",
            key_event=step.key_event,
            published_at=at,
            people=self.story.named(step.headline or "", step.body),
        )
        return publishing.publish(copy, push=push)

    def _change(self, step: Step) -> Posted:
        post_id = self._ids[step.ref]
        change = Change(headline=step.headline, text=step.body or None)
        if step.kind == "amend":
            return publishing.amend(post_id, change, silent=step.silent)
        if step.kind == "correct":
            return publishing.correct(post_id, change, step.note)
        if step.kind == "retract":
            return publishing.retract(post_id, step.reason)
        return publishing.pin(post_id)


def _photo(picture: Picture) -> PhotoCopy:
    return PhotoCopy(
        picture.file.read_bytes(), picture.credit, picture.caption, picture.alt
    )
