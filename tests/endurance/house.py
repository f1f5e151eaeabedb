"""The newsroom that a test breaks, and everyone around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tests.endurance.books import Books, Entry
from tests.endurance.crowd import Crowd, Following
from tests.endurance.databases import Database
from tests.endurance.parts import Part
from tests.endurance.press import Copy, Press
from tests.support.newsroom import Newsroom
from tests.support.pushfar import PushFar
from tests.support.waiting import until

PATIENCE = 60.0  # seconds for anything on a machine that is busy with others

POST = ("post", "--story", "ferry", "--json", "-")


@dataclass(frozen=True)
class House:
    """A newsroom with two stories and no post; its books, its press, a push service."""

    newsroom: Newsroom
    database: Database
    books: Books
    press: Press
    far: PushFar

    def twin(self) -> Newsroom:
        """The same newsroom at another port."""
        return Newsroom(self.newsroom.data, settings=self.database.settings)

    def part(self, command: str = "serve", *more: str) -> Part:
        """One of the newsroom's servers, to be entered and killed."""
        return Part(self.newsroom, command, *more)

    def crowd(self, topics: Sequence[Sequence[str]]) -> Crowd:
        """Readers of these topics, whose pages were drawn now."""
        return Crowd(self.newsroom, topics, after=self.books.head())

    def following(self, *topics: Sequence[str]) -> Following:
        """A follower at the push service for each group of topics."""
        return Following(self.newsroom, self.far).follow(*topics)

    def post(self, text: str, *, push: bool = False, story: str = "harbour") -> None:
        """Post by the desk and wait for the answer."""
        self.press.by_desk([Copy(story, text, push=push)])
        self.press.finish()

    def told(self, alerts: int) -> None:
        """Wait until so many broadcasts were made and all are done."""
        until(lambda: self.books.settled(alerts), "everyone is told", PATIENCE)

    def published(self) -> list[Entry]:
        """The wire's entries of new posts."""
        return [e for e in self.books.entries() if e.kind == "post.published"]
