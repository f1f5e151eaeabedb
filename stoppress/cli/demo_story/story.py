"""Reads the demo story from its data files and checks that it can be played.

`load()` is all that the command needs: the story, the articles that stand in it before
the live day, and the live day's steps in the order in which they are to be published.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast, get_args

from stoppress.cli.demo_story.tables import Table, read_article, read_toml

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

DATA = Path(__file__).parent / "data"

StepKind = Literal["update", "article", "amend", "correct", "retract", "pin"]

PICTURE_KINDS = {".png", ".jpg", ".jpeg"}


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture's file and the three texts that must not be mixed up."""

    file: Path
    credit: str
    caption: str
    alt: str


@dataclass(frozen=True, slots=True)
class Article:
    """An article. `body` is Markdown; of `published` only the day is known."""

    ref: str
    headline: str
    published: date
    body: str
    key_event: bool = False
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One act of the live day.

    `ref` names the post: a new one for `update`, an `Article`'s for `article`, an
    earlier one for the others. `body` is Markdown, whole and not a difference. A
    `headline` of None means none for an update, and "as it was" for a change. `note`
    goes with a correction, `reason` with a retraction. Each is "" where it has no place.
    """

    kind: StepKind
    ref: str
    headline: str | None = None
    body: str = ""
    note: str = ""
    reason: str = ""
    key_event: bool = False
    push: bool = False
    silent: bool = False


@dataclass(frozen=True, slots=True)
class DemoSection:
    """The section that the story stands in."""

    slug: str
    title: str


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody whom the texts name, by the word `called`."""

    slug: str
    name: str
    about: str
    called: str


@dataclass(frozen=True, slots=True)
class DemoStory:
    """The story; `articles` in order of their dates, `steps` in order of playing."""

    slug: str
    title: str
    summary: str
    section: DemoSection
    people: tuple[DemoPerson, ...]
    articles: tuple[Article, ...]
    live_title: str
    live_day: date
    steps: tuple[Step, ...]

    def article(self, ref: str) -> Article:
        """The article of that name; KeyError when there is none."""
        return {article.ref: article for article in self.articles}[ref]

    def named(self, *texts: str) -> tuple[str, ...]:
        """The slugs of those whom these texts name."""
        words = " ".join(texts)
        return tuple(one.slug for one in self.people if one.called in words)

    def background(self) -> tuple[Article, ...]:
        """The articles that stand in the story before the live day begins."""
        live = {step.ref for step in self.steps if step.kind == "article"}
        return tuple(article for article in self.articles if article.ref not in live)


def load(data: Path = DATA) -> DemoStory:
    """The demo story. Raises DemoStoryError, naming file and key, for a slip in it."""
    story, live = read_toml(data / "story.toml"), read_toml(data / "live_day.toml")
    articles = _read_articles(data)
    tables = list(live.tables("step"))
    steps = tuple(_read_step(table) for table in tables)
    _check_refs(zip(tables, steps, strict=True), {article.ref for article in articles})
    loaded = DemoStory(
        slug=story.text("slug"),
        title=story.text("title"),
        summary=story.text("summary"),
        section=_read_section(story.table("section")),
        people=tuple(map(_read_person, story.tables("person"))),
        articles=articles,
        live_title=live.text("title"),
        live_day=live.day("day"),
        steps=steps,
    )
    story.finish()
    live.finish()
    return loaded


def _read_section(facts: Table) -> DemoSection:
    section = DemoSection(slug=facts.text("slug"), title=facts.text("title"))
    facts.finish()
    return section


def _read_person(facts: Table) -> DemoPerson:
    person = DemoPerson(
        slug=facts.text("slug"),
        name=facts.text("name"),
        about=facts.text("about"),
        called=facts.text("called"),
    )
    facts.finish()
    return person


def _read_articles(data: Path) -> tuple[Article, ...]:
    articles: dict[str, Article] = {}
    for path in sorted((data / "articles").glob("*.md")):
        facts, body = read_article(path)
        article = _read_article(facts, body, data / "pictures")
        if article.ref in articles:
            raise facts.wrong("ref", f"{article.ref!r} names another article already")
        articles[article.ref] = article
    return tuple(sorted(articles.values(), key=lambda article: article.published))


def _read_article(facts: Table, body: str, pictures: Path) -> Article:
    picture = facts.table_or_none("picture")
    article = Article(
        ref=facts.text("ref"),
        headline=facts.text("headline"),
        published=facts.day("published"),
        body=body,
        key_event=facts.flag("key_event"),
        picture=_read_picture(picture, pictures) if picture else None,
    )
    facts.finish()
    return article


def _read_picture(facts: Table, pictures: Path) -> Picture:
    name = facts.text("file")
    file = pictures / name
    if file.parent != pictures or file.suffix not in PICTURE_KINDS:
        raise facts.wrong("file", f"must be the name of a picture, not {name!r}")
    if not file.is_file():
        raise facts.wrong("file", f"there is no {name!r} in {pictures.name}/")
    picture = Picture(
        file=file,
        credit=facts.text("credit"),
        caption=facts.text("caption"),
        alt=facts.text("alt"),
    )
    facts.finish()
    return picture


def _read_step(facts: Table) -> Step:
    kind = facts.text("step")
    if kind not in get_args(StepKind):
        kinds = ", ".join(get_args(StepKind))
        raise facts.wrong("step", f"must be one of {kinds}, not {kind!r}")
    rewrites = kind in {"update", "amend", "correct"}
    step = Step(
        kind=cast("StepKind", kind),
        ref=facts.text("ref"),
        headline=facts.text_or_none("headline") if rewrites else None,
        body=facts.text("body") if rewrites else "",
        note=facts.text("note") if kind == "correct" else "",
        reason=facts.text("reason") if kind == "retract" else "",
        key_event=kind == "update" and facts.flag("key_event"),
        push=kind in {"update", "article"} and facts.flag("push"),
        silent=kind == "amend" and facts.flag("silent"),
    )
    facts.finish()
    return step


def _check_refs(steps: Iterable[tuple[Table, Step]], articles: set[str]) -> None:
    """Each step must find its post as it needs it: not yet there, or still there."""
    live: set[str] = set()
    gone: set[str] = set()
    for table, step in steps:
        if step.kind == "update" and step.ref in live | gone | articles:
            raise table.wrong("ref", f"{step.ref!r} names another post already")
        if step.kind == "article" and step.ref not in articles - live - gone:
            raise table.wrong("ref", f"no article {step.ref!r} is left to publish")
        if step.kind not in {"update", "article"} and step.ref not in live:
            raise table.wrong("ref", f"no earlier post is called {step.ref!r}")
        live.add(step.ref)
        if step.kind == "retract":
            live.remove(step.ref)
            gone.add(step.ref)
