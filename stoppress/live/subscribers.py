"""Who reads what: readers by selector, each reader once for an entry of several topics.

A plain data structure. A reader is a number (the hub's file descriptor), a selector is a
topic, `*` or a URI template. Nothing stays behind when a reader goes: topics that nobody
reads are forgotten, or a stranger asking for a million topics would be remembered for ever.

Selectors are held against topics once for each set of topics, however many readers there
are: whole topics and `*` are looked up, and of the templates only those that somebody uses
are tried. A private entry goes to those with a grant alone, and those are few.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from stoppress.protocols.mercure_topics import EVERYTHING, is_template, matches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stoppress.live.wishes import Wish

# Sets of topics for which the matching templates are kept. A busy story's are the same
# from entry to entry.
TOPIC_SETS_KEPT = 256


class Subscribers:
    """The readers of one process and what each of them asked for."""

    def __init__(self) -> None:
        self._wishes: dict[int, Wish] = {}
        self._readers: dict[str, set[int]] = {}
        self._templates: set[str] = set()
        self._granted: set[int] = set()
        self._matching: dict[tuple[str, ...], list[str]] = {}

    def add(self, reader: int, wish: Wish) -> None:
        """Enters a reader that is not here yet. Pass one wish for all readers of a page,
        and it is kept once."""
        self._wishes[reader] = wish
        if wish.grant is not None:
            self._granted.add(reader)
        for selector in _needed(wish):
            if selector not in self._readers:
                self._readers[selector] = set()
                if is_template(selector):
                    self._templates.add(selector)
                    self._matching.clear()
            self._readers[selector].add(reader)

    def drop(self, reader: int) -> bool:
        """Forgets a reader; False when it was not here."""
        wish = self._wishes.pop(reader, None)
        if wish is None:
            return False
        self._granted.discard(reader)
        for selector in set(_needed(wish)):
            readers = self._readers[selector]
            readers.discard(reader)
            if not readers:
                del self._readers[selector]
                if selector in self._templates:
                    self._templates.discard(selector)
                    self._matching.clear()
        return True

    def of(self, topics: tuple[str, ...], *, private: bool = False) -> list[int]:
        """The readers of an entry with these topics, each once, in no order."""
        if not topics or (private and not self._granted):
            return []
        selectors = {EVERYTHING, *topics}
        if self._templates:
            selectors.update(self._templates_for(topics))
        found = [readers for each in selectors if (readers := self._readers.get(each))]
        if private:
            return self._allowed(topics, found)
        # One page's readers are the usual case: no set of ten thousand is built for it.
        return list(found[0]) if len(found) == 1 else list(set().union(*found))

    def counts(self) -> Counter[str]:
        """How many readers each selector has."""
        return Counter({each: len(who) for each, who in self._readers.items()})

    def wish(self, reader: int) -> Wish | None:
        """What this reader asked for; None when it is not here."""
        return self._wishes.get(reader)

    @property
    def templates(self) -> int:
        """How many of them are templates."""
        return len(self._templates)

    def _templates_for(self, topics: tuple[str, ...]) -> list[str]:
        matching = self._matching.get(topics)
        if matching is None:
            matching = [
                template
                for template in self._templates
                if any(matches(template, topic) for topic in topics)
            ]
            if len(self._matching) >= TOPIC_SETS_KEPT:
                self._matching.clear()
            self._matching[topics] = matching
        return matching

    def _allowed(self, topics: tuple[str, ...], found: list[set[int]]) -> list[int]:
        granted = self._granted.intersection(set().union(*found))
        return [reader for reader in granted if self._wishes[reader].may_read(topics)]

    def __len__(self) -> int:
        return len(self._wishes)

    def __iter__(self) -> Iterator[int]:
        return iter(self._wishes)

    def __contains__(self, reader: int) -> bool:
        return reader in self._wishes


def _needed(wish: Wish) -> tuple[str, ...]:
    """The lists to be entered in: `*` makes all others superfluous."""
    return (EVERYTHING,) if EVERYTHING in wish.selectors else wish.selectors
